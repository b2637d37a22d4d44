"""Persons in handbooks: other numbers on the same spans give the same books."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.place.sources import HandbookSource
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.publish.handbook.city_book import city_book
from lifecircle.publish.handbook.community_book import community_book
from lifecircle.publish.handbook.heads import heads_told
from lifecircle.publish.handbook.material import Material
from lifecircle.publish.handbook.shared import PERSONS
from lifecircle.publish.handbook.writing import Wanted, write_handbooks
from lifecircle.publish.opendata.earlier import Earlier
from lifecircle.publish.opendata.people import GROUPS, PublicPeople
from lifecircle.publish.public_evidence import PublicEvidence
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.typesetting import texts_in
from tests.assess.cities import Place, Site, city_of, pack_of, rule
from tests.conftest import DAY, network_of

SHARE = {"name": "share_of_people_within", "categories": ["clinic"], "minutes": 5}


Columns = dict[str, Any]


def people_of(city: City) -> Columns:
    return {name: getattr(city.origins, name).copy() for name in GROUPS}


def peopled(city: City, people: Columns) -> City:
    homes = city.origins
    weight = np.where(homes.weight == homes.residents, people["residents"], homes.weight)
    return replace(city, origins=replace(homes, weight=weight, **people))


def one_more_or_less(city: City, seed: int) -> Columns:
    """Return people where a home of every community has one more or less, on the same span."""
    random, people = np.random.default_rng(seed), people_of(city)
    for row in range(len(city.communities)):
        counts = people[random.choice(GROUPS)]
        home = random.choice(np.flatnonzero(city.origins.community == row))
        if counts[home] >= 0:
            counts[home] += -1 if counts[home] % 5 == 4 else 1
    return people


def made(city: City, packs: Sequence[Pack]) -> Material:
    ground = Ground(city, network_of(city), DAY)
    return Material.of(ground, [assess_on(ground, one) for one in packs], HandbookSource())


def spans_of(material: Material, own_id: str) -> Any:
    """Return all that open data tell of a community's persons and verdicts."""
    people, row = material.people, material.ground.city.communities.id.index(own_id)
    return [
        people.note(row),
        [people.of_group(own_id, group) for group in GROUPS],
        [
            (f.key, f.verdict, people.affected(f))
            for one in material.found
            for f in one.findings
            if f.subject == own_id
        ],
    ]


def on_the_same_spans(first: Material, packs: Sequence[Pack], seeds: int) -> City:
    """Return the city with as many communities changed as a few tries find."""
    city, people = first.ground.city, people_of(first.ground.city)
    for seed in range(seeds):
        tried = one_more_or_less(city, seed)
        other = made(peopled(city, tried), packs)
        for row, own_id in enumerate(city.communities.id):
            if spans_of(other, own_id) == spans_of(first, own_id):
                own = city.origins.community == row
                for name in GROUPS:
                    people[name][own] = tried[name][own]
    return peopled(city, people)


def books(material: Material) -> list[dict[str, Any]]:
    rows = range(len(material.ground.city.communities))
    own = [community_book(material, row, large=False) for row in rows]
    return [city_book(material, large=False), *own]


def test_other_numbers_on_the_same_spans_give_the_same_books(
    example_city: City, pack: Pack
) -> None:
    first = made(example_city, [pack])
    second = made(on_the_same_spans(first, [pack], 6), [pack])
    ids = example_city.communities.id
    assert [spans_of(second, one) for one in ids] == [spans_of(first, one) for one in ids]
    exact = [[(f.share, f.people_affected, f.median_min) for f in m.found[0].findings]
             for m in (first, second)]  # fmt: skip
    assert exact[0] != exact[1]
    assert books(first) == books(second)


