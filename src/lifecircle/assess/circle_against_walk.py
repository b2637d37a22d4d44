"""Where the policy's circle and the walk say different things, for how many people, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from lifecircle.assess.findings import Difference, Finding
from lifecircle.assess.measured import knowledge
from lifecircle.assess.people import Mask, People, people_in
from lifecircle.assess.walks import Lane, Walks
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.terms.figures import decimal_text

FAR, NO_LINK, INSIDE_ESTATE, DETOUR = "far", "no-link", "inside-estate", "detour"


@dataclass(frozen=True, eq=False)
class Case:
    """One rule with both readings: what it searched, and which origins (o,) are short on foot."""

    categories: tuple[str, ...]
    minutes: float
    enough: int
    short: Mask


def differences(
    city: City,
    walks: Walks,
    case: Case,
    circle: Sequence[Finding],
    walk: Sequence[Finding],
) -> list[Difference]:
    """Hold the circle against the walk, community by community, in the order of the findings.

    Where the circle meets the rule it says of every resident that they are served; of these
    ``people_circle_only`` do not walk there in time. Where it does not, ``people_walk_only`` do.
    Where facilities may be missing from the lists, nobody is counted as not walking there.
    """
    lane = walks.lane(case.categories, max(case.enough, 1))
    served = np.array([one.verdict == "met" for one in circle])
    unserved = np.array([one.verdict == "not met" for one in circle])
    home = city.origins.community
    sure = not knowledge(city, case.categories)
    circle_only = case.short & served[home]
    walk_only = ~case.short & unserved[home]
    why = _Why(city, walks, lane, case)
    reasons, straight = why.of(np.flatnonzero(circle_only & sure))
    people = People.by_community(city)
    ones = np.ones(len(home), dtype=np.int64)
    numbers = [people.sum(ones, mask) for mask in (circle_only, walk_only)]
    heads = [_residents(city, mask) for mask in (circle_only, walk_only)]
    weights = [people.weight(mask) for mask in (circle_only, walk_only)]
    total = people.weight()
    rows = []
    for row, (one, other) in enumerate(zip(circle, walk, strict=True)):
        if "not applicable" in (one.verdict, other.verdict):
            continue
        here = [origin for origin in reasons if home[origin] == row]
        worst = max(here, key=lambda origin: (why.walk_s[origin], -origin), default=None)
        counted = [bool(served[row] and (sure or not numbers[0][row])), bool(unserved[row])]
        rows.append(
            Difference(
                community=one.subject,
                rule=one.rule,
                circle=one.verdict,
                walk=other.verdict,
                people_circle_only=heads[0][row] if counted[0] else None,
                people_walk_only=heads[1][row] if counted[1] else None,
                share_circle_only=_share(weights[0][row], total[row]) if counted[0] else "",
                share_walk_only=_share(weights[1][row], total[row]) if counted[1] else "",
                people_estimated=other.people_estimated,
                reasons=_ranked(city, here, reasons),
                **_worst(city, why, worst, straight),
            )
        )
    return rows


class _Why:
    """Tells why an origin that the circle serves does not walk there in time.

    far: even the straight line to the nearest facility is longer than the walk may be; else river,
    water, railway, motorway or wall: that line crosses one; no-link: no way within the hour;
    inside-estate: from door to street is more than half of the way; detour: none of these.
    """

    def __init__(self, city: City, walks: Walks, lane: Lane, case: Case) -> None:
        self._city = city
        self.lane = lane
        self.count = max(case.enough, 1)
        self.walk_s: Floats = lane.nearest.time_s[:, : self.count].max(axis=1)
        self._walks = walks
        self._within_m = float(walks.profile.metres(case.minutes * 60.0))
        self._leg_s = walks.profile.seconds(walks.leg_m)

    def of(self, origins: Integers) -> tuple[dict[int, str], dict[int, tuple[str, float]]]:
        """Return the reason of each origin, and its facility in a straight line with metres."""
        known = self._straight(origins)
        crossed = self._crossed({origin: line for origin, (_, line) in known.items()})
        reasons = {
            origin: self._reason(origin, float(shapely.length(line)), crossed.get(origin, ""))
            for origin, (_, line) in known.items()
        }
        near = {
            origin: (facility, float(shapely.length(line)))
            for origin, (facility, line) in known.items()
        }
        return reasons, near

    def _reason(self, origin: int, straight_m: float, crossed: str) -> str:
        if straight_m > self._within_m:
            return FAR
        if crossed:
            return crossed
        if not np.isfinite(self.walk_s[origin]):
            return NO_LINK
        inside = self._leg_s[origin] > self.walk_s[origin] / 2
        return INSIDE_ESTATE if inside else DETOUR

    def walk_m(self, origin: int) -> float:
        """Return the metres on foot to the last of those that are required, infinite without."""
        last = int(np.argmax(self.lane.nearest.time_s[origin, : self.count]))
        if not np.isfinite(self.walk_s[origin]):
            return float("inf")
        return self._walks.metres(self.lane, origin, last)

    def _straight(self, origins: Integers) -> dict[int, tuple[str, shapely.Geometry]]:
        """Return the facility that completes the count in a straight line, and that line."""
        places, rows = self._city.facilities, self.lane.rows
        rows = rows[~shapely.is_empty(places.shape[rows])]
        if len(rows) < self.count or not len(origins):
            return {}
        shapes = places.shape[rows]
        doors = shapely.points(self._city.origins.x_m[origins], self._city.origins.y_m[origins])
        chosen = np.full(len(origins), len(rows), dtype=np.int64)
        if self.count == 1:
            np.minimum.at(chosen, *shapely.STRtree(shapes).query_nearest(doors))
        else:
            for at, door in enumerate(doors):
                away_m = shapely.distance(shapes, door)
                chosen[at] = np.argsort(away_m, kind="stable")[self.count - 1]
        lines = shapely.shortest_line(doors, shapes[chosen])
        ids = [places.id[row] for row in rows[chosen]]
        return dict(zip(origins.tolist(), zip(ids, lines, strict=True), strict=True))

    def _crossed(self, lines: dict[int, shapely.Geometry]) -> dict[int, str]:
        """Return the first kind of barrier, in the order of their file, that each line crosses."""
        barriers, origins = self._city.barriers, list(lines)
        if not origins or not len(barriers.shape):
            return {}
        tree = shapely.STRtree(barriers.shape)
        shapes = np.array([lines[origin] for origin in origins], dtype=object)
        line, barrier = tree.query(shapes, predicate="crosses")
        found: dict[int, str] = {}
        for at, kind in zip(line.tolist(), (barriers.kind[row] for row in barrier), strict=True):
            known = found.get(origins[at])
            if known is None or KINDS.index(kind) < KINDS.index(known):
                found[origins[at]] = kind
        return found


KINDS = ("river", "water", "railway", "motorway", "wall")


def _ranked(
    city: City, origins: Sequence[int], reasons: dict[int, str]
) -> tuple[tuple[str, int | None], ...]:
    """Return the reasons with the people of each, the one with most weight first."""
    weight: dict[str, int] = {}
    people: dict[str, int | None] = {}
    for origin in origins:
        reason, heads = reasons[origin], int(city.origins.residents[origin])
        weight[reason] = weight.get(reason, 0) + int(city.origins.weight[origin])
        before = people.get(reason, 0)
        people[reason] = None if before is None or heads < 0 else before + heads
    order = sorted(weight, key=lambda reason: (-weight[reason], reason))
    return tuple((reason, people[reason]) for reason in order)


def _worst(
    city: City, why: _Why, origin: int | None, straight: dict[int, tuple[str, float]]
) -> dict[str, str]:
    """Return where the way is longest: straight line, walk, and one over the other."""
    if origin is None:
        return dict.fromkeys(("origin", "facility", "straight_m", "walk_m", "detour"), "")
    facility, straight_m = straight[origin]
    walk_m = why.walk_m(origin)
    there = bool(np.isfinite(walk_m))
    return {
        "origin": city.origins.id[origin],
        "facility": facility,
        "straight_m": decimal_text(straight_m, 0),
        "walk_m": decimal_text(walk_m, 0) if there else "",
        "detour": decimal_text(walk_m / straight_m, 2) if there and straight_m > 0 else "",
    }


def _residents(city: City, mask: Mask) -> list[int | None]:
    counts = people_in(city, "residents", mask).tolist()
    return [None if count < 0 else count for count in counts]


def _share(part: int, whole: int) -> str:
    return decimal_text(part / whole, 4)
