"""Makes a plan on the city as a run saw it, and the rows that pages show of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.kept_cities import kept_city
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.networks import kept_network
from lifecircle.govern.assessments.packs import offered, packs_on
from lifecircle.govern.assessments.services import waivers_on
from lifecircle.govern.audit.chain import canonical
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.plans.models import Plan, PlanAction, PlanCommunity
from lifecircle.govern.plans.wishing import Asked
from lifecircle.place.tables import City
from lifecircle.plan.model.solving import Status
from lifecircle.plan.planning import Planned, plan_city
from lifecircle.policy.models import Pack
from lifecircle.publish.planning.columns import action_columns, gain_columns
from lifecircle.publish.planning.communities import community_columns
from lifecircle.publish.planning.page import gap_zh, headline
from lifecircle.publish.tables import Columns
from lifecircle.terms.errors import stop
from lifecircle.terms.progress import Progress

LOOK_S = 1.0


class AskedToStop:
    """Says whether somebody asked that a job stop, looking at most once a second.

    Only the thread that made it looks: the solver may ask from others, which have no connection.
    """

    def __init__(self, job: Job) -> None:
        self._job, self._own = job.pk, threading.get_ident()
        self._looked, self._asked = 0.0, False

    def __call__(self) -> bool:
        """Return what was found last."""
        now = time.monotonic()
        if threading.get_ident() == self._own and now - self._looked >= LOOK_S:
            self._looked = now
            self._asked = Job.objects.filter(pk=self._job, stop_asked=True).exists()
        return self._asked


@dataclass(frozen=True, eq=False)
class Made:
    """A plan on the ground that it was made on."""

    ground: Ground
    planned: Planned


def make(plan: Plan, asked: Asked, stopped: AskedToStop, progress: Progress) -> Made:
    """Plan for the gaps of a plan's run.

    Raises InputError where records, files or the pack are not what the run saw, and as
    `plan_city`.
    """
    run = plan.run
    pack = _pack_of(run, plan.pack)
    city = _city_of(run, plan.pack, progress)
    if asked.budget:
        city = replace(city, planning=replace(city.planning, budget=asked.years()))
    progress(gettext_noop("连接路网"))
    ground = Ground(city, kept_network(city.streets, Path(settings.NETWORKS)), run.as_of)
    assessment = assess_on(ground, pack, progress)
    planned = plan_city(ground, assessment, asked.wishes, asked.effort(stopped), progress)
    return Made(ground, planned)


def _pack_of(run: Run, pack_id: str) -> Pack:
    names = [name for name, one in offered().items() if one.id == pack_id and name in run.packs]
    found = packs_on(names, run.as_of)
    told = run.manifest[pack_id]["run"]["pack"]
    if len(found) != 1 or found[0].sha256 != told["sha256"]:
        raise _changed("政策包或解读")
    return found[0]


def _city_of(run: Run, pack_id: str, progress: Progress) -> City:
    """Return the city as the run saw it: kept, or of today's records where they say the same."""
    city = kept_city(run.sha256)
    if city is None:
        city = city_of_records(Path(settings.CITY), run.as_of, progress)
        city = replace(city, waivers=(*city.waivers, *waivers_on(run.as_of)))
    told = run.manifest[pack_id]["run"]
    waivers = [one.told() for one in city.waivers if one.pack in ("", pack_id)]
    inputs = [vars(file) for file in city.files]
    if _text(inputs) != _text(told["inputs"]) or _text(waivers) != _text(told["waivers"]):
        raise _changed("档案、资料或豁免")
    return city


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    return canonical({"rows": list(rows)})


def _changed(what: str) -> Exception:
    return stop(f"{what}在这次评估以后变了", remedy="重新评估，再按新的评估规划")


def said_of(made: Made) -> dict[str, Any]:
    """Return what the page of a plan tells of all its alternatives."""
    planned = made.planned
    pack, money = planned.proposal.pack, planned.proposal.money
    return {
        "headline": headline(planned),
        "gaps": sum(need.state == "gap" for need in planned.proposal.needs),
        "set_aside": list(planned.proposal.wishes.set_aside),
        "exact": planned.decision is None or planned.decision.exact,
        "ended": planned.decision.ended.value if planned.decision else "",
        "explained": _explained(planned),
        "alternatives": [
            {
                "number": number,
                "people": int(worked.plan.served.sum()),
                "yuan": int(worked.plan.cost_yuan.sum()),
                "years": {
                    str(row.year): int(yuan)
                    for row, yuan in zip(money, worked.plan.cost_yuan, strict=True)
                },
                "sites": len(worked.sites),
                "actions": len(worked.plan.chosen),
                "filled": len(worked.filled),
                "gap": gap_zh(pack, worked.plan),
                "status": worked.plan.status.words,
                "stopped": worked.plan.status.value,
            }
            for number, worked in enumerate(planned.plans, start=1)
        ],
    }


def _explained(planned: Planned) -> str:
    """Say whether each action of the recommended plan was left out once: all, some, or none."""
    if not planned.plans or not planned.plans[0].losses:
        return "none"
    best = planned.plans[0]
    known = [one for one in best.losses if one.status in (None, Status.OPTIMAL)]
    return "all" if len(known) == len(best.plan.chosen) else "some"


def rows_of(plan: Plan, made: Made) -> Iterator[PlanAction | PlanCommunity]:
    """Yield the rows that pages show: what is built, then what it means for each community."""
    city, planned = made.ground.city, made.planned
    standing = Area.objects.exclude(code="").order_by("-ended_on").values_list("code", "pk")
    area = dict(standing)
    gains: dict[tuple[Any, Any], list[dict[str, Any]]] = {}
    for row in _rows(gain_columns(made.ground, planned)):
        gains.setdefault((row["plan"], row["action"]), []).append(row)
    for number, row in enumerate(_rows(action_columns(city, planned)), start=1):
        yield PlanAction(
            plan=plan, alternative=row["plan"], number=number, said=row,
            area_id=area.get(row["community"], plan.city_id),
            gains=gains.get((row["plan"], row["action"]), []),
        )  # fmt: skip
    for row in _rows(community_columns(city, planned)):
        yield PlanCommunity(
            plan=plan, alternative=row["plan"], said=row, built=bool(row["content"] or row["goal"]),
            area_id=area.get(row["community"], plan.city_id),
        )  # fmt: skip


def _rows(columns: Columns) -> Iterator[dict[str, Any]]:
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))
