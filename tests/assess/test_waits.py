"""Waits count, but no one fails by seconds that nobody verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource, PeopleSource
from lifecircle.policy.models import Pack
from tests.conftest import DAY, network_of
from tests.fixtures.drawn import draw
from tests.fixtures.two_estates import feature, square, write_layer


def city_with_a_crossing(folder: Path, shop_m: float, crossing: str) -> CitySources:
    """Return a city of one door at a and one shop, the way leading over a signal at 200 m.

    a --194-- k =12= l ---------- b      a zebra or signals k-l over the road that c lies on
    door      c                shop
    """
    nodes = {"a": (0, 0), "k": (194, 0), "c": (200, 0), "l": (206, 0), "b": (1500, 0),
             "n": (200, 800), "s": (200, -800)}  # fmt: skip
    lane = {"highway": "footway"}
    across = {**lane, "footway": "crossing", "crossing": crossing}
    ways = [("ak", lane), ("kcl", across), ("lb", lane), ("ncs", {"highway": "secondary"})]
    draw(folder / "streets.osm.pbf", nodes, ways)
    shop = feature("Point", [(shop_m, 0)], id="s1", category="supermarket", name="桥头超市")
    return CitySources(
        network=folder / "streets.osm.pbf",
        communities=CommunitySource(
            file=write_layer(
                folder / "areas.geojson",
                [feature("Polygon", square(-100, -900, 1600, 900), id="1", name="路口社区")],
            )
        ),
        facilities=(
            FacilitySource(
                file=write_layer(folder / "shops.geojson", [shop]), census=("all",),
                census_on=DAY, declared_by="某区商务局",
            ),
        ),
        people=PeopleSource(
            file=write_layer(folder / "p.geojson", [feature("Point", [(0, 0)], id="A",
                                                            residents=100)])
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shop_m", "crossing", "verdict", "time_min"),
    [
        (350.0, "traffic_signals", "met", 350 / 80 + 0.5),
        (365.0, "traffic_signals", "not assessed", 365 / 80 + 0.5),
        (399.0, "zebra", "not assessed", 399 / 80 + 5 / 60),
        (399.0, "no", "not assessed", 399 / 80 + 5 / 60),
        (401.0, "zebra", "not met", 401 / 80 + 5 / 60),
    ],
)
def test_five_minutes_to_a_shop_over_a_crossing(
    tmp_path: Path, pack: Pack, shop_m: float, crossing: str, verdict: str, time_min: float
) -> None:
    """400 m are 5 minutes at 80 m/min; 30 s at signals leave 360 m, 5 s at a zebra 393 m."""
    city = read_city(city_with_a_crossing(tmp_path, shop_m, crossing))
    found = assess(pack, city, network_of(city), DAY)
    (finding,) = [
        f for f in found.findings if f.rule == "five-minutes-shopping" and f.reading == "walk"
    ]
    assert finding.verdict == verdict
    assert float(finding.time_min) == pytest.approx(time_min, abs=0.006)
    assert float(finding.distance_m) == pytest.approx(shop_m, abs=0.6)
    assert ("waits-unverified" in finding.reasons) == (verdict == "not assessed")
