"""A plan as it goes through the exit: what is built where and when, and which clauses it meets.

No number of persons goes out, as of a need list; nor who owns a space or on which terms.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.plans.models import Plan, PlanAction, PlanQuerySet
from lifecircle.govern.plans.services import content_hash
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
from lifecircle.govern.refused import Refused
from lifecircle.place.sources import read_sources
from lifecircle.publish.audit import html_table
from lifecircle.publish.folder import whole_folder
from lifecircle.publish.plain_page import plain_page
from lifecircle.publish.planning.words import wan_text
from lifecircle.publish.planning.writing import FACILITIES
from lifecircle.publish.tables import write_csv

COLLECTION, PART = "planned", "plan"
MOST_OFFERED = 30
TITLE = gettext_noop("%(area)s社区服务设施建设方案（%(day)s）")
LONGEST_ID = 64
PROVED = "已证明没有服务更多人的方案"
SITE_ONCE = "花费合计是各项花费加每处空间的花费；同一处空间每项都写，只算一次。"
PROVED_SAID = "同样的钱，没有能服务更多人的办法"
NOT_PROVED = "这是到时限为止找到的最好的办法，可能还有能服务更多人的"


class Plans(Publishable):
    """How a plan goes through the exit."""

    def offered(self, actor: Actor, area: Area | None = None) -> list[Subject]:
        """Return the newest plans of where the actor may propose."""
        found = _done(actor)
        own = found if area is None else found.filter(city=area)
        return [_subject(one) for one in own[:MOST_OFFERED] if one.alternatives]

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        """Return a plan of where the actor may propose."""
        found = _done(actor).filter(pk=pk).first()
        return _subject(found) if found and found.alternatives else None

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        """Write the alternative that was stood for; it is refused where that is another by now."""
        plan = Plan.objects.select_related("run", "city").get(pk=publication.subject_id)
        same = publication.subject_sha256 == plan.sha256 == content_hash(plan, plan.chosen)
        if not same or not plan.folder.is_dir():
            raise Refused(_("选定的方案已经换了，或者方案的文件不在"), remedy=_("重新提请发布"))
        features = list(_features(plan))
        if not (out / PART).is_dir():
            with whole_folder(out / PART, None) as folder:
                _write(folder, plan, features)
        yield 1, 2
        write_features(out, features)
        write_manifest(publication, out, files_in(out, PART), _about(plan))
        yield 2, 2


def _done(actor: Actor) -> PlanQuerySet:
    mine = Plan.objects.visible_to(actor).filter(actor.scope(PROPOSE, "city__path"))
    return mine.filter(state=Plan.State.DONE).select_related("run", "city")


def _subject(plan: Plan) -> Subject:
    day = plan.run.as_of
    own = called(TITLE, plan.city, day)
    return Subject(plan.pk, str(plan), plan.city, plan.sha256, day, own)


def _features(plan: Plan) -> Iterator[Feature]:
    """Yield what the chosen alternative builds; places only where the office shows WGS 84."""
    shown = read_sources(settings.CITY).public.datum == "wgs84"
    places = _places(plan) if shown else {}
    rows = plan.actions.filter(alternative=plan.chosen).select_related("area")
    for one in rows.order_by("number"):
        own_id = f"{one.said['space']}-{one.said['category']}"
        place = places.get(own_id)
        point = {"type": "Point", "coordinates": list(place)} if place else None
        community = one.area.code if one.area.level == "community" else ""
        name = f"{one.area.name}{one.said['category_zh']}"
        yield Feature(COLLECTION, _fit(own_id), name, community, point, _told(plan, one))


def _fit(own_id: str) -> str:
    long = len(own_id) > LONGEST_ID
    return hashlib.sha256(own_id.encode()).hexdigest()[:32] if long else own_id


def _told(plan: Plan, one: PlanAction) -> dict[str, Any]:
    said: Mapping[str, Any] = one.said
    plain = (
        "category", "category_zh", "siting_zh", "mode_zh", "mode_assumed", "floor_m2", "yuan",
        "site_yuan", "start_year", "ready_on", "operating_mode_zh",
    )  # fmt: skip
    return {
        **{name: said.get(name, "") for name in plain},
        "area": one.area.code,
        "area_name": one.area.name,
        "space_name": said.get("space_name", ""),
        "why": [
            f"{gain['area_name']}：{gain['rule_title']}，"
            f"现在{gain['verdict_zh']}，建好后{gain['verdict_then_zh']}"
            for gain in one.gains
        ],
        "as_of": plan.run.as_of.isoformat(),
        "simulated": plan.simulated,
    }


def _places(plan: Plan) -> dict[str, tuple[float, float]]:
    """Return where each facility will be, degrees of WGS 84, by space and category."""
    path = plan.folder / FACILITIES[plan.chosen - 1]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["设施编号"].removeprefix("plan-"): (float(row["经度"]), float(row["纬度"]))
        for row in rows
        if row["经度"] and row["纬度"]
    }


def summary(plan: Plan) -> str:
    """Say in a sentence what the chosen alternative does, without a number of persons."""
    one = next(one for one in plan.alternatives if one["number"] == plan.chosen)
    proved = PROVED_SAID if one["gap"] == PROVED else NOT_PROVED
    return (
        f"{plan.said['gaps']}项缺口，用{wan_text(one['yuan'])}万元在{one['sites']}处"
        f"建{one['actions']}项设施，补上{one['filled']}项；{proved}"
    )


HEADERS = (
    "社区",
    "做什么",
    "空间",
    "方式",
    "面积（平方米）",
    "花费（元）",
    "整处空间花费（元）",
    "开始",
    "启用",
    "为什么",
)


def _write(folder: Path, plan: Plan, features: list[Feature]) -> None:
    rows = []
    for one in features:
        told = one.properties
        mode = told["mode_zh"] + ("（暂定）" if told["mode_assumed"] else "")
        rows.append((
            told["area_name"], told["category_zh"], told["space_name"], mode,
            str(told["floor_m2"]), str(told["yuan"]), str(told["site_yuan"]),
            str(told["start_year"]), str(told["ready_on"]), "；".join(told["why"]),
        ))  # fmt: skip
    columns = {name: [row[at] for row in rows] for at, name in enumerate(HEADERS)}
    mark = ["模拟数据" if plan.simulated else ""] * len(rows)
    write_csv(folder / "actions.csv", {"模拟": mark, **columns})
    said = f'<p class="verdict">{summary(plan)}。</p>{html_table(HEADERS, rows)}<p>{SITE_ONCE}</p>'
    page = plain_page(_subject(plan).called, said, simulated=plan.simulated)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _about(plan: Plan) -> dict[str, Any]:
    public = read_sources(settings.CITY).public
    return {
        "as_of": plan.run.as_of.isoformat(),
        "city": plan.city.name,
        "simulated": plan.simulated,
        "headline": summary(plan),
        **terms_of(public, simulated=plan.simulated),
    }
