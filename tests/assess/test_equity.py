"""Equity over people: by hand, against slow sums over single people, and on a published city."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.access import catchments, step
from lifecircle.assess.equity import (
    concentration,
    concentration_corrected,
    fgt,
    gini,
    palma,
    theil,
)
from lifecircle.walk.matrix import Pairs
from tests.fixtures.rds import read_rds

Places = list[tuple[int, int, int]]

places = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=12
).filter(lambda rows: sum(v * p for v, p, _ in rows) > 0)


def columns(rows: Places) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value, people, group = (
        np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)
    )
    return value, people, group


def persons(rows: Places) -> list[tuple[int, int]]:
    return [(v, g) for v, p, g in rows for _ in range(p)]


def test_by_hand() -> None:
    # one has nothing, three have 4 each: m = 3, G = 6 pairs of 4 over 2 * 16 * 3
    assert gini([0, 4], [1, 3]) == pytest.approx(0.25)
    assert gini([5, 5, 5], [1, 2, 3]) == pytest.approx(0)
    # all of it lies with the higher rank: the most a quarter of four people can have
    assert concentration([0, 4], [3, 1], [1, 2]) == pytest.approx(0.75)
    assert concentration([4, 0], [3, 1], [1, 2]) == pytest.approx(-0.25)
    assert concentration_corrected([4, 0], [3, 1], [1, 2]) == pytest.approx(4 * 3 * -0.25 / 4)
    # ten people with 1 to 10: the tenth has 10, the first four 2.5 on average
    assert palma(range(1, 11), np.ones(10)) == pytest.approx(4)
    # by income the other way round: 1 over (10 + 9 + 8 + 7) / 4
    assert palma(range(1, 11), np.ones(10), range(10, 0, -1)) == pytest.approx(1 / 8.5)
    parts = theil([1, 1, 3, 3], [1, 1, 1, 1], [0, 0, 1, 1])
    assert parts.within == pytest.approx(0)
    assert parts.total == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)
    assert fgt([2, 5, 20], [1, 1, 2], 10, 0) == pytest.approx(0.5)
    assert fgt([2, 5, 20], [1, 1, 2], 10, 1) == pytest.approx((0.8 + 0.5) / 4)
    assert fgt([2, 5, 20], [1, 1, 2], 10, 2) == pytest.approx((0.64 + 0.25) / 4)
    assert fgt([10], [1], 10, 0) == 0


def test_of_nobody_nothing_is_said() -> None:
    for answer in (
        gini([1, 2], [0, 0]),
        gini([0, 0], [1, 2]),
        concentration_corrected([1], [0], [1]),
        palma([1, 2], [0, 0]),
        palma([3, 3], [1, 1]),
        theil([0, 0], [1, 1], [0, 1]).total,
        fgt([], [], 3, 1),
    ):
        assert math.isnan(answer)


@given(places)
def test_the_same_as_one_person_at_a_time(rows: Places) -> None:
    value, people, group = columns(rows)
    each = persons(rows)
    count, mean = len(each), sum(v for v, _ in each) / len(each)
    apart = sum(abs(a - b) for a, _ in each for b, _ in each)
    assert gini(value, people) == pytest.approx(apart / (2 * count**2 * mean), abs=1e-12)
    total = sum(v / mean * math.log(v / mean) for v, _ in each if v) / count
    assert theil(value, people, group).total == pytest.approx(total, abs=1e-12)
    for alpha in (0, 1, 2):
        poor = sum(((20 - v) / 20) ** alpha for v, _ in each if v < 20) / count
        assert fgt(value, people, 20, alpha) == pytest.approx(poor, abs=1e-12)


@given(places, st.sampled_from([0.001, 7.0, 1000.0]))
def test_the_unit_does_not_matter(rows: Places, scale: float) -> None:
    value, people, group = columns(rows)
    assert gini(value * scale, people) == pytest.approx(gini(value, people), abs=1e-9)
    assert theil(value * scale, people, group) == pytest.approx(
        theil(value, people, group), abs=1e-9
    )
    assert palma(value * scale, people) == pytest.approx(
        palma(value, people), abs=1e-9, nan_ok=True
    )
    assert fgt(value * scale, people, 20 * scale, 1) == pytest.approx(fgt(value, people, 20, 1))


@given(places, st.randoms(use_true_random=False))
def test_the_order_of_places_changes_no_bit(rows: Places, dice: object) -> None:
    mixed = list(rows)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    (v, p, g), (w, q, h) = columns(rows), columns(mixed)
    assert gini(v, p) == gini(w, q)
    assert theil(v, p, g) == theil(w, q, h)
    assert concentration(v, p, g) == concentration(w, q, h)
    assert palma(v, p) == palma(w, q) or math.isnan(palma(v, p))


@given(places, st.data())
def test_giving_from_more_to_less_lessens_inequality(rows: Places, data: st.DataObject) -> None:
    value, people, group = columns([(v, 1, g) for v, _, g in rows])
    if len(value) < 2 or value.max() - value.min() < 2:
        return
    gift = data.draw(st.integers(1, int(value.max() - value.min()) // 2))
    after = value.copy()
    after[value.argmax()] -= gift
    after[value.argmin()] += gift
    assert gini(after, people) < gini(value, people)
    assert theil(after, people, group).total < theil(value, people, group).total + 1e-12


@given(places)
def test_between_and_within_add_up(rows: Places) -> None:
    value, people, group = columns(rows)
    parts = theil(value, people, group)
    assert parts.total == pytest.approx(parts.between + parts.within, abs=1e-12)
    assert min(parts) >= -1e-12
    alone = theil(value, people, np.arange(len(value)))
    assert alone.within == pytest.approx(0, abs=1e-12)


class BeloHorizonte:
    """898 cells, and the jobs within 30 minutes of each."""

    def __init__(self, folder: Path) -> None:
        cells, matrix = (
            read_rds(folder / "land_use_data.rds"),
            read_rds(folder / "travel_matrix.rds"),
        )
        self.ids = np.array(cells["id"], dtype="S15")
        order = np.argsort(self.ids)
        self.origin = order[np.searchsorted(self.ids, matrix["from_id"], sorter=order)]
        self.target = order[np.searchsorted(self.ids, matrix["to_id"], sorter=order)]
        self.minutes = matrix["travel_time"]
        self.people, self.jobs = cells["population"], cells["jobs"]
        self.income, self.decile = cells["income_per_capita"], cells["income_decile"]
        near = self.minutes <= 30
        self.reach = np.bincount(
            self.origin[near], weights=self.jobs[self.target[near]], minlength=len(self.ids)
        )


@pytest.fixture(scope="module")
def city(shared_data: Path) -> BeloHorizonte:
    return BeloHorizonte(shared_data / "belo-horizonte")


def test_belo_horizonte_to_the_printed_digits(city: BeloHorizonte) -> None:
    """The figures that the R package accessibility prints for its own example."""
    assert (len(city.ids), city.people.sum(), city.jobs.sum()) == (898, 941_160, 496_088)
    assert f"{palma(city.reach, city.people, city.income):.6f}" == "3.800465"
    assert f"{gini(city.reach, city.people):.7f}" == "0.4715251"
    parts = theil(city.reach, city.people, city.decile)
    assert [f"{part:.7f}" for part in parts] == ["0.3616631", "0.1280753", "0.2335878"]
    poor = [fgt(city.reach, city.people, 95_368, alpha) for alpha in (0, 1, 2)]
    assert [f"{one:.7f}" for one in poor] == ["0.5745378", "0.3277383", "0.2218769"]


FIVE = (b"89a88cdb57bffff", b"89a88cdb597ffff", b"89a88cdb5b3ffff", b"89a88cdb5cfffff",
        b"89a88cd909bffff")  # fmt: skip


def test_belo_horizontes_concentration_to_the_printed_digits(city: BeloHorizonte) -> None:
    """Five cells along income; nobody lives in the one whose income nobody knows."""
    rows = [city.ids.tolist().index(one) for one in FIVE]
    five = city.reach[rows], city.people[rows], city.income[rows]
    assert f"{concentration(*five):.4f}" == "-0.0248"
    assert f"{concentration_corrected(*five):.4f}" == "-0.1314"


def test_belo_horizontes_catchments_to_the_printed_digits(city: BeloHorizonte) -> None:
    """Jobs of five cells shared among the people of the same five, 45 minutes, 2SFCA."""
    rows = [city.ids.tolist().index(one) for one in FIVE]
    inner = np.isin(city.origin, rows) & np.isin(city.target, rows)
    pairs = Pairs(city.origin[inner], city.target[inner], city.minutes[inner] * 60.0)
    found = catchments(pairs, city.people, city.jobs, step(45 * 60.0)).per_person[rows]
    assert [f"{one:.4f}" for one in found] == ["0.0152", "0.1491", "0.1491", "0.1068", "0.0000"]
