"""Files of live publications: the map, open data, handbooks."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.urls import reverse

from lifecircle.govern.public.cached import BROWSER_S
from lifecircle.govern.public.live import live
from lifecircle.govern.public.views import absent
from lifecircle.govern.publications.files import answered, file_in
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import read_manifest

MAP = "map"


def map_now(request: HttpRequest) -> HttpResponse:
    """Go to the map that is published now; what stands after # goes along."""
    run = live().run
    return absent(request) if run is None else _to_map(run)


def _to_map(run: Publication) -> HttpResponse:
    answer = HttpResponseRedirect(reverse("public:map_file", args=(run.pk, "index.html")))
    answer.headers["Cache-Control"] = f"public, max-age={BROWSER_S}"
    return answer


def map_file(request: HttpRequest, number: int, file: str) -> HttpResponseBase:
    """Give a file of the map; from an older map one comes to that of now."""
    wanted, run = live().by_number(number), live().run
    if wanted is not None and wanted not in live().shown and run is not None:
        return _to_map(run) if file == "index.html" else absent(request)
    return _given(request, number, f"{MAP}/{file}")


def file(request: HttpRequest, number: int, file: str) -> HttpResponseBase:
    """Give a file of what is live."""
    return _given(request, number, file)


def _given(request: HttpRequest, number: int, path: str) -> HttpResponseBase:
    wanted = live().by_number(number)
    found = file_in(wanted.folder, path) if wanted in live().shown and wanted else None
    if wanted is None or found is None:
        return absent(request)
    told = found.stat()
    mark = f'"{number}-{told.st_mtime_ns:x}-{told.st_size:x}"'
    answer: HttpResponseBase
    if request.headers.get("If-None-Match") == mark:
        answer = HttpResponseNotModified()
    else:
        answer = answered(found)
    answer.headers["ETag"] = mark
    answer.headers["Cache-Control"] = f"public, max-age={BROWSER_S}"
    if path.startswith(f"{MAP}/") and found.suffix == ".html":
        setattr(answer, "policy", _tiles(wanted.folder))  # noqa: B010 - no field of Django's
    return answer


def _tiles(folder: Path) -> dict[str, str]:
    """Return what the map's page may fetch besides: the tiles that the office named."""
    try:
        tiles = urlsplit(read_manifest(folder / MAP)["public"]["base_tiles"])
    except (OSError, KeyError, ValueError):
        return {}
    if not tiles.netloc:
        return {}
    host = f"{tiles.scheme}://{tiles.netloc}"
    return {"img-src": f"'self' data: blob: {host}", "connect-src": f"'self' blob: data: {host}"}
