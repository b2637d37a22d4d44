"""The areas of the platform as they stood on a day, read in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lifecircle.govern.areas.choices import Level, Succeeds, Tree
from lifecircle.govern.areas.models import Area, AreaState, Dated, Outline, Placement, Succession
from lifecircle.govern.audit.models import Entry

NIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """Areas by key, and by area what was true of them, in order of time, up to ``day``.

    ``loaded`` are code and name that areas were founded with when the files were loaded.
    """

    day: date
    areas: Mapping[int, Area]
    states: Mapping[int, list[AreaState]]
    outlines: Mapping[int, list[Outline]]
    placements: Mapping[tuple[int, str], list[Placement]]
    successions: list[Succession]
    loaded: Mapping[int, tuple[str, str]]
    into: Mapping[int, list[Succession]] = field(init=False)
    out_of: Mapping[int, list[Succession]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the successions by where they lead and where they come from."""
        object.__setattr__(self, "into", _by(self.successions, "target_id"))
        object.__setattr__(self, "out_of", _by(self.successions, "source_id"))

    @classmethod
    def on(cls, day: date) -> Standing:
        """Read what is known of the areas up to a day."""
        areas = Area.objects.in_bulk()
        placements = Placement.objects.filter(from_on__lte=day).order_by("from_on", "pk")
        placed: dict[tuple[int, str], list[Placement]] = defaultdict(list)
        for one in placements:
            placed[one.area_id, one.tree].append(one)
        outlines = Outline.objects.filter(from_on__lte=day).defer("shape")
        states = AreaState.objects.filter(from_on__lte=day)
        return cls(
            day,
            areas,
            _by(states.order_by("from_on", "pk"), "area_id"),
            _by(outlines.order_by("from_on", "pk"), "area_id"),
            placed,
            list(Succession.objects.filter(on__lte=day).order_by("on", "pk")),
            dict(_loaded()),
        )

    def stands(self, area: int, day: date | None = None) -> bool:
        """Say whether an area existed on a day."""
        day, one = day or self.day, self.areas[area]
        return one.began_on <= day and (one.ended_on is None or day < one.ended_on)

    def communities(self) -> list[int]:
        """Return the communities of the day."""
        return [
            pk
            for pk, area in self.areas.items()
            if area.level == Level.COMMUNITY and self.stands(pk) and self.state(pk)
        ]

    def state(self, area: int, day: date | None = None) -> AreaState | None:
        """Return what was true of an area on a day."""
        found: AreaState | None = _on(self.states.get(area, ()), day or self.day)
        return found

    def outline(self, area: int, day: date | None = None) -> Outline | None:
        """Return the outline of a day."""
        found: Outline | None = _on(self.outlines.get(area, ()), day or self.day)
        return found

    def called(self, area: int, day: date | None = None) -> str:
        """Return the id that a city knows an area by on a day: its code, else its key."""
        state = self.state(area, day)
        return (state.code if state else "") or str(area)

    def name(self, area: int | None, day: date | None = None) -> str:
        """Return what an area was called on a day, nothing of none."""
        state = None if area is None else self.state(area, day)
        return state.name if state else ""

    def above(self, area: int, tree: Tree, level: Level, day: date | None = None) -> int | None:
        """Return the nearest area of a level that one hung below on a day."""
        at: int | None = area
        while at is not None:
            placement: Placement | None = _on(self.placements.get((at, tree), ()), day or self.day)
            at = placement.parent_id if placement else None
            if at is not None and self.areas[at].level == level:
                return at
        return None

    def home(self, written: int, lies: int) -> int | None:
        """Return where on the day lay what was written in an area and lies in another today.

        None where a split left it open, or where several areas were one later.
        """
        if not self.stands(written) and self.areas[written].began_on > self.day:
            came = Succession.objects.filter(target=written).values_list("source", flat=True)
            sources = set(came)
            return self.home(sources.pop(), lies) if len(sources) == 1 else None
        if self.stands(written):
            return written
        targets = [row.target_id for row in self.out_of.get(written, ())]
        if len(targets) > 1:
            targets = [one for one in targets if lies in _became(one)]
        return self.home(targets[0], lies) if len(targets) == 1 else None

    def merged_since(self, area: int, since: date, day: date) -> list[Succession]:
        """Return the merges into an area after a day, up to another."""
        return [
            row
            for row in self.into.get(area, ())
            if row.kind == Succeeds.MERGE and since < row.on <= day
        ]


def _became(area: int) -> set[int]:
    """Return an area and all that it became until today."""
    known, to_do = {area}, [area]
    while to_do:
        later = Succession.objects.filter(source__in=to_do).values_list("target", flat=True)
        to_do = [one for one in later if one not in known]
        known.update(to_do)
    return known


def _loaded() -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the areas that were founded while the files were loaded.

    What an area is called may be corrected from its first day on, and nothing but the audit then
    tells what the files called it.
    """
    end = Entry.objects.filter(action="inventory.load").order_by("-number").first()
    if end is None:
        return
    entries = Entry.objects.filter(action="area.found", number__lt=end.number).order_by("number")
    for entry in entries.iterator():
        after = entry.told()["after"]
        yield int(entry.subject), (after["code"], after["name"])


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _on(rows: Iterable[Dated], day: date) -> Any:
    held = (one for one in rows if one.from_on <= day and (not one.until_on or day < one.until_on))
    return next(held, None)
