"""Numbers of persons in open data: no attack on all files together narrows a small one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.policy.parts import Requirement
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.persons import (
    FEW,
    K,
    Scale,
    Span,
    scale_of,
    smallest_told,
    together,
)
from lifecircle.publish.opendata.tables import community_columns, total_columns, verdict_columns
from lifecircle.walk.network import Network
from tests.conftest import DAY
from tests.publish.attack import (
    GROUPS,
    HIT,
    Attack,
    Cell,
    Publication,
    Sum,
    hit_of,
    people_of,
    rows_of,
)

RULES = ("five-minutes-finance", "five-minutes-leisure")
LEFT_OPEN = K - 1
"""A number of 1 to 4 may be any of them, whatever is published."""


def test_spans_are_worked_by_hand() -> None:
    """85 % asked for: 4 / 0.15 + 1 = 27.7, 20 / 0.85 = 23.5, so a hundred; 99 %: 401 and so 405."""
    assert smallest_told([Fraction(85, 100)]) == smallest_told([]) == FEW
    assert smallest_told([Fraction(99, 100)]) == 405
    assert scale_of(99, [], 100).span(3) == Span(0, 99)
    plain = scale_of(1237, [], 100)
    assert [plain.span(n) for n in (0, 4, 5, 1237)] == [
        Span(0, 4), Span(0, 4), Span(5, 9), Span(1235, 1239)
    ]  # fmt: skip
    # not met of 85 %: more than 0.15 * 2000 = 300 are affected, so 301 or more; 301-304 would be
    # four values, and are told as 300-309 with the next
    cut = scale_of(2003, [Fraction(85, 100)], 100)
    assert cut == Scale(100, few=False, joined=frozenset({305}))
    assert cut.span(302) == cut.span(307) == Span(300, 309)
    assert cut.span(299) == Span(295, 299)
    assert together([Span(0, 4), Span(5, 9)]) == Span(5, 13)
    assert together([Span(0, 4), None]) == Span(0, None)


@dataclass(frozen=True)
class Town:
    """Residents, older people and children of each community, and whom each rule leaves without."""

    heads: tuple[tuple[int, int, int], ...]
    without: tuple[tuple[tuple[int, int, int], ...], ...]


@st.composite
def towns(draw: st.DrawFn, size: int = 2) -> Town:
    few, some = st.integers(0, 12), st.integers(92, 125)
    heads, without = [], []
    for _ in range(size):
        older, children = draw(st.one_of(few, some)), draw(few)
        others = draw(st.one_of(few, some))
        heads.append((older + children + others, older, children))
        own = []
        for _ in RULES:
            hit = [draw(st.one_of(st.integers(0, min(n, 5)), st.integers(max(n - 5, 0), n)))
                   for n in (older, children, others)]  # fmt: skip
            own.append((sum(hit), hit[0], hit[1]))
        without.append(tuple(own))
    return Town(tuple(heads), tuple(without))


@dataclass(frozen=True)
class Truth:
    """The numbers themselves: of each community, and of each community and rule."""

    pack: str
    heads: Mapping[str, tuple[int, ...]]
    hit: Mapping[tuple[str, str], tuple[int, ...]]


class World:
    """The example city with other people in the communities of one township and the next."""

    def __init__(self, city: City, network: Network, found: Assessment, shares: Fraction) -> None:
        self._city, self._network = city, network
        asked = Requirement(comparator=">=", value=_decimal(shares))
        rules = [
            rule.model_copy(update={"require": asked})
            for rule in found.pack.rules
            if rule.id in RULES
        ]
        pack: Pack = found.pack.model_copy(update={"rules": tuple(rules)})
        walked = [f for f in found.findings if f.rule in RULES and f.reading == "walk"]
        wanted = [r for r in (*found.rollup, *found.rollup_by_area) if r.rule in RULES]
        rows = [r for r in wanted if r.reading == "walk"]
        self._found = replace(
            found, pack=pack, findings=tuple(walked), rollup=tuple(rows), rollup_by_area=()
        )
        self._share = shares

    def published(self, town: Town) -> tuple[Publication, Truth]:
        ids = self._city.communities.id
        heads = {one: town.heads[row] if row < len(town.heads) else (0, 0, 0)
                 for row, one in enumerate(ids)}  # fmt: skip
        findings = tuple(self._finding(town, ids.index(f.subject), f) for f in self._found.findings)
        found = replace(self._found, findings=findings)
        ground = Ground(self._peopled(heads), self._network, DAY)
        people = PublicPeople(ground.city, [found])
        tables = {
            "communities": rows_of(community_columns(ground, people)),
            "verdicts": rows_of(verdict_columns(ground.city, [found], people)),
            "totals": rows_of(total_columns(ground, [found], people)),
        }
        hit = {(f.subject, f.rule): town.without[ids.index(f.subject)][RULES.index(f.rule)]
               for f in findings if f.verdict != "not applicable"}  # fmt: skip
        return tables, Truth(found.pack.id, heads, hit)

    def _peopled(self, heads: Mapping[str, tuple[int, ...]]) -> City:
        homes, ids = self._city.origins, self._city.communities.id
        counts = np.zeros((3, len(homes)), dtype=np.int64)
        _, first = np.unique(homes.community, return_index=True)
        for at in first.tolist():
            counts[:, at] = heads[ids[int(homes.community[at])]]
        origins = replace(homes, residents=counts[0], older=counts[1], children=counts[2])
        areas = replace(self._city.communities, counts={})
        return replace(self._city, origins=origins, communities=areas)

    def _finding(self, town: Town, row: int, finding: Finding) -> Finding:
        if row >= len(town.heads):
            return replace(finding, verdict="not applicable", people=0, people_affected=None)
        everyone, hit = town.heads[row][0], town.without[row][RULES.index(finding.rule)]
        met = hit[0] <= (1 - self._share) * everyone
        shown = (0, 0, 0) if met else hit
        return replace(
            finding,
            verdict="met" if met else "not met",
            people=everyone,
            people_affected=shown[0],
            older_affected=shown[1],
            children_affected=shown[2],
            required=f"{_decimal(self._share)}",
            unit="share",
        )


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


@pytest.fixture(scope="module")
def worlds(example_city: City, example_network: Network, example: Assessment) -> dict[str, World]:
    shares = {"85 %": Fraction(85, 100), "all": Fraction(1)}
    return {name: World(example_city, example_network, example, share)
            for name, share in shares.items()}  # fmt: skip


def small_cells(day: int, truth: Truth) -> list[tuple[Sum, int]]:
    """Return every number of 1 to 4 persons: groups, those affected, and what both leave over."""
    cells: list[tuple[Sum, int]] = []
    for own, counts in truth.heads.items():
        named = [people_of(day, own, group) for group in GROUPS]
        cells += _with_rests(named, counts)
    for (own, rule), counts in truth.hit.items():
        row = {"subject": own, "pack": truth.pack, "rule": rule, "reading": "walk"}
        named = [hit_of(day, row, group) for group in HIT]
        cells += _with_rests(named, counts)
        for cell, group, n, whole in zip(named, GROUPS, counts, truth.heads[own], strict=True):
            cells.append(({people_of(day, own, group): 1, cell: -1}, whole - n))
    return [(cell, n) for cell, n in cells if 0 < n < K]


def _with_rests(named: Sequence[Cell], counts: Sequence[int]) -> list[tuple[Sum, int]]:
    """Return all, older people and children, and all but the older, all but the children."""
    cells: list[tuple[Sum, int]] = [({cell: 1}, n) for cell, n in zip(named, counts, strict=True)]
    cells += [({named[0]: 1, cell: -1}, counts[0] - n)
              for cell, n in zip(named[1:], counts[1:], strict=True)]  # fmt: skip
    return cells


def narrowest(attack: Attack, cells: list[tuple[Sum, int]]) -> float:
    """Return how many values the best attacked of these numbers still may have."""
    widths = [np.inf]
    for cell, n in cells:
        least, most = attack.range(cell)
        assert least <= n <= most  # what is published is true
        widths.append(most - least + 1)
    return min(widths)


@pytest.mark.parametrize("name", ["85 %", "all"])
@given(town=towns())
@settings(max_examples=5)
def test_no_attack_narrows_a_small_number(worlds: dict[str, World], name: str, town: Town) -> None:
    tables, truth = worlds[name].published(town)
    assert narrowest(Attack(tables), small_cells(0, truth)) >= LEFT_OPEN


@given(towns=st.tuples(towns(), towns()), moved=st.booleans())
@settings(max_examples=3)
def test_two_publications_tell_no_more_than_each(
    worlds: dict[str, World], towns: tuple[Town, Town], *, moved: bool
) -> None:
    """Nobody moved, and facilities opened or closed; or other people live there."""
    first, second = towns
    if not moved:
        pairs = zip(second.without, first.heads, strict=True)
        second = Town(
            first.heads, tuple(tuple(_fitting(hit, heads) for hit in own) for own, heads in pairs)
        )
    (one, truth), (two, later) = (worlds["85 %"].published(town) for town in (first, second))
    attack = Attack(one, two, still=not moved)
    assert narrowest(attack, small_cells(0, truth) + small_cells(1, later)) >= LEFT_OPEN
    for (own, rule), counts in truth.hit.items():
        row = {"subject": own, "pack": truth.pack, "rule": rule, "reading": "walk"}
        for group, before, after in zip(HIT, counts, later.hit[own, rule], strict=True):
            if 0 < abs(after - before) < K and min(before, after) < K:
                change = {hit_of(1, row, group): 1, hit_of(0, row, group): -1}
                assert narrowest(attack, [(change, after - before)]) >= LEFT_OPEN


def _fitting(hit: Sequence[int], heads: Sequence[int]) -> tuple[int, int, int]:
    """Return those affected, older people and children among them, of other residents."""
    older, children = min(hit[1], heads[1]), min(hit[2], heads[2])
    others = min(hit[0] - hit[1] - hit[2], heads[0] - heads[1] - heads[2])
    return older + children + others, older, children


TOWN = Town(
    ((120, 10, 3), (200, 4, 4), (8, 4, 0)),
    (((30, 3, 2), (0, 0, 0)), ((0, 0, 0),) * 2, ((1, 1, 0),) * 2),
)


def test_other_numbers_on_the_same_spans_give_the_same_files(worlds: dict[str, World]) -> None:
    """The proof itself, by an example: 3 children or none, 30 of 120 short or 34 of 124."""
    other = Town(
        ((124, 14, 0), (203, 2, 1), (70, 0, 60)),
        (((34, 4, 3), (4, 2, 0)), ((7, 1, 0), (1, 1, 0)), ((7, 0, 7), (0, 0, 0))),
    )
    world = worlds["85 %"]
    assert world.published(TOWN)[0] == world.published(other)[0]


def test_the_attack_finds_what_an_exact_total_gives_away(worlds: dict[str, World]) -> None:
    """One community is short, so the city's number is its own."""
    tables, truth = worlds["85 %"].published(TOWN)
    own = [one for one in tables["totals"] if one["rule"] == RULES[0]]
    (row,) = [one for one in own if one["area_level"] == "city"]
    exact = {**row, "affected_at_least": 30, "affected_at_most": 30}
    attack = Attack({**tables, "totals": [exact]})
    assert attack.range({hit_cell(truth, 0): 1}) == (30, 30)