def test_no_share_and_no_count_of_people_is_printed(example_city: City) -> None:
    packs = [load_pack(name) for name in ("xian-2020", "xian-2024", "nantong-2011")]
    told = "\n".join(text for book in books(made(example_city, packs)) for text in texts_in(book))
    said = re.findall(r"有([\d,]+)至([\d,]+)人", told)
    assert said
    for ends in said:
        least, most = (int(end.replace(",", "")) for end in ends)
        assert least % 5 == 0
        assert most % 5 == 4
        assert most - least >= 4
    rest = re.sub(r"有[\d,]+至[\d,]+人", "", told.replace(PERSONS, ""))
    titles = {text for one in packs for rule in one.rules for text in [rule.title.zh]}
    for title in sorted(titles, key=len, reverse=True):
        rest = rest.replace(title, "")
    assert re.findall(r"[\d.,]+%的|一半的居民不超过|\d+[人户]，|\d+[人户]。", rest) == []


def small(residents: Iterable[int]) -> City:
    estates = [{"residents": count, "older": count - count % 5} for count in residents]
    census = frozenset({"clinic"})
    city = city_of([Place("c0", estates=estates)], [Site("F", "clinic", 0)], census=census)
    x_m = city.origins.x_m.copy()
    x_m[1:] = 0.0  # half a kilometre from the facility in the middle
    return replace(city, origins=replace(city.origins, x_m=x_m))


def one_rule(city: City) -> Material:
    return made(city, [pack_of(rule("near", "community", SHARE, ">=0.85"))])


@st.composite
def remainders(draw: st.DrawFn) -> tuple[int, int, int]:
    """What three homes have beyond fives, in all fewer than five: any sum stays on its span."""
    first, second = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    low, high = min(first, second), max(first, second)
    return low, high - low, draw(st.integers(0, 4 - high))


FIVES = st.tuples(*[st.integers(0, 60).map(lambda n: 5 * n)] * 3)


