"""What a run must tell of its data: once each, with its records, or who can mend it and where.

A reader of files says in which file and row something is. On the platform most rows are records,
each with a page; what is left are the files that the office keeps on the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.scoping import where
from lifecircle.govern.assessments.access import VIEW
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.wording import said
from lifecircle.govern.inventory.access import VIEW as SEE_RECORDS
from lifecircle.govern.inventory.declared import OWN_BOOK
from lifecircle.govern.inventory.kinds import KINDS
from lifecircle.govern.inventory.models import Listed, Register
from lifecircle.govern.inventory.tables import MODELS
from lifecircle.govern.records.models import Record
from lifecircle.govern.wording import listed
from lifecircle.govern.wording import told as in_words
from lifecircle.place.notices import doubt_notices
from lifecircle.place.tables import City, Doubt
from lifecircle.terms.errors import Fault

MOST = 20
"""So many records or communities are named for one notice; how many more there are is told."""

PAGE_OF = {one.model.kind(): name for name, one in KINDS.items()}
_ON_RECORD = re.compile(r"档案 (?P<own>\S+)$")
_OF_COMMUNITY = re.compile(r"社区 (?P<code>\S+)$")
_ELSEWHERE = re.compile(r"，见 lifecircle check")
_FILE = re.compile(
    r"[^\s、，。：；（）“”/\\]+\.(?:xlsx|xls|csv|geojson|json|gpkg|shp|kml|kmz|pbf|osm|tif|tiff)\b",
    re.IGNORECASE,
)

Where = tuple[str, str, int]
RecordKey = tuple[str, str]


@dataclass
class Notice:
    """A sentence, the pages where it is mended, how many more there are, and what is of no record.

    ``folder`` says who can mend a file of the office, and where.
    """

    says: str
    pages: list[tuple[str, str]] = field(default_factory=list)
    more: int = 0
    remedy: str = ""
    folder: str = ""


def notices_of(city: City) -> list[dict[str, Any]]:
    """Return as JSON what is to be told of a city: a doubt of each kind once, then the rest."""
    by_code: dict[str, list[Doubt]] = {}
    for doubt in city.doubts:
        by_code.setdefault(doubt.code, []).append(doubt)
    known = _Rows(city)
    found = [_doubted(code, by_code[code], known) for code in sorted(by_code)]
    listed = set(doubt_notices(list(city.doubts), []))
    found += [{"says": one} for one in dict.fromkeys(city.notices) if one not in listed]
    return found


def _doubted(code: str, doubts: Sequence[Doubt], known: _Rows) -> dict[str, Any]:
    """Return a kind of doubt: the first of them in words, where each is as a record or an area.

    What is doubted of a community and stands in no file of areas comes of the streets.
    """
    first = doubts[0].fault
    records, codes, files = set[RecordKey](), set[str](), set[str]()
    for doubt in doubts:
        if own := known.record(doubt.fault):
            records.add(own)
        elif found := _OF_COMMUNITY.search(doubt.fault.place):
            codes.add(found["code"])
        else:
            files.add(Path(doubt.fault.file).name)
    return {
        "code": code, "reason": first.reason, "remedy": first.remedy, "count": len(doubts),
        "records": sorted(map(list, records))[:MOST], "areas": sorted(codes)[:MOST],
        "more": max(len(records) - MOST, 0) + max(len(codes) - MOST, 0),
        "files": sorted(files - {"", OWN_BOOK}), "streets": bool(codes) and not first.file,
    }  # fmt: skip


class _Rows:
    """Knows the record of a row of the office's lists."""

    def __init__(self, city: City) -> None:
        self._known: dict[Where, RecordKey] = {}
        for kind, table in (("facility", city.facilities), ("estate", city.origins)):
            for own, spot in zip(table.id, table.spots, strict=True):
                if spot.row:
                    self._known[Path(spot.file).name, spot.sheet, spot.row] = kind, own
        rows = Listed.objects.filter(~Q(register__sheet="")).order_by().values_list(
            "register__file", "register__sheet", "row", "record__kind", "record__own_id"
        )  # fmt: skip
        self._listed = rows
        self._of_tables: dict[Where, RecordKey] | None = None

    def record(self, fault: Fault) -> RecordKey | None:
        """Return the kind and the number of the record that a fault is of; None where of none."""
        spot = fault.spot
        if spot is None:
            return None
        at = Path(spot.file or fault.file).name, spot.sheet, spot.row
        if at in self._known:
            return self._known[at]
        if found := _ON_RECORD.search(fault.place):
            return self._own(found["own"])
        return self._tables().get(at) if spot.sheet and spot.row else None

    def _own(self, own: str) -> RecordKey | None:
        kinds = {model.kind() for model in MODELS.values()}
        return next(
            Record.objects.filter(own_id=own, kind__in=kinds)
            .values_list("kind", "own_id")[:1].iterator(), None,
        )  # fmt: skip

    def _tables(self) -> Mapping[Where, RecordKey]:
        if self._of_tables is None:
            self._of_tables = {
                (Path(file).name, sheet, row): (kind, own)
                for file, sheet, row, kind, own in self._listed.iterator()
            }
        return self._of_tables


