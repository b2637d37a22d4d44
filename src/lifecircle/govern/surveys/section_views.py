"""The pages of a section that is filled in: its list of parts or rows, and one of these."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import unseen
from lifecircle.govern.refused import Conflict
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.filled import Filled, Row, is_row, latest
from lifecircle.govern.surveys.forms import SectionForm, told_in
from lifecircle.govern.surveys.models import Channel, Return
from lifecircle.govern.surveys.parts import Part, parts_of
from lifecircle.govern.surveys.questions import NEW, Section
from lifecircle.govern.surveys.return_views import may_enter, seen_return
from lifecircle.govern.surveys.values import shown
from lifecircle.govern.surveys.views import actor_of


@dataclass(frozen=True)
class _Opened:
    """A section that somebody opened: of what return, which rows, which part if it has any."""

    filled: Filled
    section: Section
    rows: list[Row]
    part: Part | None = None

    @property
    def is_cut(self) -> bool:
        """Say whether the section has several parts, of which this is one."""
        return self.part is not None and self.part.of > 1


def section(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Show a section to fill in: its parts, or its rows, or one of these; and take its answers."""
    back = seen_return(request, pk)
    filled = Filled.of(back)
    try:
        own = filled.form.section(code)
    except KeyError:
        raise unseen() from None
    given = {"back": back, "section": own, "may_enter": may_enter(request, back)}
    opened = _opened(request, filled, own)
    if opened is None:
        return _contents(request, filled, own, given)
    form = _form(request, opened)
    if form.is_valid():
        with told_in(form):
            return _save(request, opened, form)
    labels = {row.key: row.label for row in opened.rows}
    groups = [(labels[key], fields) for key, fields in form.groups]
    row = opened.rows[0] if own.repeats else None
    part = opened.part if opened.is_cut else None
    shown_ = {"form": form, "groups": groups, "row": row, "part": part}
    return render(request, "surveys/section.html", given | shown_)


def _opened(request: HttpRequest, filled: Filled, own: Section) -> _Opened | None:
    """Return what is asked for of a section; None where it is its list of rows or of parts."""
    rows = filled.rows(own)
    if own.repeats:
        key = request.POST.get("row") or request.GET.get("row", "")
        return _Opened(filled, own, [_row(filled.back, own, rows, key)]) if key else None
    parts = parts_of(own)
    number = request.GET.get("part", "") if len(parts) > 1 else "1"
    part = next((one for one in parts if str(one.number) == number), None)
    if part is not None:
        return _Opened(filled, own, part.of_these(rows), part)
    if number:
        raise unseen()
    if request.method == "POST":
        raise Conflict(_("这一节现在分几部分填"), remedy=_("重新打开这一节，逐部分填"))
    return None


def _contents(
    request: HttpRequest, filled: Filled, own: Section, given: dict[str, Any]
) -> HttpResponse:
    """List the rows of a section, or its parts."""
    given |= {"following": _following(filled, own)}
    if own.repeats:
        told = [(row, *_told(filled, own, row)) for row in filled.rows(own)]
        return render(request, "surveys/rows.html", given | {"rows": told})
    parts = [(part, *_counts(filled, own, part)) for part in parts_of(own)]
    return render(request, "surveys/parts.html", given | {"parts": parts})


def _counts(filled: Filled, own: Section, part: Part) -> tuple[int, int]:
    """Return how many answers a part asks for, and how many of these are there."""
    wanted = [(one.code, row.key) for one in own.required for row in part.rows]
    return len(wanted), sum(filled.value(*key) is not None for key in wanted)


def _row(back: Return, section: Section, rows: list[Row], key: str) -> Row:
    """Return the row of a key, or a new one."""
    if key == "new" and section.may_add:
        return Row(f"{NEW}{uuid.uuid4().hex}", _("新增"), {})
    found = next((row for row in rows if row.key == key), None)
    if found is None and key.startswith(NEW) and is_row(back, section, key):
        found = Row(key, _("新增"), {})
    if found is None:
        raise unseen()
    return found


def _told(filled: Filled, section: Section, row: Row) -> tuple[str, str]:
    """Return how a row stands: its first required answer in words, and what else it says."""
    required = section.required
    first = required[0] if required else section.questions[-1]
    said = shown(first, filled.value(first.code, row.key))
    return said, _("新增") if row.is_new else ""


def _form(request: HttpRequest, opened: _Opened) -> SectionForm:
    filled, own, rows = opened.filled, opened.section, opened.rows
    if request.method == "POST":
        return SectionForm(filled, own, rows, request.POST, request.FILES)
    key = rows[0].key if own.repeats else ""
    initial: dict[str, Any] = {"seen": latest(filled.answers.values()), "row": key}
    return SectionForm(filled, own, rows, initial=initial | {"channel": Channel.PAGE})


def _save(request: HttpRequest, opened: _Opened, form: SectionForm) -> HttpResponse:
    data, filled = form.cleaned_data, opened.filled
    enter(
        actor_of(request), filled.back, form.answers, Channel(data["channel"]),
        note=data["note"], said_on=data["said_on"], seen=data["seen"],
    )  # fmt: skip
    messages.success(request, _("已保存"))
    return redirect(_next(opened))


def _next(opened: _Opened) -> str:
    """Return where one goes on: the next part, the rows, the next section, the return."""
    back, own, part = opened.filled.back, opened.section, opened.part
    here = reverse("surveys:section", args=[back.pk, own.code])
    if own.repeats:
        return here
    if part is not None and part.number < part.of:
        return f"{here}?part={part.number + 1}"
    following = _following(opened.filled, own)
    if following:
        return reverse("surveys:section", args=[back.pk, following])
    return reverse("surveys:return", args=[back.pk])


def _following(filled: Filled, section: Section) -> str:
    """Return the code of the next section, empty after the last."""
    codes = [one.code for one in filled.form.sections]
    at = codes.index(section.code) + 1
    return codes[at] if at < len(codes) else ""
