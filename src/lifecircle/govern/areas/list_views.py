"""The pages by which lists of codes come in: bring in, look through, write or throw away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.list_forms import ListForm, NamesForm
from lifecircle.govern.areas.lists import services
from lifecircle.govern.areas.lists.reading import read_list
from lifecircle.govern.areas.models import CodeList
from lifecircle.govern.wording import told
from lifecircle.terms.errors import InputError, stop

ROWS = 50
MOST_SHOWN = 100
MOST_BYTES = 16 * 2**20


def lists(request: HttpRequest) -> HttpResponse:
    """List the lists that were brought in, and take another."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = ListForm(actor, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["lists"]
        try:
            with on_disk(files) as paths:
                read = read_list(paths)
        except InputError as error:
            for fault in error.faults:
                form.add_error("lists", told(sentence(fault)))
        else:
            name = "、".join(file.name for file in files)
            data = form.cleaned_data
            made = services.bring_in(actor, read, name, data["area"], on=data["on"])
            return redirect("areas:code_list", made.pk)
    brought = CodeList.objects.visible_to(actor).select_related("area").defer("rows", "told")
    page = Paginator(brought, ROWS).get_page(request.GET.get("page"))
    return render(request, "areas/lists.html", {"form": form, "page": page})


def code_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a list would change; write it or throw it away."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = CodeList.objects.visible_to(actor).select_related("area").filter(pk=pk).first()
    if found is None:
        raise unseen()
    if found.state != CodeList.State.WAITING:
        return render(request, "areas/code_list.html", {"list": found})
    changes = services.difference(found)
    form = NamesForm(changes.unnamed, request.POST or None)
    if request.method == "POST":
        if "discard" in request.POST:
            services.discard(actor, found)
            return redirect("areas:lists")
        if form.is_valid():
            done = services.commit(actor, found, form.names())
            messages.success(request, _("已写入%d个区划") % done.writes)
            return redirect("areas:code_list", pk)
    shown: dict[str, Any] = {"list": found, "changes": changes, "form": form, "most": MOST_SHOWN}
    return render(request, "areas/code_list.html", shown)


@contextmanager
def on_disk(files: Iterable[Any]) -> Iterator[list[Path]]:
    """Yield paths to uploaded files under their own names; raises InputError for large ones."""
    with tempfile.TemporaryDirectory(prefix="areas-") as folder:
        paths = []
        for number, file in enumerate(files):
            if file.size > MOST_BYTES:
                reason = _("文件超过%d兆") % (MOST_BYTES // 2**20)
                raise stop(reason, file=file.name, remedy=_("拆成几个文件"))
            path = Path(folder) / str(number) / Path(file.name).name
            path.parent.mkdir()
            with path.open("wb") as out:
                out.writelines(file.chunks())
            paths.append(path)
        yield paths


def sentence(fault: Any) -> str:
    """Return a fault as a page says it: with the file's name, not where it lay for a moment."""
    where = "，".join(part for part in (Path(fault.file).name, fault.place) if part)
    remedy = _("；请%s") % fault.remedy if fault.remedy else ""
    return "".join((where, _("：") if where else "", fault.reason, remedy))