@given(FIVES, remainders(), remainders())
@example((150, 150, 300), (4, 0, 0), (0, 0, 4))
def test_three_homes_on_the_same_spans_give_the_same_books(
    fives: tuple[int, int, int], one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    first, second = (
        one_rule(small([a + b for a, b in zip(fives, more, strict=True)])) for more in (one, other)
    )
    assume(spans_of(first, "c0") == spans_of(second, "c0"))
    assert books(first) == books(second)


def test_the_office_would_tell_them_apart() -> None:
    """154 of 604 are 25.5 %, 150 of 604 are 24.8 %."""
    said = []
    for residents in ((154, 150, 300), (150, 150, 304)):
        material = one_rule(small(residents))
        said.append(material.sentences[0].evidence(finding_of(material.found[0])))
    assert said[0] != said[1]


def test_few_residents_are_homes_and_nobody_is_counted() -> None:
    """12 and 80 are 92 residents: the book of 3 and 1 is the same."""
    first, second = one_rule(small([12, 80])), one_rule(small([3, 1]))
    assert community_book(first, 0, large=False) == community_book(second, 0, large=False)
    heads = heads_told(first.ground.city, first.people)
    assert heads.alike.tolist() == [True]
    assert heads.people.tolist() == [1, 1]
    told = "\n".join(texts_in(community_book(first, 0, large=False)))
    assert "一半住处" in told
    assert "一半老年人" not in told
    assert not re.search(r"\d人", told.replace(PERSONS, ""))


def test_a_community_redrawn_since_open_data_were_published_is_told_by_homes() -> None:
    city = small([150, 150, 300])
    shapes = city.plane.to_degrees(city.communities.shape)
    whole = Earlier("x", "2025-01-01", 100, shapely.buffer(shapes, 0.001))
    same = Earlier("x", "2025-01-01", 100, shapes)
    ground = Ground(city, network_of(city), DAY)
    found = [assess_on(ground, pack_of(rule("near", "community", SHARE, ">=0.85")))]
    for before, alike in ((same, False), (whole, True)):
        material = Material.of(ground, found, HandbookSource(), before=[before])
        assert material.heads.alike.tolist() == [alike]
        told = "\n".join(texts_in(community_book(material, 0, large=False)))
        assert bool(re.search(r"有\d+至\d+人", told)) is not alike


def test_homes_count_by_the_middle_of_their_span() -> None:
    city = small([100, 104, 7, 0])
    heads = heads_told(city, PublicPeople(city, []))
    assert heads.people.tolist() == [102, 102, 7, 2]
    assert heads.older.tolist() == [102, 102, 7, 2]
    assert heads.known.tolist() == [True]


def test_dwellings_count_by_their_square_metres() -> None:
    city = small([100, 104, 7, 0])
    homes = replace(
        city.origins,
        basis=("building",) * 4,
        residents=np.full(4, -1),
        older=np.full(4, -1),
        weight=np.array([10, 11, 12, 13]),
    )
    city = replace(city, origins=homes)
    heads = heads_told(city, PublicPeople(city, []))
    assert heads.people.tolist() == [10, 11, 12, 13]
    assert (heads.alike.tolist(), heads.older_known.tolist()) == ([False], [False])


def finding_of(assessment: Assessment) -> Finding:
    return next(f for f in assessment.findings if f.verdict == "not met" and f.reading != "circle")


def evidence_of(city: City, pack: Pack, finding: Finding) -> str:
    people = PublicPeople(city, [])
    return PublicEvidence(pack, Sentences(city, pack), people).said(finding)


def test_who_is_affected_is_a_span_and_the_farthest_home_is_told() -> None:
    material = one_rule(small([300, 204]))
    own = finding_of(material.found[0])
    affected = material.people.affected(own)[0]
    assert affected is not None
    (said,) = [material.evidence[0].said(own)]
    assert said.startswith(f"5分钟内走不到的居民有{affected.least}至{affected.most}人，")
    assert own.share not in ("", "0.5")
    assert "%" not in said


@pytest.mark.parametrize(
    ("measure", "asked", "said"),
    [
        (
            {"name": "capacity_per_thousand", "categories": ["clinic"], "capacity": "beds"},
            ">=40",
            "属于这里的有F诊所。",
        ),
        (
            {"name": "area_per_100_households", "categories": ["clinic"], "basis": "gross_floor"},
            ">=400",
            "属于这里的有F诊所（500平方米）。",
        ),
    ],
)
def test_neither_heads_nor_households_stand_beside_what_a_rule_sums(
    measure: dict[str, Any], asked: str, said: str
) -> None:
    places = [Place("c0", "", "", {"households": 321, "residents": 987}, {}, ({"residents": 987},))]
    site = Site("F", "clinic", 0, {"floor_m2": 500.0, "beds": 12.0})
    city = city_of(places, [site], census=frozenset({"clinic"}))
    named = replace(city.facilities, name=("F诊所",))
    material = made(
        replace(city, facilities=named), [pack_of(rule("r", "community", measure, asked))]
    )
    assert material.evidence[0].said(finding_of(material.found[0])) == said


def test_who_excused_a_rule_and_what_is_on_record_stay_in_the_office() -> None:
    material = one_rule(small([300, 204]))
    city, pack = material.ground.city, material.found[0].pack
    excused = replace(finding_of(material.found[0]), waiver="李某，2026-01-01：在办")
    said = evidence_of(city, pack, excused)
    assert said.endswith("已豁免。")
    assert "李某" not in said


def test_the_manifest_of_handbooks_has_no_hash_of_its_input(
    example_city: City, pack: Pack, tmp_path: Any
) -> None:
    material = made(example_city, [pack])
    write_handbooks(tmp_path / "o", material, Wanted([0]))
    told = json.loads((tmp_path / "o" / "manifest.json").read_text(encoding="utf-8"))
    assert "inputs" not in told["run"]
    for file in example_city.files:
        assert file.sha256 not in json.dumps(told)
