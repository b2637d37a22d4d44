"""Two runs compared: each changed verdict names the row, the rule or the day that changed it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City, Record
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import load_pack
from lifecircle.publish.comparing import Change, Comparison, change_columns, compare
from lifecircle.publish.past import read_past
from lifecircle.publish.results import write_results
from lifecircle.publish.rows import row_columns
from lifecircle.terms.errors import InputError, Spot
from lifecircle.walk.network import Network
from tests.assess.cities import DAY, Place, Site, city_of, judged, pack_of, rule
from tests.conftest import network_of
from tests.policy.test_changes import CHANGES, HEADER
from tests.publish import slow_comparing

COUNT = {"name": "count_in_area", "categories": ["clinic"]}
CLINICS = frozenset({"clinic"})


def written(out: Path, city: City, pack: Pack, on: date = DAY) -> Path:
    """Assess a small city and write the results."""
    write_results(out, city, network_of(city), [judged(city, pack, on)])
    return out


def compared(one: Path, other: Path) -> Comparison:
    (found,) = compare(read_past(one), read_past(other))
    assert found == slow_comparing.compare(one, other)
    return found


def changed(found: Comparison, own: str, reading: str = "record") -> list[Change]:
    return [c for c in found.changes if c.rule == own and c.reading == reading]


def says(change: Change) -> str:
    return "；".join(cause.says for cause in change.causes)


@pytest.fixture(scope="module")
def baseline(
    tmp_path_factory: pytest.TempPathFactory,
    example_city: City,
    example_network: Network,
    example: Assessment,
) -> Path:
    out = tmp_path_factory.mktemp("baseline") / "a"
    write_results(out, example_city, example_network, [example])
    return out


def assessed_again(folder: Path, pack: Pack, network: Network, out: Path) -> Path:
    city = read_city(read_sources(folder))
    write_results(out, city, network, [assess(pack, city, network, DAY)])
    return out


def test_the_same_run_twice_has_no_change(baseline: Path) -> None:
    found = compared(baseline, baseline)
    assert (found.changes, found.rows, found.general, found.moved) == ((), (), (), 0)
    assert found.same > 500


def test_a_facility_removed_explains_every_verdict_it_turned(
    tmp_path: Path, example_folder: Path, example_network: Network, pack: Pack, baseline: Path
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(example_folder, folder)
    file = folder / "facilities.geojson"
    layer = json.loads(file.read_text(encoding="utf-8"))
    kept = [f for f in layer["features"] if f["properties"]["id"] != "990001001000-clinic"]
    assert len(kept) == len(layer["features"]) - 1
    file.write_text(json.dumps({**layer, "features": kept}, ensure_ascii=False), encoding="utf-8")
    found = compared(baseline, assessed_again(folder, pack, example_network, tmp_path / "b"))
    # rows below it moved up in the file: they did not change
    assert [(row.how, row.id) for row in found.rows] == [("gone", "990001001000-clinic")]
    turned = [c for c in found.changes if c.verdict == ("met", "not met")]
    assert {c.rule for c in turned} == {
        "one-clinic", "fifteen-minutes-medical", "liveable", "all-lists",
    }  # fmt: skip
    for change in found.changes:
        named = {row.id for cause in change.causes for row in cause.rows}
        assert named == {"990001001000-clinic"}, change
    assert "设施 990001001000-clinic" in says(changed(found, "one-clinic", "walk")[0])
    assert "facilities.geojson第6行）删去" in says(changed(found, "one-clinic", "walk")[0])
    assert "“12个一：社区就医点”由达标变为未达标" in says(changed(found, "liveable", "walk")[0])
    assert "输入文件 facilities.geojson：改了" in found.general
    assert "设施：删去1行" in found.general


def test_an_estates_people_explain_a_share(tmp_path: Path) -> None:
    """Of c0, 100 people live in each of two estates; then 900 of 1,000 near the clinic of c0."""
    share = {"name": "share_of_people_within", "categories": ["clinic"], "minutes": 2}
    packs = pack_of(rule("r", "community", share, ">=0.8"))
    runs = []
    for people in (100, 900):
        estates = ({"residents": people}, {"residents": 100})
        places = [Place("c0", estates=estates), Place("c1", estates=({"residents": 5},))]
        city = city_of(places, [Site("s", "clinic", 0)], census=CLINICS)
        x_m = city.origins.x_m.copy()
        x_m[1] = 950.0
        origins = replace(
            city.origins, x_m=x_m, spots=tuple(Spot("小区.xlsx", "小区", n + 5) for n in range(3))
        )
        city = replace(city, origins=origins)
        runs.append(written(tmp_path / str(people), city, packs))
    found = compared(*runs)
    (change,) = found.changes
    assert change.subject == "c0"
    assert change.observed == ("0.5", "0.9")
    assert change.verdict == ("not met", "met")
    assert says(change) == "小区 e0-0（小区.xlsx“小区”表第5行）改了"


@pytest.mark.parametrize("on_file", [True, False])
def test_a_record_changed_or_known_later(tmp_path: Path, on_file: bool) -> None:
    measure = {"name": "recorded_value", "record": "n"}
    packs = pack_of(rule("r", "county", measure, ">=20"))
    spot = Spot("/somewhere/月报.xlsx", "登记值", 7)
    early, late = date(2026, 10, 1), date(2026, 11, 1)
    first = [Record("county", "某区", "n", 17, early, "月报", spot)]
    places = [Place("c0", county="某区")]
    if on_file:
        second = [Record("county", "某区", "n", 21, early, "月报", spot)]
        days = (DAY, DAY)
    else:
        first = second = [*first, Record("county", "某区", "n", 21, late, "月报", spot)]
        days = (early, DAY)
    runs = [
        written(tmp_path / str(at), city_of(places, records=rows), packs, day)
        for at, (rows, day) in enumerate(zip((first, second), days, strict=True))
    ]
    (change,) = compared(*runs).changes
    assert (change.verdict, change.observed) == (("not met", "met"), ("17", "21"))
    if on_file:
        expected = "登记值 county:某区 某区 2026-10-01（月报.xlsx“登记值”表第7行）改了"
        assert says(change) == expected
    else:
        assert [cause.kind for cause in change.causes] == ["day"]
        assert "n=17@2026-10-01#月报”改为“n=21@2026-11-01#月报" in says(change)


def test_another_day_makes_it_overdue(tmp_path: Path) -> None:
    packs = pack_of(rule("r", "community", COUNT, ">=1", due="2026-12-31"))
    city = city_of([Place("c0")], census=CLINICS)
    runs = [written(tmp_path / str(day.year), city, packs, day) for day in (DAY, date(2027, 1, 1))]
    (change,) = compared(*runs).changes
    assert change.due == ("not yet due", "overdue")
    assert change.verdict == ("not met", "not met")
    assert says(change) == "评估日期由2026-11-22改为2027-01-01，期限是2026-12-31"


def test_a_change_set_explains_by_its_decision(
    tmp_path: Path, example_city: City, example_network: Network
) -> None:
    """X区 asks for two clinics from 2027-01-01: where one was enough, the rule turned it."""
    child = tmp_path / "district-x"
    child.mkdir()
    (child / "pack.yaml").write_text(HEADER, encoding="utf-8")
    (child / "changes.yaml").write_text(CHANGES, encoding="utf-8")
    day = date(2027, 6, 1)
    runs = []
    for name in ("xian-2020", child):
        loaded = load_pack(name)
        only = loaded.model_copy(
            update={"rules": tuple(r for r in loaded.rules if r.id == "one-clinic")}
        )
        out = tmp_path / f"out-{loaded.id}"
        found = assess(only, example_city, example_network, day)
        write_results(out, example_city, example_network, [found])
        runs.append(out)
    found_changes = compared(*runs)
    assert found_changes.packs == ("xian-2020", "district-x")
    turned = [c for c in found_changes.changes if c.verdict == ("met", "not met")]
    assert turned
    for change in turned:
        assert [cause.kind for cause in change.causes] == ["rule"]
        assert "不少于1处”改为“" in says(change)
        assert "X政发〔2026〕9号" in says(change)
    assert found_changes.general[0].startswith("政策包由 xian-2020 1.1.0（")


@pytest.mark.parametrize("near", [True, False])
def test_rules_subjects_and_declarations(tmp_path: Path, near: bool) -> None:
    rules: Sequence[Rule] = [rule(own, "community", COUNT, ">=1") for own in ("old", "kept", "new")]
    sites = [Site("s", "clinic", 0 if near else 1)]
    runs = [
        written(
            tmp_path / "a",
            city_of([Place("c0"), Place("c1")], sites, census=CLINICS),
            pack_of(*rules[:2]),
        ),
        written(
            tmp_path / "b",
            city_of([Place("c0"), Place("c1"), Place("c2")], sites, partial=CLINICS),
            pack_of(*rules[1:]),
        ),
    ]
    found = compared(*runs)
    kinds = {c.kind: c for c in found.changes}
    assert set(kinds) == {"changed", "rule-gone", "rule-new", "subject-new"}
    assert (kinds["rule-gone"].rule, kinds["rule-new"].rule) == ("old", "new")
    assert kinds["subject-new"].subject == "c2"
    assert says(kinds["subject-new"]) == "社区 c2 c2社区新增"
    assert kinds["changed"].subject == ("c1" if near else "c0")
    assert kinds["changed"].verdict == ("not met", "not assessed")
    assert [cause.kind for cause in kinds["changed"].causes] == ["declared"]


def test_what_no_row_explains_is_said(tmp_path: Path) -> None:
    """The record that counts is of the city; a clinic elsewhere has nothing to do with it."""
    share = {"name": "share_of_people_within", "categories": ["clinic"], "minutes": 30}
    packs = pack_of(rule("r", "community", {**share, "name": "count_within"}, ">=2"))
    places = [Place(f"c{n}", estates=({"residents": 9},)) for n in range(3)]
    runs = []
    for sites in ([Site("a", "clinic", 0)], [Site("a", "clinic", 0), Site("b", "clinic", 1)]):
        city = city_of(places, sites, census=CLINICS)
        runs.append(written(tmp_path / str(len(sites)), city, packs))
    turned = {c.subject: c for c in compared(*runs).changes}
    # the new clinic is in c1 and nearest to c2; for c0 it is only the second
    assert [cause.kind for cause in turned["c1"].causes] == ["row"]
    assert [cause.kind for cause in turned["c2"].causes] == ["row"]
    (cause,) = turned["c0"].causes
    assert cause.kind == "unknown"
    assert cause.says == (
        "依据里没有变动的行，没有哪一行能单独说明；同类设施在别处有变动：设施 b b站新增"
    )


def test_a_due_date_does_not_hide_the_rows_behind_a_count(tmp_path: Path) -> None:
    """Overdue since, and another clinic in reach: both are told, of c0 and of those it is in."""
    within = {"name": "count_within", "categories": ["clinic"], "minutes": 30}
    packs = pack_of(rule("r", "community", within, ">=3", due="2026-12-31"))
    places = [Place(f"c{n}", estates=({"residents": 9},)) for n in range(2)]
    runs = []
    for day, ids in ((DAY, ["a"]), (date(2027, 1, 1), ["a", "b"])):
        sites = [Site(own, "clinic", at) for at, own in enumerate(ids)]
        city = city_of(places, sites, census=CLINICS)
        runs.append(written(tmp_path / str(day.year), city, packs, day))
    turned = {c.subject: c for c in compared(*runs).changes}
    assert turned["c0"].observed == turned["c1"].observed == ("1", "2")
    assert turned["c0"].verdict == ("not met", "not met")
    assert [cause.kind for cause in turned["c0"].causes] == ["day", "unknown"]
    assert [cause.kind for cause in turned["c1"].causes] == ["day", "row"]
    for change in turned.values():
        assert [row.id for row in change.causes[1].rows] == ["b"]


def test_rows_inside_that_do_not_add_up_bring_those_outside(tmp_path: Path) -> None:
    """c0 went from one clinic in reach to three; one of the new ones is its own."""
    within = {"name": "count_within", "categories": ["clinic"], "minutes": 30}
    packs = pack_of(rule("r", "community", within, ">=3"))
    places = [Place(f"c{n}", estates=({"residents": 9},)) for n in range(2)]
    homes = {"a": 0, "b": 0, "c": 1}
    runs = []
    for ids in ("a", "abc"):
        city = city_of(places, [Site(own, "clinic", homes[own]) for own in ids], census=CLINICS)
        runs.append(written(tmp_path / ids, city, packs))
    turned = {c.subject: c for c in compared(*runs).changes}
    inside, outside = turned["c0"].causes
    assert [row.id for row in inside.rows] == ["b"]
    assert [row.id for row in outside.rows] == ["c"]
    assert outside.says.startswith("社区外的同类设施也有变动")


def test_rows_have_the_same_bytes_whatever_the_folder(
    tmp_path: Path, example_folder: Path, baseline: Path, pack: Pack, example_network: Network
) -> None:
    folder = tmp_path / "elsewhere"
    shutil.copytree(example_folder, folder)
    again = assessed_again(folder, pack, example_network, tmp_path / "out")
    for name in ("rows.csv", "manifest.json"):
        assert (again / name).read_bytes() == (baseline / name).read_bytes()


def test_a_row_keeps_its_hash_when_it_moves_and_not_when_it_changes(example_city: City) -> None:
    before = row_columns(example_city)
    places = example_city.facilities
    moved = replace(places, spots=places.spots[::-1])
    assert row_columns(replace(example_city, facilities=moved))["sha256"] == before["sha256"]
    named = replace(places, name=("改名", *places.name[1:]))
    after = row_columns(replace(example_city, facilities=named))["sha256"]
    assert sum(a != b for a, b in zip(before["sha256"], after, strict=True)) == 1


def test_a_table_of_changes(tmp_path: Path) -> None:
    packs = pack_of(rule("r", "community", COUNT, ">=1"))
    runs = [
        written(tmp_path / str(len(s)), city_of([Place("c0")], s, census=CLINICS), packs)
        for s in ([Site("x", "clinic", 0)], [])
    ]
    columns = change_columns(compare(*map(read_past, runs)))
    assert columns["verdict_before"] == ["met"]
    assert columns["verdict_after"] == ["not met"]
    assert columns["causes"] == ["row"]
    assert columns["rows"] == ["设施 x x站删去"]


def test_what_is_no_result_is_told(tmp_path: Path, baseline: Path) -> None:
    with pytest.raises(InputError, match="这里没有评估结果"):
        read_past(tmp_path)
    old = tmp_path / "old"
    shutil.copytree(baseline, old)
    (old / "rows.csv").unlink()
    with pytest.raises(InputError, match="旧版本写的"):
        read_past(old)
    (old / "manifest.json").write_text('{"run": {}}', encoding="utf-8")  # of open data
    with pytest.raises(InputError, match="不是评估结果"):
        read_past(old)
