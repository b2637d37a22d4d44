"""Small cities in memory: communities in a row, a kilometre each, along one street.

    c0        c1        c2
+---------+---------+---------+
|         |         |         |   1 km
+---------+---------+---------+
street: ---------------------->
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.judge import assess
from lifecircle.place.plane import Plane
from lifecircle.place.tables import (
    City,
    Communities,
    Facilities,
    FacilityDetails,
    Layer,
    Origins,
    Record,
    Streets,
    Survey,
    WayShares,
)
from lifecircle.policy.models import Pack, PackFile, Rule
from lifecircle.terms.errors import Spot
from lifecircle.walk.network import Network

DAY = date(2026, 11, 22)
SIDE_M = 1000.0
COUNTS = ("households", "residents", "older", "children")
ATTRIBUTES = ("kind", "size", "class", "status", "zone", "setting", "township_kind")


@dataclass
class Place:
    """A community; -1 is unknown, and each of ``estates`` a row of counts by name."""

    id: str
    township: str = ""
    county: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    estates: Sequence[Mapping[str, int]] = ({},)


@dataclass
class Site:
    """A facility in the community with this row, -1 for outside all, None for nobody knows."""

    id: str
    category: str
    community: int | None
    amounts: Mapping[str, float] = field(default_factory=dict)
    status: str = ""
    mode: str = ""
    layer: int = 0


def city_of(
    places: Sequence[Place],
    sites: Sequence[Site] = (),
    *,
    census: frozenset[str] = frozenset(),
    partial: frozenset[str] = frozenset(),
    surveys: Sequence[Survey] = (),
    records: Sequence[Record] = (),
) -> City:
    """Return a city of one layer that declares these categories."""
    places = sorted(places, key=lambda place: place.id)
    sites = sorted(sites, key=lambda site: site.id)
    count = len(places)
    boxes = [shapely.box(n * SIDE_M, 0, (n + 1) * SIDE_M, SIDE_M) for n in range(count)]
    communities = Communities(
        id=tuple(place.id for place in places),
        name=tuple(f"{place.id}社区" for place in places),
        township=tuple(place.township for place in places),
        county=tuple(place.county for place in places),
        managed_by=tuple(place.county for place in places),
        attributes={
            name: tuple(place.attributes.get(name, "") for place in places) for name in ATTRIBUTES
        },
        counts={
            name: np.array([place.counts.get(name, -1) for place in places], dtype=np.int64)
            for name in COUNTS
        },
        radius_m=np.full(count, np.nan),
        shape=np.array(boxes, dtype=object),
        spots=(Spot(),) * count,
    )
    nodes = np.arange(count + 1, dtype=np.int64)
    return City(
        title="小城",
        simulated=True,
        plane=Plane(108.9, 34.3),
        communities=communities,
        origins=_origins(places),
        layers=(Layer("设施.xlsx", census, partial, DAY, "测试"),),
        facilities=_facilities(sites),
        streets=Streets(
            node_id=nodes + 1,
            x_m=np.asarray(nodes * SIDE_M, dtype=np.float64),
            y_m=np.zeros(count + 1),
            segments=np.column_stack([nodes[:-1], nodes[1:]]),
            ways=WayShares((("residential", count * 1000), ("footway", 1000)), ()),
        ),
        files=(),
        notices=(),
        attributions=(),
        surveys=tuple(surveys),
        records=tuple(records),
    )


def _origins(places: Sequence[Place]) -> Origins:
    rows = [(n, at, own) for n, place in enumerate(places) for at, own in enumerate(place.estates)]
    empty = np.zeros(0)

    def column(name: str) -> Any:
        return np.array([own.get(name, -1) for _, _, own in rows], dtype=np.int64)

    return Origins(
        id=tuple(f"e{n}-{at}" for n, at, _ in rows),
        community=np.array([n for n, _, _ in rows], dtype=np.int64),
        basis=tuple("estate" if own else "centre" for _, _, own in rows),
        x_m=np.array([(n + 0.5) * SIDE_M for n, _, _ in rows]),
        y_m=np.zeros(len(rows)),
        weight=np.maximum(column("residents"), 1),
        residents=column("residents"),
        older=column("older"),
        children=column("children"),
        households=column("households"),
        gate_of=np.zeros(0, dtype=np.int64),
        gate_x_m=empty,
        gate_y_m=empty,
        gate_leg_m=empty,
        spots=(Spot(),) * len(rows),
    )


def _facilities(sites: Sequence[Site]) -> Facilities:
    there = [at for at, site in enumerate(sites) if site.community is not None]
    home = [-1 if site.community is None else site.community for site in sites]
    x_m = [(own + 0.5) * SIDE_M for own in home]
    shapes = [
        shapely.Point() if site.community is None else shapely.Point(x, 100)
        for x, site in zip(x_m, sites, strict=True)
    ]
    return Facilities(
        id=tuple(site.id for site in sites),
        name=tuple(f"{site.id}站" for site in sites),
        categories=tuple((site.category,) for site in sites),
        layer=tuple(site.layer for site in sites),
        shape=np.array(shapes, dtype=object),
        community=np.array(home, dtype=np.int64),
        details=tuple(
            FacilityDetails(amounts=site.amounts, status=site.status, mode=site.mode)
            for site in sites
        ),
        spots=(Spot(),) * len(sites),
        entry_of=np.array(there, dtype=np.int64),
        entry_x_m=np.array([x_m[at] for at in there]),
        entry_y_m=np.full(len(there), 100.0),
    )


def rule(own_id: str, subject: str, measure: Mapping[str, Any], require: str, **more: Any) -> Rule:
    """Return a rule; ``require`` is such as ``>=30``, or ``none``."""
    comparator = require.rstrip("0123456789.")
    return Rule.model_validate(
        {
            "id": own_id,
            "title": {"zh": own_id, "en": own_id},
            "group": {"zh": "组", "en": "group"},
            "clause": {"quote": "原文", "where": "一"},
            "subject": subject,
            "measure": measure,
            "require": {"comparator": comparator, "value": require[len(comparator) :] or None},
            "strength": "standard",
            "source": "verbatim",
            **more,
        }
    )


def pack_of(*rules: Rule, kinds: Mapping[str, Sequence[str]] | None = None) -> Pack:
    """Return a pack of these rules; every record is called after itself."""
    named = (getattr(r.measure, name, "") for r in rules for name in ("record", "part", "whole"))
    header = PackFile.model_validate(
        {
            "id": "test",
            "title": {"zh": "测试", "en": "test"},
            "issuer": "某市",
            "issued": "2026",
            "applies_to": "某市",
            "version": "1.0.0",
            "kinds": {
                code: {"zh": code, "en": code, "categories": codes, "inferred": "推定"}
                for code, codes in (kinds or {}).items()
            },
            "records": {name: {"zh": f"{name}数", "en": name} for name in named if name},
        }
    )
    return Pack(header=header, rules=rules, sha256="0")


def judged(city: City, pack: Pack, on: date = DAY) -> Assessment:
    """Assess a small city."""
    streets = city.streets
    network = Network.from_segments(streets.node_id, streets.x_m, streets.y_m, streets.segments)
    return assess(pack, city, network, on)


def findings_of(found: Assessment, own_id: str) -> dict[str, Finding]:
    """Return the findings of a rule by subject."""
    return {finding.subject: finding for finding in found.findings if finding.rule == own_id}
