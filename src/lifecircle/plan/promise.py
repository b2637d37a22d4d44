"""The promise: what a plan builds as a table of facilities, and the findings once it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.place.edits.built import Built, degrees_of, with_built, write_built
from lifecircle.place.tables import City
from lifecircle.plan.model.outcome import Plan
from lifecircle.plan.proposal import Proposal
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.taxonomy import categories as taxonomy

NEW = "new_build"


@dataclass(frozen=True, eq=False)
class Promise:
    """What a plan would create, the ground it would be judged on, and what would be found.

    ``built`` are in the order of the plan's actions; ``turned`` the findings whose verdict
    changes, as they are and as they would be, sorted by key.
    """

    built: tuple[Built, ...]
    ground: Ground
    assessment: Assessment
    turned: tuple[tuple[Finding, Finding], ...]


def promise_of(
    ground: Ground,
    assessment: Assessment,
    proposal: Proposal,
    plan: Plan,
    progress: Progress = silent,
) -> Promise:
    """Assess today's data plus the table of facilities that ``plan`` creates.

    The table is written and read back as any office's table is, so that nothing but what stands in
    it can keep the promise.
    """
    built = built_by(ground.city, proposal, plan)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "facilities.csv"
        write_built(path, built)
        there = with_built(ground.city, path) if built else ground.city
    then = Ground(there, ground.network, ground.as_of)
    progress("评估 规划建成之后")
    after = assess_on(then, proposal.pack, progress)
    return Promise(built, then, after, tuple(_turned(assessment, after)))


def built_by(city: City, proposal: Proposal, plan: Plan) -> tuple[Built, ...]:
    """Return the facilities that a plan creates, one for each action in its order.

    Rooms added to a facility of the same kind enlarge it; any other kind is a facility of its own
    in the same place.
    """
    return tuple(_built(city, proposal, int(action)) for action in plan.chosen)


def _built(city: City, proposal: Proposal, action: int) -> Built:
    offer = proposal.offers.offers[action]
    way = proposal.way_of(action)
    space = city.spaces[way.space]
    standard = city.planning.standards[offer.standard]
    lon, lat = degrees_of(city, space.x_m, space.y_m)
    usable_m2 = space.amounts.get("usable_m2")
    share = usable_m2 / space.amounts["floor_m2"] if usable_m2 else None
    host = space.facility if _same_kind(city, space.facility, standard.category) else ""
    zh = taxonomy()[standard.category].zh
    return Built(
        id=f"plan-{space.id}-{standard.category}",
        name=f"{space.name or space.id}（规划{zh}）",
        category=standard.category,
        community=city.communities.id[space.community],
        lon=lon,
        lat=lat,
        floor_m2=offer.floor_m2,
        usable_m2=None if share is None else offer.floor_m2 * share,
        operating_mode=standard.operating_mode,
        mode=way.mode,
        stage="new" if way.mode == NEW else "existing",
        opened_on=way.ready_on(standard.months),
        part_of=host,
        remark="规划",
    )


def _same_kind(city: City, facility: str, category: str) -> bool:
    if facility not in city.facilities.id:
        return False
    return category in city.facilities.categories[city.facilities.id.index(facility)]


def _turned(before: Assessment, after: Assessment) -> Sequence[tuple[Finding, Finding]]:
    then = {finding.key: finding for finding in after.findings}
    return [
        (own, then[own.key])
        for own in before.findings
        if own.key in then and then[own.key].verdict != own.verdict
    ]