def notices(actor: Actor, run: Run) -> list[Notice]:
    """Return what a run tells of its data, with the pages that an actor sees."""
    kept = run.notices or list(_of_manifest(run))
    files = _files()
    pages = _Pages(actor, kept)
    return [_notice(one, pages, files) for one in kept]


def _of_manifest(run: Run) -> Iterator[dict[str, Any]]:
    """Yield what runs told that were made before notices were kept with their records.

    Where not all packs tell it, those that do are named.
    """
    told: dict[str, list[str]] = {}
    for pack, manifest in run.manifest.items():
        for one in manifest["run"].get("notices", ()):
            told.setdefault(_ELSEWHERE.sub("", one), []).append(pack)
    for one, packs in told.items():
        yield {"says": one, "packs": packs if len(packs) < len(run.manifest) else []}


def _notice(one: Mapping[str, Any], pages: _Pages, files: Mapping[str, str]) -> Notice:
    if "says" in one:
        own = list(dict.fromkeys(_FILE.findall(one["says"])))
        packs = _("（%(packs)s）") % {"packs": listed(one["packs"])} if one.get("packs") else ""
        found = Notice(format_html("{}{}", in_words(one["says"]), packs))
    else:
        own = list(one["files"])
        more = _("（共%(count)s处）") % {"count": one["count"]} if one["count"] > 1 else ""
        told = {"what": said("reason", one["code"]), "first": in_words(one["reason"]), "more": more}
        found = Notice(format_html(_("{what}：{first}{more}。"), **told))
        found.pages, found.more = pages.of(one), one["more"]
        found.remedy = in_words(one["remedy"])
        if one["streets"]:
            found.folder = of_folder(_("路网"))
        elif not (one["records"] or one["areas"] or own):
            found.folder = of_folder(_("它的资料"))
    for name in own:
        if name == OWN_BOOK:
            continue
        if name in files:
            lists = _("档案：%(kind)s") % {"kind": KINDS[files[name]].title}
            found.pages.append((lists, reverse("inventory:list", args=[files[name]])))
        else:
            found.folder = of_folder(_("“%(name)s”") % {"name": name})
    found.pages = list(dict.fromkeys(found.pages))
    return found


FOLDER = gettext_noop(
    "%(file)s在服务器的城市资料文件夹（平台数据目录下的city）里，不是档案：请管理平台的人在那里改好，再评估一次。"
)


def of_folder(what: str) -> str:
    """Return who can mend what stands in the office's files and not on record, and where."""
    return _(FOLDER) % {"file": what}


def _files() -> Mapping[str, str]:
    """Return the names of the files that became records, each with the list of these."""
    rows = Register.objects.order_by("-pk").values_list("file", "form")
    return {Path(file).name: PAGE_OF.get(MODELS[form].kind(), "estates") for file, form in rows}


class _Pages:
    """The pages of the records and areas that notices name; of what one does not see, none."""

    def __init__(self, actor: Actor, kept: Iterable[Mapping[str, Any]]) -> None:
        keys = {tuple(key) for one in kept for key in one.get("records", ())}
        codes = {code for one in kept for code in one.get("areas", ())}
        rows = Record.objects.filter(
            where(actor, SEE_RECORDS, "area__path"), own_id__in={own for _kind, own in keys}
        ) if actor.may(SEE_RECORDS) else Record.objects.none()  # fmt: skip
        self._records = {
            (row.kind, row.own_id): row for row in rows.select_related("parent") if keys
        }
        seen = Area.objects.visible_to(actor, VIEW).filter(code__in=codes) if codes else ()
        self._areas = {area.code: area for area in seen}

    def of(self, one: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return what is named for a notice, each with its page."""
        rows = (self._records.get(tuple(key)) for key in one["records"])
        areas = (self._areas.get(code) for code in one["areas"])
        return [
            *(self._page(row) for row in rows if row is not None),
            *(
                (str(area), reverse("areas:page", args=[area.pk]))
                for area in areas
                if area is not None
            ),
        ]

    def _page(self, row: Record) -> tuple[str, str]:
        whole = row.parent or row
        kind = PAGE_OF[whole.kind]
        called = _("%(kind)s %(own)s") % {"kind": KINDS[kind].title, "own": whole.own_id}
        return called, reverse("inventory:page", args=[kind, whole.pk])
