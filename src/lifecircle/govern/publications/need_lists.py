"""A need list as it goes through the exit: what is asked for, where, and why.

No number of persons goes out: what everybody may know of these are the spans of the open data,
which a second count of the same people would cut short. Words of residents and notes stay inside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.needs.models import NeedItem, NeedList, NeedListQuerySet
from lifecircle.govern.needs.services import freeze
from lifecircle.govern.publications.access import PROPOSE
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import (
    Feature,
    Publishable,
    Subject,
    called,
    files_in,
    terms_of,
    write_features,
    write_manifest,
)
from lifecircle.place.sources import read_sources
from lifecircle.publish.audit import html_table
from lifecircle.publish.folder import whole_folder
from lifecircle.publish.plain_page import plain_page
from lifecircle.publish.tables import write_csv

COLLECTION, PART = "needs", "needs"
MOST_OFFERED = 30
TITLE = gettext_noop("%(area)s社区服务设施需求清单（%(day)s）")
LONGEST_ID = 64
ASK_ZH = {"new": "新设", "larger": "扩大", "hours": "调整开放时间", "other": "其他"}
PRIORITY_ZH = {1: "先办", 2: "应办", 3: "可缓"}
ORIGIN_ZH = {"gap": "评估缺口", "survey": "摸底问需", "opinions": "居民意见", "hand": "人工添加"}
SAID_INSIDE = "居民意见（内容不公开）"
State = NeedList.State


class NeedLists(Publishable):
    """How a need list goes through the exit."""

    def offered(self, actor: Actor, area: Area | None = None) -> list[Subject]:
        """Return the newest settled lists of where the actor may propose."""
        found = _settled(actor)
        own = found if area is None else found.filter(area=area)
        return [_subject(one) for one in own[:MOST_OFFERED]]

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        """Return a settled list of where the actor may propose."""
        found = _settled(actor).filter(pk=pk).first()
        return _subject(found) if found else None

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        """Freeze the list for good and write it; it is refused where its content is another."""
        rows = NeedList.objects.select_related("area", "run", "round")
        needs = rows.get(pk=publication.subject_id)
        freeze(system(publication.proposed_by, "job"), needs, publication.subject_sha256)
        features = list(_features(needs))
        if not (out / PART).is_dir():
            with whole_folder(out / PART, None) as folder:
                _write(folder, needs, features)
        yield 1, 2
        write_features(out, features)
        write_manifest(publication, out, files_in(out, PART), _about(needs))
        yield 2, 2


def _settled(actor: Actor) -> NeedListQuerySet:
    mine = NeedList.objects.visible_to(actor).filter(actor.scope(PROPOSE, "area__path"))
    settled = mine.filter(state__in=(State.PROPOSED, State.FROZEN))
    return settled.select_related("area", "run", "round")


def _subject(needs: NeedList) -> Subject:
    day = as_of(needs)
    own = called(TITLE, needs.area, day)
    return Subject(needs.pk, str(needs), needs.area, needs.sha256, day, own)


def as_of(needs: NeedList) -> Any:
    """Return the day of the newest of what a list was made of."""
    days = [one.as_of for one in (needs.run,) if one] + [one.as_on for one in (needs.round,) if one]
    return max(days)


def _features(needs: NeedList) -> Iterator[Feature]:
    """Yield what is kept, the most urgent first."""
    kept = needs.items.filter(kept=True).select_related("area").ranked()
    for number, one in enumerate(kept, start=1):
        community = one.area.code if one.area.level == "community" else ""
        yield Feature(
            COLLECTION, _own_id(one), _name(one), community, None, _told(needs, number, one)
        )


def _name(one: NeedItem) -> str:
    """Return what it is about; words of residents are not for everybody."""
    heard = not one.function and not one.by_hand and "gap" not in one.origins
    return SAID_INSIDE if heard else one.called


def _own_id(one: NeedItem) -> str:
    _area, _colon, rest = one.key.partition(":")
    text = f"{one.area.code or one.area_id}:{rest}"
    return text if len(text) <= LONGEST_ID else hashlib.sha256(text.encode()).hexdigest()[:32]


def _told(needs: NeedList, number: int, one: NeedItem) -> dict[str, Any]:
    return {
        "number": number,
        "area": one.area.code,
        "area_name": one.area.name,
        "function": one.function,
        "ask": one.ask,
        "ask_zh": ASK_ZH[one.ask],
        "priority": one.priority,
        "priority_zh": PRIORITY_ZH[one.priority],
        "to_verify": one.to_verify and not one.by_hand,
        "to_verify_zh": "待核" if one.to_verify and not one.by_hand else "",
        "origins_zh": "、".join(ORIGIN_ZH[kind] for kind in one.origins),
        "why": list(_why(one.sources)),
        "as_of": as_of(needs).isoformat(),
        "simulated": needs.simulated,
    }


def _why(sources: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the rules that are not met or could not be judged, with their clauses."""
    for one in sources:
        if one["kind"] != "gap" or "more" in one:
            continue
        found = "现在没有做到" if one["verdict"] == "not met" else "做到没有待核"
        waived = "，经批准可以不照办" if one["waived"] else ""
        yield f"{one['title']}：{found}{waived}；见政策{one['clause']}"


HEADERS = ("序号", "区划代码", "区划", "需求", "要什么", "缓急", "待核", "来源", "依据")


def _write(folder: Path, needs: NeedList, features: list[Feature]) -> None:
    rows = [
        (
            str(one.properties["number"]), one.properties["area"], one.properties["area_name"],
            one.name, one.properties["ask_zh"], one.properties["priority_zh"],
            one.properties["to_verify_zh"], one.properties["origins_zh"],
            "；".join(one.properties["why"]),
        )
        for one in features
    ]  # fmt: skip
    columns = dict(zip(HEADERS, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    mark = ["模拟数据" if needs.simulated else ""] * len(rows)
    write_csv(folder / "needs.csv", {"模拟": mark, **(columns or {name: [] for name in HEADERS})})
    said = (
        f"<p>共{len(rows)}项。“待核”是还没有资料能断定缺不缺，不算缺；人数见开放数据。</p>"
        f"{html_table(HEADERS, rows)}"
    )
    page = plain_page(_subject(needs).called, said, simulated=needs.simulated)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _about(needs: NeedList) -> dict[str, Any]:
    public = read_sources(settings.CITY).public
    return {
        "as_of": as_of(needs).isoformat(),
        "simulated": needs.simulated,
        **terms_of(public, simulated=needs.simulated),
    }
