"""The example city: every planted gap is found, and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.demo.expected import walk_m
from lifecircle.demo.files import PLANTED, write_example
from lifecircle.demo.plan import Estate, Place, draw
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.terms.errors import OutputError
from tests.conftest import DAY, network_of


def planted(folder: Path) -> set[tuple[str, str, str]]:
    with (folder / PLANTED).open(encoding="utf-8", newline="") as file:
        return {(row["community"], row["rule"], row["reading"]) for row in csv.DictReader(file)}


def short(found: Assessment) -> set[tuple[str, str, str]]:
    return {
        (f.subject, f.rule, f.reading)
        for f in found.findings
        if f.verdict == "not met" and f.subject_level == "community"
    }


def test_twelve_communities_in_three_townships_of_two_counties(example_city: City) -> None:
    areas = example_city.communities
    assert len(areas) == 12
    assert len(set(areas.township)) == 3
    assert len(set(areas.county)) == 2
    assert example_city.simulated
    assert len(example_city.origins.gate_of) == len(example_city.origins) == 144


def test_the_findings_are_exactly_the_planted_gaps(
    example: Assessment, example_folder: Path
) -> None:
    gaps = planted(example_folder)
    assert len(gaps) == 53
    assert short(example) == gaps


@pytest.mark.parametrize(("communities", "seed"), [(1, 1), (2, 5), (7, 3), (13, 8), (40, 21)])
def test_any_size_and_seed(tmp_path: Path, pack: Pack, communities: int, seed: int) -> None:
    write_example(tmp_path / "city", communities, seed)
    city = read_city(read_sources(tmp_path / "city"))
    assert len(city.communities) == communities
    found = assess(pack, city, network_of(city), DAY)
    assert short(found) == planted(tmp_path / "city")


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, example_folder: Path) -> None:
    write_example(tmp_path / "again")
    write_example(tmp_path / "other", seed=7)
    for file in example_folder.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    name = "estates.geojson"
    assert (tmp_path / "other" / name).read_bytes() != (example_folder / name).read_bytes()


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(OutputError, match="没有改动"):
        write_example(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


# The grid west of the township's corner (0, 150), with the middle of a block's side as gate:
#
#   y=250  +-----g2----+        g1 stands on the west-east street at (50, 150), g2 on the next
#          |           |        one at (50, 250). Between them no street runs north, so the way
#   y=150  +-----g1----+        goes round by a corner: 50 + 100 + 50 = 200 m.
#          x=0        x=100
@pytest.mark.parametrize(
    ("street", "metres"),
    [
        ((50.0, 250.0), 200.0),
        ((150.0, 150.0), 100.0),
        ((150.0, 250.0), 200.0),
        ((50.0, 150.0), 0.0),
    ],
)
def test_the_closed_form_goes_round_blocks(street: tuple[float, float], metres: float) -> None:
    town = draw(4, 1).towns[0]
    estate = Estate("e", "e", (0, 150, 100, 150), (50.0, 150.0), 1, 0, 0)
    assert walk_m(town, estate, Place("p", "p", "bank", street, street)) == metres
