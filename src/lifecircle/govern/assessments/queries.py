"""Which findings a list, a map, a file and the API show, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from lifecircle.govern.actor import Actor, under, unseen
from lifecircle.govern.areas.models import Area, Placement
from lifecircle.govern.assessments.access import VIEW
from lifecircle.govern.assessments.models import Finding, FindingQuerySet, Run

MOST_EARLIER = 50
VERDICTS = ("met", "not met", "not assessed", "not applicable")


@dataclass(frozen=True)
class Wanted:
    """What findings are asked for; empty is everything but the walks of others beside."""

    text: str = ""
    area: str = ""
    pack: str = ""
    rule: str = ""
    reading: str = ""
    verdict: str = ""
    strength: str = ""
    waived: bool = False
    profile: str = ""


def runs(actor: Actor) -> Any:
    """Return the runs that an actor sees, the newest first."""
    return Run.objects.visible_to(actor).select_related("job").defer("manifest")


def earlier_than(actor: Actor, run: Run) -> list[Run]:
    """Return the runs before one that it can be compared with, the newest first."""
    return list(runs(actor).filter(state=Run.State.DONE, pk__lt=run.pk)[:MOST_EARLIER])


def run_seen(actor: Actor, number: int, *, done: bool = False) -> Run:
    """Return a run that an actor sees; another, or one without findings yet, is a 404."""
    found = Run.objects.visible_to(actor).select_related("job", "city").filter(pk=number).first()
    if found is None or (done and not found.done):
        raise unseen()
    return found


def findings(actor: Actor, run: Run, wanted: Wanted) -> FindingQuerySet:
    """Return the findings of a run in the actor's areas; none before it is done."""
    rows = Finding.objects.filter(run=run).visible_to(actor)
    if not run.done:
        return rows.none()
    exact = {
        name: value
        for name in ("pack", "rule", "reading", "verdict", "strength")
        if (value := getattr(wanted, name))
    }
    rows = rows.filter(**exact)
    if wanted.profile:
        rows = rows.filter(profile=wanted.profile)
    elif run.beside:
        rows = rows.exclude(profile__in=run.beside)
    if wanted.waived:
        rows = rows.filter(waived=True)
    if wanted.area:
        rows = rows.filter(within(actor, wanted.area))
    for part in wanted.text.split():
        rows = rows.filter(Q(subject_name__icontains=part) | Q(subject__icontains=part))
    return rows.order_by("pk")


def within(actor: Actor, area: str) -> Q:
    """Return the condition that a finding lies in an area, by id, code or name, that one sees."""
    named = Q(code=area) | Q(name=area)
    if area.isdecimal() and len(area) < 12:
        named |= Q(pk=int(area))
    paths = Area.objects.visible_to(actor, VIEW).filter(named).values_list("path", flat=True)
    return under(paths, "area__path")


@dataclass
class Tally:
    """A rule in a reading over the subjects that one sees, counted by verdict."""

    pack: str
    rule: str
    reading: str
    level: str
    strength: str
    counts: dict[str, int]
    waived: int = 0
    people: int | None = None
    unknown: int = 0

    @property
    def met(self) -> int:
        """Return how many meet the rule."""
        return self.counts.get("met", 0)

    @property
    def not_met(self) -> int:
        """Return how many do not; the excused stay among them."""
        return self.counts.get("not met", 0)

    @property
    def not_assessed(self) -> int:
        """Return of how many it is not known."""
        return self.counts.get("not assessed", 0)

    @property
    def not_applicable(self) -> int:
        """Return to how many the rule does not apply."""
        return self.counts.get("not applicable", 0)


def tallies(rows: FindingQuerySet) -> list[Tally]:
    """Count findings by rule and reading: subjects by verdict, people where it is not met.

    People of several rules are the same people: there is no sum over rules.
    """
    unmet = Q(verdict="not met")
    grouped = (
        rows.order_by("pack", "rule", "reading", "verdict")
        .values("pack", "rule", "reading", "verdict", "subject_level", "strength")
        .annotate(
            many=Count("pk"),
            excused=Count("pk", filter=Q(waived=True)),
            people=Sum("people_affected", filter=unmet),
            unknown=Count("pk", filter=unmet & Q(people_affected__isnull=True)),
        )
    )
    found: dict[tuple[str, str, str], Tally] = {}
    for row in grouped:
        key = row["pack"], row["rule"], row["reading"]
        tally = found.setdefault(key, Tally(*key, row["subject_level"], row["strength"], {}))
        tally.counts[row["verdict"]] = tally.counts.get(row["verdict"], 0) + row["many"]
        tally.waived += row["excused"]
        tally.unknown += row["unknown"]
        if row["people"] is not None:
            tally.people = (tally.people or 0) + row["people"]
    return list(found.values())


@dataclass
class ByArea:
    """The communities of an area, counted by verdict, with what they are counted on."""

    area: Area | None
    counts: dict[str, int]
    people: int = 0

    @property
    def cells(self) -> list[int]:
        """Return the counts in the order of `VERDICTS`."""
        return [self.counts.get(verdict, 0) for verdict in VERDICTS]


def by_area(rows: FindingQuerySet, run: Run, level: str) -> list[ByArea]:
    """Count the findings about communities and what lies in them by the areas of a level.

    The areas are those of the run's tree, on its day or today, as the run says; None stands for
    what lies in no area of the level.
    """
    upper = above(run, level)
    counted = (
        rows.order_by("area_id", "verdict")
        .values("area_id", "verdict")
        .annotate(
            many=Count("pk"), people=Sum("people_affected", filter=Q(verdict="not met"))
        )
    )  # fmt: skip
    found: dict[int | None, ByArea] = {}
    for row in counted:
        at = upper.get(row["area_id"])
        one = found.setdefault(at, ByArea(None, {}))
        one.counts[row["verdict"]] = one.counts.get(row["verdict"], 0) + row["many"]
        one.people += row["people"] or 0
    areas = Area.objects.in_bulk([key for key in found if key is not None])
    for key, one in found.items():
        one.area = areas.get(key) if key is not None else None
    return sorted(found.values(), key=lambda one: (one.area is None, one.area and one.area.path))


def above(run: Run, level: str) -> Mapping[int, int]:
    """Return for each area the one of a level that it lay in, in the tree and on the day of a run.

    Where nobody recorded where an area hung on the day, it is where it hangs today.
    """
    day = run.as_of if run.boundaries == Run.Boundaries.THEN else timezone.localdate()
    parents = _parents(run.tree, timezone.localdate()) | _parents(run.tree, day)
    levels = dict(Area.objects.values_list("pk", "level"))
    found: dict[int, int] = {}
    for own in levels:
        at: int | None = own
        for _step in levels:
            if at is None or levels.get(at) == level:
                break
            at = parents.get(at)
        if at is not None and levels.get(at) == level:
            found[own] = at
    return found


def _parents(tree: str, day: date) -> dict[int, int | None]:
    rows = Placement.objects.filter(tree=tree).on(day)
    return dict(rows.values_list("area_id", "parent_id"))