def test_the_attack_finds_what_a_verdict_gives_away(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """85 % of eight people, told as 5-9, leave one without at most: 0 or 1."""
    monkeypatch.setattr("lifecircle.publish.opendata.people.smallest_told", lambda _: K)
    tables, truth = worlds["85 %"].published(TOWN)
    assert Attack(tables).range({hit_cell(truth, 2): 1}) == (0, 1)


def test_those_between_two_rules_are_not_known_either(worlds: dict[str, World]) -> None:
    """304 and 303 of 2003 are short of 85 %, that is of 301 at least: 301-304 would be four."""
    short = ((304, 0, 0), (303, 0, 0))
    tables, truth = worlds["85 %"].published(Town(((2003, 0, 0),), (short,)))
    farther, nearer = (hit_cell(truth, 0, rule) for rule in RULES)
    attack = Attack(tables)
    attack.know({farther: 1, nearer: -1}, 0, np.inf)
    assert attack.range({farther: 1, nearer: -1}) == (0, 8)


def hit_cell(truth: Truth, row: int, rule: str = RULES[0]) -> Cell:
    """Name those affected by a rule in a community."""
    own = sorted(truth.heads)[row]
    named = {"subject": own, "pack": truth.pack, "rule": rule, "reading": "walk"}
    return hit_of(0, named, "affected")
