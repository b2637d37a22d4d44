"""Which ways of OpenStreetMap people walk, as ``walkable.yaml`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from lifecircle.place.streets.major_roads import MajorRoads
from lifecircle.place.streets.passages import PassageTags


@dataclass(frozen=True)
class Walkable:
    """The choices of ``walkable.yaml``, as sets."""

    highways: frozenset[str]
    footways: frozenset[str]
    estate_ways: frozenset[str]
    with_pavement_only: frozenset[str]
    pavement: tuple[tuple[str, frozenset[str]], ...]
    foot_allowed: frozenset[str]
    foot_barred: frozenset[str]
    access_barred: frozenset[str]
    dwellings: frozenset[str]
    other_uses: frozenset[str]
    pavement_apart: tuple[tuple[str, frozenset[str]], ...]
    pavement_beside: tuple[tuple[str, frozenset[str]], ...]
    pavement_apart_m: float
    turning_links: frozenset[str]
    turning_link_m: float
    barred_nodes: tuple[tuple[str, frozenset[str]], ...]
    conditions: frozenset[str]
    passages: PassageTags
    major_roads: MajorRoads

    def may_walk(self, tags: Mapping[str, str]) -> bool:
        """Say whether a way with these tags is open to people on foot."""
        foot = tags.get("foot")
        if foot in self.foot_barred:
            return False
        if tags.get("access") in self.access_barred and foot not in self.foot_allowed:
            return False
        highway = tags.get("highway")
        if highway in self.highways:
            return True
        return highway in self.with_pavement_only and self._has_pavement(tags)

    def _has_pavement(self, tags: Mapping[str, str]) -> bool:
        return tags.get("foot") in self.foot_allowed or _any(tags, self.pavement)

    def turns_cars(self, tags: Mapping[str, str]) -> bool:
        """Say whether a way, if it is short, only leads cars around a corner or back again."""
        one_way = tags.get("highway") in self.turning_links and tags.get("oneway") == "yes"
        return one_way and not self._has_pavement(tags)

    def walked_beside(self, tags: Mapping[str, str]) -> bool:
        """Say whether all pavements of a road are said to be ways of their own."""
        return _any(tags, self.pavement_apart) and not _any(tags, self.pavement_beside)

    def is_barred(self, tags: Mapping[str, str]) -> bool:
        """Say whether nobody passes a node with these tags on foot."""
        allowed = tags.get("foot") in self.foot_allowed
        return "barrier" in tags and not allowed and _any(tags, self.barred_nodes)

    def is_dwelling(self, tags: Mapping[str, str]) -> bool:
        """Say whether a building is, or may be taken as, one where people live."""
        building = tags.get("building")
        if building == "yes":
            return not any(key in tags for key in self.other_uses)
        return building in self.dwellings


def _any(tags: Mapping[str, str], wanted: tuple[tuple[str, frozenset[str]], ...]) -> bool:
    # a map asks this a million times, and a generator costs more than the answer
    for key, values in wanted:  # noqa: SIM110
        if key in tags and tags[key] in values:
            return True
    return False


@cache
def walkable() -> Walkable:
    """Return the choices that come with lifecircle."""
    text = resources.files(__package__).joinpath("walkable.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Walkable(
        highways=frozenset(data["highways"]),
        footways=frozenset(data["footways"]),
        estate_ways=frozenset(data["estate_ways"]),
        with_pavement_only=frozenset(data["highways_with_pavement_only"]),
        pavement=_by_key(data["pavement"]),
        foot_allowed=frozenset(data["foot_allowed"]),
        foot_barred=frozenset(data["foot_barred"]),
        access_barred=frozenset(data["access_barred"]),
        dwellings=frozenset(data["dwellings"]),
        other_uses=frozenset(data["other_uses"]),
        pavement_apart=_by_key(data["pavement_apart"]),
        pavement_beside=_by_key(data["pavement_beside"]),
        pavement_apart_m=float(data["pavement_apart_m"]),
        turning_links=frozenset(data["turning_links"]),
        turning_link_m=float(data["turning_link_m"]),
        barred_nodes=_by_key(data["barred_nodes"]),
        conditions=frozenset(data["conditions"]),
        passages=PassageTags.of(data["passages"]),
        major_roads=MajorRoads.of(data["major_roads"]),
    )


def _by_key(told: Mapping[str, list[str]]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((key, frozenset(values)) for key, values in told.items())
