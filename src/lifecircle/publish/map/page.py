"""The frame of the map's page: what must be readable even where no script runs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from urllib.parse import urlsplit

from lifecircle.place.sources import PublicSource
from lifecircle.publish.map.licences import Terms

SCRIPTS = (
    "base",
    "marks",
    "packed",
    "datum",
    "network",
    "timing",
    "snap",
    "search",
    "ways",
    "walks",
    "told",
    "names",
    "patterns",
    "tables",
    "detail",
    "mapping",
    "tiles",
    "layers",
    "facilities",
    "findings",
    "circle",
    "communities",
    "homes",
    "mine",
    "plans",
    "links",
    "settings",
    "start",
)
"""The page's scripts in the order they are run; each is one idea."""

_PLACEHOLDER = re.compile(r"@@([A-Z_]+)@@")
NO_NUMBER = "没有审图号：公开前须按规定送审。"


def asset(*path: str) -> str:
    """Read one text file of the map's own assets."""
    place = files("lifecircle.publish.map") / "assets"
    for step in path:
        place = place / step
    return place.read_text(encoding="utf-8")


def render(
    title: str,
    day: str,
    public: PublicSource,
    marks: Sequence[str],
    notices: Sequence[str],
    terms: Mapping[str, Terms],
    scripts: Sequence[str],
) -> str:
    """Return the page that loads ``scripts`` (paths in the folder, in order), and nothing else.

    ``terms`` say of each data file who made it; they stand in the markup itself, with title,
    marks, notices and approval number, so that no failing script can hide them.
    """
    number = f"审图号：{public.map_approval_number}" if public.map_approval_number else NO_NUMBER
    parts = {
        "POLICY": html.escape(policy(public)),
        "TITLE": html.escape(title),
        "DATE": html.escape(day),
        "NUMBER": html.escape(number),
        "BASE": html.escape(public.base_attribution) if public.base_tiles else "没有底图",
        "MARKS": "".join(f'<li data-mark="{name}">{name}</li>' for name in map(html.escape, marks)),
        "NOTICES": "".join(f"<li>{html.escape(one)}</li>" for one in notices),
        "TERMS": _rows((name, own.by, own.licence) for name, own in terms.items()),
        "SHORT": html.escape("；".join(_makers(terms))),
        "SCRIPTS": "\n".join(
            f'<script defer src="{html.escape(one)}"></script>' for one in scripts
        ),
    }
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], asset("index.html"))


def _makers(terms: Mapping[str, Terms]) -> list[str]:
    """Return who made the layers, each once; what is computed from them needs no second naming."""
    return list(dict.fromkeys(own.by for own in terms.values() if not own.computed))


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    """Write table rows whose first cell names the row."""
    said = []
    for first, *rest in rows:
        cells = "".join(f"<td>{html.escape(one)}</td>" for one in rest)
        said.append(f'<tr><th scope="row">{html.escape(first)}</th>{cells}</tr>')
    return "".join(said)


def policy(public: PublicSource) -> str:
    """Allow the folder's own files, and the tiles' own host where an office named one."""
    tiles = ""
    if public.base_tiles:
        address = urlsplit(public.base_tiles)
        tiles = f" {address.scheme}://{address.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' file: blob:",
            "style-src 'self' file: 'unsafe-inline'",
            "worker-src 'self' blob: data:",
            f"connect-src 'self' blob: data:{tiles}",
            f"img-src blob: data:{tiles}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
