"""The files of a run to take away: whole for who sees the whole city, own findings for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lifecircle.govern.actor import unseen
from lifecircle.govern.assessments.access import VIEW
from lifecircle.govern.assessments.folders import ALLOWED, folder_of
from lifecircle.govern.assessments.forms import Filters
from lifecircle.govern.assessments.models import FindingQuerySet, Run
from lifecircle.govern.assessments.queries import findings, run_seen
from lifecircle.govern.assessments.views import actor_of
from lifecircle.govern.assessments.wording import figure_said, plain_title, said
from lifecircle.govern.files.views import INERT
from lifecircle.govern.inventory.exporting import csv_lines, sheet
from lifecircle.govern.refused import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_IN_A_SHEET = 200_000
TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".gpkg": "application/geopackage+sqlite3",
    ".parquet": "application/vnd.apache.parquet",
}
"""What is not here, the page above all, is served as a mere stream of bytes."""


def file(request: HttpRequest, number: int, pack: str, name: str) -> HttpResponseBase:
    """Serve a file of a run, never to be shown in the browser; only to who sees the whole city."""
    actor = actor_of(request)
    run = run_seen(actor, number, done=True)
    if not actor.may(VIEW, run.city.path) or pack not in run.manifest or name not in ALLOWED:
        raise unseen()
    path = folder_of(run, pack) / name
    if not path.is_file():
        raise unseen()
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{pack}-{run.as_of}-{name}",
        content_type=TYPES.get(path.suffix, "application/octet-stream"),
    )
    return _inert(response)


def taken(request: HttpRequest, number: int, ending: str) -> HttpResponseBase:
    """Serve the findings of a list as a file."""
    actor = actor_of(request)
    run = run_seen(actor, number, done=True)
    rows = findings(actor, run, Filters(run, request.GET).wanted())
    name = f"findings-{run.pk}-{run.as_of}.{ending}"
    response: HttpResponseBase
    if ending == "csv":
        lines = csv_lines(table(run, rows))
        response = StreamingHttpResponse(lines, content_type=TYPES[".csv"])
    elif ending == "xlsx":
        if rows.count() > MOST_IN_A_SHEET:
            raise Refused(_("结论太多，一张表放不下"), remedy=_("先筛选，或者下载CSV"))
        response = HttpResponse(sheet(table(run, rows), _("结论")), content_type=XLSX)
    else:
        raise unseen()
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return _inert(response)


def _inert(response: Any) -> HttpResponseBase:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, no-store"
    assert isinstance(response, HttpResponseBase)
    return response


def table(run: Run, rows: FindingQuerySet) -> Iterator[list[str]]:
    """Yield the headers and the rows of a list of findings in words."""
    yield [
        _("模拟"), _("政策包"), _("规则编号"), _("规则"), _("读法"), _("步行者"), _("对象层级"),
        _("对象编号"), _("对象"), _("区划"), _("结论"), _("期限"), _("力度"), _("豁免"),
        _("要求"), _("实测"), _("受影响的人"), _("依据"),
    ]  # fmt: skip
    for one in rows.select_related("area").iterator(chunk_size=2000):
        people = "" if one.people_affected is None else str(one.people_affected)
        yield [
            _("模拟数据") if run.simulated else "", one.pack, one.rule,
            plain_title(one.pack, one.rule, run.title_of(one.pack, one.rule)),
            said("reading", one.reading),
            one.profile, said("level", one.subject_level), one.subject, one.subject_name,
            one.area.name, said("verdict", one.verdict), said("due", one.due),
            said("strength", one.strength), one.said.get("waiver", ""),
            figure_said(one.said.get("asked", "")), figure_said(one.said.get("found", "")),
            people, one.said.get("evidence", ""),
        ]  # fmt: skip
