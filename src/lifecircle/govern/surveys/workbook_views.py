"""Workbooks of a round: one goes out for a township or a community, and comes back."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecircle.govern.actor import Actor, under, unseen
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.files.services import keep
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.access import ENTER
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Channel, Return, Round
from lifecircle.govern.surveys.views import ROWS, actor_of, seen_round
from lifecircle.govern.surveys.workbook import MOST_RETURNS, Read, read_back, write
from lifecircle.place.formats.marking import write_marked
from lifecircle.place.formats.sheets import WORKBOOKS
from lifecircle.terms.errors import Fault, InputError, Spot

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENTRIES = uuid.UUID("0a3f1f6e-2f5b-4c57-9d0e-5c0a1c7f7b52")
"""Names what one file says of one return, so that the file sent again is known."""

MOST_BYTES = 20 * 2**20
MOST_TOLD = 200


class UploadForm(forms.Form):
    """A workbook that was filled in."""

    file = forms.FileField(
        label=gettext_lazy("填好的表"),
        help_text=gettext_lazy("从本页下载、填好的 .xlsx；同一份传几次只算一次"),
    )


@dataclass
class Outcome:
    """What became of a workbook: saved answers by community, faults, the hash of the file."""

    sha256: str
    suffix: str
    saved: list[tuple[Return, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def workbooks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what can be downloaded, take a workbook and say what became of it."""
    actor, round_ = actor_of(request), seen_round(request, pk)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    outcome = None
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        suffix = Path(file.name).suffix.lower()
        try:
            outcome = take(actor, round_, keep(file.chunks(), MOST_BYTES), suffix)
        except (Refused, InputError) as refused:
            form.add_error("file", str(refused))
    areas = Area.objects.visible_to(actor, ENTER).filter(under([round_.area.path]))
    backs = mine(actor, round_).select_related("area")
    shown = {
        "round": round_, "form": form, "outcome": outcome,
        "faults": outcome.faults[:MOST_TOLD] if outcome else [],
        "page": Paginator(backs, ROWS).get_page(request.GET.get("page")),
        "townships": areas.filter(level=Level.TOWNSHIP).order_by("path")[:MOST_RETURNS],
    }  # fmt: skip
    return render(request, "surveys/workbooks.html", shown)


def mine(actor: Actor, round_: Round) -> QuerySet[Return]:
    """Return the returns of a round that one may fill in."""
    return Return.objects.visible_to(actor, ENTER).filter(round=round_)


def take(actor: Actor, round_: Round, file: StoredFile, suffix: str) -> Outcome:
    """Enter a workbook: of each return all that it says, or nothing where something is wrong."""
    with _named(file, suffix) as path:
        got = read_back(path, round_, mine(actor, round_))
    outcome = Outcome(file.sha256, suffix, faults=list(got.faults))
    for back in mine(actor, round_).filter(pk__in=got.seen).select_related("area"):
        if back.pk not in got.wrong and back.pk in got.answers:
            _enter(actor, back, got, outcome)
    return outcome


def _enter(actor: Actor, back: Return, got: Read, outcome: Outcome) -> None:
    try:
        entered = enter(
            actor, back, got.answers[back.pk], Channel.WORKBOOK, content_sha256=outcome.sha256,
            instance=uuid.uuid5(ENTRIES, f"{outcome.sha256}:{back.pk}"), seen=got.seen[back.pk],
        )  # fmt: skip
    except Refused as refused:
        fault = Fault(refused.reason, place=back.area.name, remedy=refused.remedy, spot=Spot())
        outcome.faults.append(fault)
    else:
        outcome.saved.append((back, 0 if entered.repeated else entered.saved))


@contextmanager
def _named(file: StoredFile, suffix: str) -> Iterator[Path]:
    """Yield the content under a name that tells readers what it is."""
    if suffix not in WORKBOOKS:
        raise Refused(_("不是工作簿"), remedy=_("上传从本页下载、填好的 .xlsx"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (_("填好的表") + suffix)
        path.symlink_to(file.path)
        yield path


def workbook_file(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    """Give the workbook of a township or a community."""
    actor, round_ = actor_of(request), seen_round(request, pk)
    of = Area.objects.visible_to(actor, ENTER).filter(pk=area).first()
    if of is None or round_.state in (Round.State.DRAFT, Round.State.OPENING):
        raise unseen()
    backs = list(mine(actor, round_).filter(under([of.path], "area__path")).select_related("area"))
    if not backs:
        raise unseen()
    if len(backs) > MOST_RETURNS:
        most = {"most": MOST_RETURNS}
        raise Refused(_("一份表最多%(most)s个社区") % most, remedy=_("按乡镇级分别下载"))
    return _given(f"{round_.title}-{of.name}.xlsx", lambda: write(round_, backs))


def workbook_marked(request: HttpRequest, pk: int, sha256: str) -> HttpResponse:
    """Give a workbook back with its faults marked."""
    actor, round_ = actor_of(request), seen_round(request, pk)
    file = StoredFile(sha256=sha256)
    suffix = f".{request.GET.get('as', 'xlsx')}"
    if not file.path.is_file() or not mine(actor, round_).exists():
        raise unseen()
    with _named(file, suffix) as path, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "marked.xlsx"
        try:
            got = read_back(path, round_, mine(actor, round_))
            if not got.seen:
                raise unseen()  # of whom the file is, nobody here may know
            write_marked(path, got.marks, out)
        except InputError as error:
            raise Refused(error.faults[0].reason, remedy=error.faults[0].remedy) from error
        return _given(round_.title + "-" + _("退回修改") + ".xlsx", out.read_bytes)


def _given(name: str, content: Callable[[], bytes]) -> HttpResponse:
    response = HttpResponse(content(), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
