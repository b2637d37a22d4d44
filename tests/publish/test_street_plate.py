"""Main streets: what is kept of the map, how it is told apart, and names where there is room.

y (m)
300   +--- 文化巷 (residential) ---+
      |
    解放大道 (primary)
      |
  0   +--- nameless secondary -----+--- nameless residential
x:    0                           400                     800
"""

from __future__ import annotations

import re
from itertools import combinations
from math import hypot
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.place.city import read_city
from lifecircle.place.main_streets import MainStreets, main_streets_of
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource
from lifecircle.place.streets.osm import read_extract
from lifecircle.publish.handbook.paper import NORMAL, WIDTH_MM, Paper
from lifecircle.publish.handbook.street_plate import LATIN_MM, Disc, StreetPlate
from tests.fixtures import two_estates as plan
from tests.fixtures.drawn import PLANE, draw

NODES = {"a": (0.0, 0.0), "b": (400.0, 0.0), "c": (800.0, 0.0), "d": (0.0, 300.0),
         "e": (400.0, 300.0)}  # fmt: skip
WAYS = [
    ("ad", {"highway": "primary", "name": "Jiefang Avenue", "name:zh": "解放大道"}),
    ("de", {"highway": "residential", "name": "文化巷"}),
    ("ab", {"highway": "secondary"}),
    ("bc", {"highway": "residential"}),
    ("be", {"highway": "footway", "name": "小路"}),
]


@pytest.fixture
def pbf(tmp_path: Path) -> Path:
    draw(tmp_path / "a.osm.pbf", NODES, WAYS)
    return tmp_path / "a.osm.pbf"


def test_main_streets_and_named_ones_are_kept(pbf: Path) -> None:
    found = main_streets_of(read_extract(pbf).main_streets, PLANE)
    assert list(zip(found.kind, found.name, strict=True)) == [
        ("primary", "解放大道"),
        ("residential", "文化巷"),
        ("secondary", ""),
    ]
    assert [round(line.length) for line in found.shape] == [300, 400, 400]


def test_a_city_has_the_streets_of_its_map(pbf: Path, tmp_path: Path) -> None:
    area = plan.feature("Polygon", plan.square(-50, -50, 850, 350), id="610000000001", name="东西")
    shop = plan.feature("Point", [(0, 0)], id="shop", name="东超市", category="supermarket")
    city = read_city(
        CitySources(
            network=pbf,
            communities=CommunitySource(file=plan.write_layer(tmp_path / "a.geojson", [area])),
            facilities=(FacilitySource(file=plan.write_layer(tmp_path / "s.geojson", [shop])),),
        )
    )
    assert city.main_streets.name == ("解放大道", "文化巷", "")


def streets(*rows: tuple[str, str, list[tuple[float, float]]]) -> StreetPlate:
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shapely.LineString(points) for _, _, points in rows]
    kinds, names = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
    return StreetPlate(MainStreets(kinds, names, shapes))


PAPER = Paper.around(0, 0, 500, 350)


def test_wide_streets_are_drawn_over_narrow_ones_and_edges_below_all() -> None:
    drawn = list(
        streets(
            ("primary", "", [(0, 0), (0, 300)]),
            ("tertiary", "", [(0, 0), (400, 0)]),
            ("residential", "文化巷", [(0, 300), (400, 300)]),
        ).lines(PAPER)
    )
    widths = [re.findall(r'stroke="(#\w+)".*stroke-width="([\d.]+)"', one)[0] for one in drawn]
    assert widths == [("#6b6b6b", "1.3"), ("#6b6b6b", "1.8"), ("#fff", "0.8"), ("#fff", "1.3")]


def test_names_lie_across_or_stand_upright_sign_below_sign() -> None:
    plate = streets(
        ("primary", "解放大道", [(0, 300), (0, 0)]),
        ("residential", "文化巷", [(400, 300), (0, 300)]),
    )
    drawn = list(plate.names(PAPER, 3.0, []))
    assert [re.sub(r"<.*?>", "", one) for one in drawn] == [*"解放大道", "文化巷"]
    places = [
        tuple(float(n) for n in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', one)[0])
        for one in drawn
    ]
    assert len({x for x, _ in places[:4]}) == 1
    assert [y for _, y in places[:4]] == sorted(y for _, y in places[:4])
    assert "rotate(0.0" in drawn[4].replace("-0.0", "0.0")


def test_a_street_has_one_name_in_many_pieces_and_none_without_room() -> None:
    pieces = [("primary", "人民路", [(x, 100.0), (x + 100.0, 100.0)]) for x in (0, 100, 200, 300)]
    assert len(list(streets(*pieces).names(PAPER, 3.0, []))) == 1
    short = streets(("primary", "人民路", [(200, 100), (212, 100)]))
    assert list(short.names(PAPER, 3.0, [])) == []
    bent = streets(("primary", "人民路", [(200, 100), (215, 100), (215, 115), (200, 115)]))
    assert list(bent.names(PAPER, 3.0, [])) == []
    odd = streets(("primary", "\U00030001路", [(0, 100), (400, 100)]))
    assert list(odd.names(PAPER, 3.0, [])) == []


def test_markup_in_a_name_is_text() -> None:
    (drawn,) = streets(("primary", "甲<b>&路", [(0, 100), (400, 100)])).names(PAPER, 3.0, [])
    assert "甲&lt;b&gt;&amp;路" in drawn


LINES = st.lists(
    st.tuples(*[st.tuples(st.floats(0, 500), st.floats(0, 350))] * 2), min_size=1, max_size=12
)


@given(LINES, st.lists(st.tuples(st.floats(10, 160), st.floats(10, 100)), max_size=10))
def test_no_name_covers_a_ring_or_leaves_the_sheet(
    lines: list[tuple[tuple[float, float], ...]], rings: list[tuple[float, float]]
) -> None:
    named = [("primary", f"第{at}大道", list(ends)) for at, ends in enumerate(lines)]
    taken = [Disc(x, y, 2.5) for x, y in rings]
    for drawn in streets(*named).names(PAPER, 3.0, taken):
        x, low = (float(n) for n in re.findall(r'x="([\d.]+)" y="([\d.]+)"', drawn)[0])
        y = low - 3.0 * 0.36
        assert 0 <= x <= WIDTH_MM
        assert 0 <= y <= NORMAL.high_mm
        if len(re.sub(r"<.*?>", "", drawn)) == 1:
            assert all(hypot(x - disc.x, y - disc.y) >= 2.5 for disc in taken)


def test_names_do_not_cover_one_another() -> None:
    crossing = [("primary", f"东西第{n}路", [(0.0, 10.0 * n), (500.0, 10.0 * n)]) for n in range(9)]
    drawn = list(streets(*crossing).names(PAPER, 3.0, []))
    spots = [
        tuple(float(n) for n in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', one)[0])
        for one in drawn
    ]
    length = 3.0 * (4 + LATIN_MM)
    assert len(spots) > 1
    for (ax, ay), (bx, by) in combinations(spots, 2):
        assert abs(ay - by) >= 3.0 or abs(ax - bx) >= length
