"""Findings on areas and records as people read them, in sentences, tables and the page."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lifecircle.assess.findings import Assessment
from lifecircle.place.tables import City, Record, Survey
from lifecircle.publish.map_layers import MapLayers
from lifecircle.publish.payload import page_payload
from lifecircle.publish.results import write_results
from lifecircle.publish.sentences import Sentences
from lifecircle.walk.network import Network
from tests.assess.cities import DAY, Place, Site, city_of, judged, pack_of, rule
from tests.conftest import network_of

CENTRE, MEALS = "community_service_facility", "community_canteen"


def centres(name: str) -> dict[str, object]:
    return {"name": name, "categories": [CENTRE], "basis": "gross_floor"}


@pytest.fixture(scope="module")
def run() -> tuple[City, Network, Assessment]:
    city = city_of(
        [
            Place("c0", "甲", "某区", {"households": 1800, "residents": 5000}),
            Place("c1", "甲", "某区", {"households": 900, "residents": 2000}),
        ],
        [Site("F1", CENTRE, 0, {"floor_m2": 620.0}), Site("F2", CENTRE, 1)],
        census=frozenset({CENTRE}),
        surveys=[Survey(0, {"community_meals": "operating"}, DAY, "某街道")],
        records=[
            Record("county", "某区", "paid", 17, DAY, "月报"),
            Record("county", "某区", "due", 20, DAY, "月报"),
            Record("community", "c0", "abuses", 2, DAY, "台账"),
        ],
    )
    rate = {"name": "rate_from_records", "part": "paid", "whole": "due"}
    meals = {"name": "count_in_area", "kind": "meals"}
    abuses = {"name": "count_from_records", "record": "abuses"}
    pack = pack_of(
        rule("area", "community", centres("area_per_100_households"), ">=30"),
        rule("size", "facility", centres("facility_area"), ">=500"),
        rule("meals", "community", meals, ">=1"),
        rule("rate", "county", rate, ">=0.9"),
        rule("abuses", "community", abuses, "<=0"),
        rule("share", "city", {"name": "share_of_areas_meeting", "rule": "meals"}, ">=0.9"),
        rule("project", "project", {"name": "recorded_value", "record": "x"}, ">=1"),
        kinds={"meals": [MEALS]},
    )
    found = judged(city, pack)
    return city, network_of(city), found


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            ("area", "c0"),
            "属于这里的有F1站（620平方米）。建筑面积合计620平方米，1,800户。",
        ),
        (
            ("area", "c1"),
            "属于这里的有F2站（未登记）。建筑面积合计至少0平方米，900户。",
        ),
        (("size", "F1"), "建筑面积620平方米。"),
        (("size", "F2"), "没有登记建筑面积。"),
        (
            ("meals", "c0"),
            "资料里没有属于这里的社区助餐点。摸底（2026-11-22，某街道）：社区助餐已运营。",
        ),
        (
            ("rate", "某区"),
            "paid数：17（2026-11-22，月报）；due数：20（2026-11-22，月报）；比率85%。",
        ),
        (("abuses", "c0"), "abuses数：2（2026-11-22，台账）。"),
        (("abuses", "c1"), "没有登记“abuses数”。"),
        (("share", "city"), "2个社区中已知1个达标（50%），其余有的尚未评估。"),
        (("project", ""), "没有登记。"),
    ],
)
def test_what_each_measure_found_is_a_sentence(
    run: tuple[City, Network, Assessment], key: tuple[str, str], said: str
) -> None:
    city, _, found = run
    sentences = Sentences(city, found.pack)
    (finding,) = (f for f in found.findings if (f.rule, f.subject) == key)
    assert sentences.evidence(finding) == said


def test_requirements_show_their_sign_and_rates_are_percentages(
    run: tuple[City, Network, Assessment],
) -> None:
    city, _, found = run
    sentences = Sentences(city, found.pack)
    shown = {
        f.rule: (sentences.figure(f, f.observed), sentences.required(f))
        for f in found.findings
        if f.observed
    }
    assert shown["rate"] == ("85%", "90%")
    assert shown["abuses"] == ("2", "≤0")
    assert shown["size"] == ("620平方米", "500平方米")


def test_the_tables_name_every_level_and_carry_the_evidence(
    tmp_path: Path, run: tuple[City, Network, Assessment]
) -> None:
    city, network, found = run
    write_results(tmp_path / "out", city, network, [found])
    tables = {}
    for name in ("findings", "rollup", "rollup_areas"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    rows = {(row["rule"], row["subject"]): row for row in tables["findings"]}
    assert rows["size", "F1"]["subject_name"] == "F1站"
    assert rows["rate", "某区"]["records"] == ("paid=17@2026-11-22#月报；due=20@2026-11-22#月报")
    assert (rows["area", "c0"]["counted"], rows["area", "c0"]["part"]) == ("F1=620", "620")
    assert rows["abuses", "c0"]["comparator"] == "<="
    by_rule = {row["rule"]: row for row in tables["rollup"]}
    assert set(by_rule) == {"area", "size", "meals", "rate", "abuses"}
    assert by_rule["size"]["subject_level"] == "facility"
    areas = [row for row in tables["rollup_areas"] if row["rule"] == "meals"]
    named = ("tree", "area_level", "area_name", "met")
    assert [tuple(row[name] for name in named) for row in areas] == [
        ("administrative", "township", "甲", "1"),
        ("administrative", "county", "某区", "1"),
        ("managing", "county", "某区", "1"),
    ]


def test_the_page_tells_wider_areas_things_and_what_has_no_data(
    run: tuple[City, Network, Assessment],
) -> None:
    city, network, found = run
    payload = page_payload(MapLayers(city, network), found, Sentences(city, found.pack))
    assert [one["id"] for one in payload["rules"]] == ["area", "meals", "abuses"]
    assert {one["readings_kept"][0] for one in payload["rules"]} == {"record"}
    assert [(row[0], row[1], row[4]) for row in payload["wider"]] == [
        ("全市", "小城", "not assessed"),
        ("区县", "某区", "not met"),
    ]
    assert [row[:2] for row in payload["things"]] == [["设施", "size"]]
    assert payload["silent"] == [["项目", "project", "一"]]
