"""Persons on the map: spans that open data tell too, and nothing that tells one number in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely.affinity

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.map.writing import Wanted, write_map
from lifecircle.publish.opendata.earlier import read_earlier
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.persons import K
from lifecircle.publish.opendata.writing import write_open_data
from tests.conftest import DAY

TELLS_PERSONS = re.compile(r"\d人|\d户|[%％]的|一半|九成|(居民|老年人|儿童)\d")
OF_POLICY = frozenset({"rules", "pack", "silent", "words", "walkers"})
"""What stands in the pack, and words: nobody of the city is counted there."""


def data_of(folder: Path, name: str) -> Any:
    """Return the value of a data file."""
    text = (folder / "data" / name).read_text(encoding="utf-8")
    return json.loads(text[text.index("] = ") + len("] = ") :].rstrip().removesuffix(";"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, own in value.items():
            yield from () if key in OF_POLICY else _texts(own)
    elif isinstance(value, list):
        for own in value:
            yield from _texts(own)


def test_every_number_of_persons_is_a_span_of_open_data(
    folder: Path, ground: Ground, example: Assessment
) -> None:
    city = ground.city
    people = PublicPeople(city, [example])
    areas = data_of(folder, "communities.js")
    for own, told in zip(city.communities.id, areas["people"], strict=True):
        span = people.of_group(own, "residents")
        assert told == (None if span is None else [span.least, span.most])
    told = data_of(folder, "findings-1.js")
    table = told["findings"]
    rules = [rule["id"] for rule in told["rules"]]
    rows = zip(table["community"], table["rule"], table["reading"], table["affected"], strict=True)
    found = {(f.subject, f.rule, f.reading): f for f in example.findings}
    seen = 0
    for community, rule, reading, affected in rows:
        key = (city.communities.id[community], rules[rule], told["texts"][reading])
        span = people.affected(found[key])[0]
        assert affected == (None if span is None else [span.least, span.most])
        assert span is None or span.most is None or span.most - span.least >= K - 1
        seen += span is not None
    assert seen
    for path in (folder / "data").glob("*.js"):
        said = [one for one in _texts(data_of(folder, path.name)) if TELLS_PERSONS.search(one)]
        assert said == [], path.name


def test_of_a_community_redrawn_since_nothing_is_told(
    ground: Ground, example: Assessment, tmp_path: Path
) -> None:
    city = ground.city
    write_open_data(tmp_path / "data", ground, [example])
    before = read_earlier(tmp_path / "data")
    shapes = city.communities.shape.copy()
    shapes[0] = shapely.affinity.scale(shapes[0], 0.5, 0.5)
    areas = replace(city.communities, shape=shapes)
    later = Ground(replace(city, communities=areas), ground.network, DAY)
    wanted = Wanted(later, [example], PublicSource(), before=(before,))
    write_map(tmp_path / "map", wanted)
    told = data_of(tmp_path / "map", "communities.js")
    assert told["people"][0] is None
    assert told["note"][0] == "边界与以前发布的不同，不写人数"
    assert all(told["people"][1:])


def test_what_tells_persons_is_found() -> None:
    """The pattern that the folder is searched by knows what findings say to the office."""
    for told in ("未达标涉及17,219人", "32.63%的居民5分钟内走得到", "老年人一半不超过5.96分钟"):
        assert TELLS_PERSONS.search(told)


def _moved(city: City, example: Assessment, more: Sequence[int]) -> City:
    """Return a city with so many more residents in the first home of each community."""
    homes = city.origins
    _, first = np.unique(homes.community, return_index=True)
    added = np.zeros(len(homes), dtype=np.int64)
    added[first] = more
    residents, weight = homes.residents + added, homes.weight + added
    return replace(city, origins=replace(homes, residents=residents, weight=weight))


@pytest.fixture(scope="module")
def other(hilly_city: City, ground: Ground, pack: Pack, example: Assessment) -> Ground:
    """Return the same city where other numbers of people fall on the same spans."""
    before = assess(pack, hilly_city, ground.network, DAY)
    more = np.array([K - 1 - count % K for count in _residents(hilly_city)])
    for _ in range(2):  # whoever left a span stays as they were
        city = _moved(hilly_city, example, more.tolist())
        after = assess(pack, city, ground.network, DAY)
        more[~_alike(hilly_city, before, city, after)] = 0
    return Ground(_moved(hilly_city, example, more.tolist()), ground.network, DAY)


def _residents(city: City) -> list[int]:
    homes = city.origins
    return [int(one) for one in np.bincount(homes.community, homes.residents)]


def _alike(one_city: City, one: Assessment, other_city: City, other: Assessment) -> Any:
    """Say of which communities spans, verdicts and reasons are the same."""
    first, second = PublicPeople(one_city, [one]), PublicPeople(other_city, [other])
    ids = list(one_city.communities.id)
    alike = np.array(
        [first.of_group(i, "residents") == second.of_group(i, "residents") for i in ids]
    )
    for mine, theirs in zip(one.findings, other.findings, strict=True):
        if mine.subject in ids:
            told = (first.affected(mine), mine.verdict, mine.reasons, mine.confidence)
            alike[ids.index(mine.subject)] &= told == (
                second.affected(theirs),
                theirs.verdict,
                theirs.reasons,
                theirs.confidence,
            )
    return alike


def test_other_numbers_on_the_same_spans_give_the_same_folder(
    ground: Ground, other: Ground, pack: Pack, tmp_path: Path
) -> None:
    """The proof: nothing on the map speaks of persons but through the spans."""
    assert _residents(ground.city) != _residents(other.city)
    shares = []
    for name, own in (("one", ground), ("other", other)):
        found = assess(pack, own.city, own.network, DAY)
        shares.append([f.share for f in found.findings])
        write_map(tmp_path / name, Wanted(own, [found], PublicSource()))
    assert shares[0] != shares[1]
    one, two = (
        {path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
         for path in sorted((tmp_path / name).rglob("*")) if path.is_file()}
        for name in ("one", "other")
    )  # fmt: skip
    assert one == two
