"""The folder of open data: described, licensed, without anything of single persons."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.cli.main import main
from lifecircle.place.city import OSM_ATTRIBUTION
from lifecircle.place.formats.parquet import read_geoparquet
from lifecircle.place.tables import City, RecordedWaiver
from lifecircle.policy.parts import Requirement
from lifecircle.publish.opendata.earlier import read_earlier
from lifecircle.publish.opendata.fields import FIELDS
from lifecircle.publish.opendata.package import Licence
from lifecircle.publish.opendata.writing import Terms, write_open_data
from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network
from tests.conftest import DAY
from tests.publish.attack import Attack, Sum, people_of, read

Rows = list[dict[str, str]]


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ground(example_city: City, example_network: Network) -> Ground:
    return Ground(example_city, example_network, DAY)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, ground: Ground, example: Assessment) -> Path:
    out = tmp_path_factory.mktemp("open") / "开放数据"
    write_open_data(out, ground, [example], Terms(Licence("CC-BY-4.0")))
    return out


def test_every_file_is_described_with_its_columns(out: Path) -> None:
    said = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    about = {"README.md", "datapackage.json", "manifest.json"}
    files = {path.name for path in out.iterdir()} - about
    assert {one["path"] for one in said["resources"]} == files
    assert "全部是模拟数据" in said["description"]
    for one in said["resources"]:
        content = (out / one["path"]).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert one["licenses"] == [{"name": "CC-BY-4.0"}]
        if one["format"] == "gpkg":
            continue
        names = [field["name"] for field in one["schema"]["fields"]]
        if one["format"] == "csv":
            table = rows(out / one["path"])
            assert list(table[0]) == names
            keys = [
                tuple(row[key] for key in one["schema"].get("primaryKey", row)) for row in table
            ]
            assert len(set(keys)) == len(keys), one["path"]
        else:
            assert pq.read_schema(out / one["path"]).names == names


def test_all_formats_hold_the_same(out: Path) -> None:
    for name in ("communities", "verdicts", "totals", "facilities"):
        table = rows(out / f"{name}.csv")
        parquet = pq.read_table(out / f"{name}.parquet").to_pylist()
        _, layer = pyogrio.read_arrow(out / "office.gpkg", layer=name)
        assert len(table) == len(parquet) == layer.num_rows
        for row, same in zip(table, parquet, strict=True):
            for column, text in row.items():
                value = same[column]
                if FIELDS[column][0] == "number":
                    assert (float(text) if text else None) == value
                else:
                    assert text.lstrip("'") == ("" if value is None else str(value).lstrip("'"))
        assert {row["simulated"] for row in table} == {"模拟数据"}
        texts = [column for column in table[0] if FIELDS[column][0] == "string"]
        for column in texts:
            assert layer.column(column).to_pylist() == [row[column] for row in parquet], column
    stored, columns, crs = read_geoparquet(out / "communities.parquet")
    shapes = shapely.from_wkb(stored)
    assert crs is None or crs.to_epsg() == 4326 or crs.to_authority() == ("OGC", "CRS84")
    assert shapely.is_valid(shapes).all()
    assert list(columns["id"]) == [row["id"] for row in rows(out / "communities.csv")]


def test_spans_hold_the_numbers_and_totals_are_their_sums(out: Path, example: Assessment) -> None:
    told = {(r["subject"], r["rule"], r["reading"]): r for r in rows(out / "verdicts.csv")
            if r["subject_level"] == "community"}  # fmt: skip
    sums: dict[tuple[str, str], list[int]] = {}
    for finding in example.findings:
        if finding.subject_level != "community":
            continue
        row = told[finding.subject, finding.rule, finding.reading]
        if finding.verdict != "not met":
            assert row["affected_at_least"] == row["affected_at_most"] == ""
            continue
        assert finding.people_affected is not None
        least, most = int(row["affected_at_least"]), int(row["affected_at_most"])
        assert least <= finding.people_affected <= most
        assert most - least >= 4
        both = sums.setdefault((finding.rule, finding.reading), [0, 0])
        both[0] += least
        both[1] += most
    city = [row for row in rows(out / "totals.csv") if row["area_level"] == "city"]
    assert sums
    for row in city:
        if row["subject_level"] == "community":
            ends = [int(row["affected_at_least"]), int(row["affected_at_most"])]
            assert ends == sums.get((row["rule"], row["reading"]), [0, 0])
    for level in ("township", "county"):
        own = [r for r in rows(out / "totals.csv") if r["area_level"] == level]
        own = [r for r in own if r["tree"] == "administrative" and r["rule"] == city[0]["rule"]]
        own = [r for r in own if r["reading"] == city[0]["reading"]]
        assert sum(int(r["people_at_least"]) for r in own) == int(city[0]["people_at_least"])


def test_nothing_of_homes_or_of_named_persons_goes_out(
    tmp_path: Path, example_city: City, example_network: Network, example: Assessment
) -> None:
    """Estates' ids, who excused a rule, hashes of registers, and figures made of persons."""
    found = replace(
        example,
        findings=tuple(
            replace(f, waiver="王某某批准：在建") if f.verdict == "not met" else f
            for f in example.findings
        ),
    )
    waiver = RecordedWaiver(example_city.communities.id[0], "x", "王某某", DAY, "在建")
    city = replace(example_city, waivers=(waiver,))
    write_open_data(tmp_path / "out", Ground(city, example_network, DAY), [found])
    text = "".join(
        path.read_text(encoding="utf-8-sig")
        for path in (tmp_path / "out").iterdir()
        if path.suffix in (".csv", ".json", ".md")
    )
    assert "王某某" not in text
    for own in example_city.origins.id:
        assert own not in text
    for file in example_city.files:
        assert file.sha256 not in text
    for row in rows(tmp_path / "out" / "verdicts.csv"):
        assert row["observed"] == "" or row["unit"] in ("count", "m2", "rules", "areas", "spread")
    assert any(row["waived"] == "豁免" for row in rows(tmp_path / "out" / "verdicts.csv"))


def test_what_comes_from_openstreetmap_stands_apart(
    tmp_path: Path, example_city: City, example_network: Network, example: Assessment
) -> None:
    first, *rest = example_city.layers
    layers = (first, *rest, replace(first, name="city.osm.pbf"))
    places = example_city.facilities
    whose = (len(layers) - 1, *places.layer[1:])
    city = replace(
        example_city,
        layers=layers,
        facilities=replace(places, layer=whose),
        attributions=(OSM_ATTRIBUTION,),
    )
    out = tmp_path / "out"
    write_open_data(out, Ground(city, example_network, DAY), [example])
    (own,) = rows(out / "facilities_osm.csv")
    assert own["id"] == places.id[0]
    assert places.id[0] not in {row["id"] for row in rows(out / "facilities.csv")}
    assert [str(name) for name, _ in pyogrio.list_layers(out / "osm.gpkg")] == ["facilities_osm"]
    said = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    licences = {one["path"]: one["licenses"][0]["name"] for one in said["resources"]}
    for name, licence in licences.items():
        assert licence == ("ODbL-1.0" if "osm" in name else "notspecified")
    (of_osm,) = [one for one in said["resources"] if one["path"] == "facilities_osm.csv"]
    assert of_osm["sources"] == [{"title": OSM_ATTRIBUTION}]
    assert said["sources"] == [{"title": OSM_ATTRIBUTION}]


def test_the_same_run_writes_the_same_bytes(
    tmp_path: Path, out: Path, ground: Ground, example: Assessment
) -> None:
    write_open_data(tmp_path / "two", ground, [example], Terms(Licence("CC-BY-4.0")))
    for file in out.iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes(), file.name


def merged(city: City, count: int) -> City:
    """Return the city while its first communities were still one, under the first's id."""
    areas = city.communities
    keep = [0, *range(count, len(areas))]
    shapes = areas.shape[keep].copy()
    shapes[0] = shapely.union_all(areas.shape[:count])
    now = np.array([0] * count + list(range(1, len(keep))))

    def kept(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values[row] for row in keep)

    before = replace(
        areas,
        id=kept(areas.id),
        name=kept(areas.name),
        township=kept(areas.township),
        county=kept(areas.county),
        managed_by=kept(areas.managed_by),
        attributes={name: kept(own) for name, own in areas.attributes.items()},
        counts={},
        radius_m=areas.radius_m[keep],
        shape=shapes,
        spots=tuple(areas.spots[row] for row in keep),
    )
    homes, places = city.origins, city.facilities
    stands = np.where(places.community >= 0, now[places.community], -1)
    return replace(
        city,
        communities=before,
        origins=replace(homes, community=now[homes.community]),
        facilities=replace(places, community=stands),
    )


def test_people_of_a_split_community_cannot_be_had_from_two_days(
    tmp_path: Path, example_city: City, example_network: Network, example: Assessment
) -> None:
    """Three parts with 4 older people each were 12 together, told as 10-14: each has 2 at least."""
    homes = example_city.origins
    older = np.zeros(len(homes), dtype=np.int64)
    _, first = np.unique(homes.community, return_index=True)
    older[first] = 4
    city = replace(
        example_city,
        origins=replace(homes, older=older),
        communities=replace(example_city.communities, counts={}),
    )
    ids = city.communities.id
    parts = ids[:3]
    found = replace(example, findings=(), rollup=(), rollup_by_area=())
    for name, ground, before in (
        ("before", Ground(merged(city, 3), example_network, DAY), ()),
        ("careless", Ground(city, example_network, DAY), ()),
        ("after", Ground(city, example_network, DAY), ("before",)),
    ):
        earlier = tuple(read_earlier(tmp_path / one) for one in before)
        write_open_data(tmp_path / name, ground, [found], Terms(before=earlier))

    def possible(name: str) -> tuple[float, float]:
        attack = Attack(*({"verdicts": [], "totals": [], **told} for told in (
            {"communities": read(tmp_path / "before")["communities"]},
            {"communities": read(tmp_path / name)["communities"]},
        )))  # fmt: skip
        sum_: Sum = {people_of(0, parts[0], "older"): 1,
                     **{people_of(1, one, "older"): -1 for one in parts}}  # fmt: skip
        attack.know(sum_, 0, 0)
        return attack.range({people_of(1, parts[1], "older"): 1})

    assert possible("careless") == (2, 4)
    assert possible("after") == (0, 14)
    manifest = json.loads((tmp_path / "after" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run"]["persons"]["not_told"] == list(parts)
    told = {row["id"]: row["people_note"] for row in rows(tmp_path / "after" / "communities.csv")}
    assert [told[one] for one in ids] == ["redrawn"] * 3 + [""] * (len(ids) - 3)


def test_a_folder_of_something_else_is_no_earlier_publication(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不是以前写出的开放数据"):
        read_earlier(tmp_path)


def test_rules_that_need_larger_communities_are_not_published_later(
    tmp_path: Path, out: Path, ground: Ground, example: Assessment
) -> None:
    """99 % asked for is safe from 405 residents on; the earlier files told from 100 on."""
    rules = []
    for rule in example.pack.rules:
        value = Requirement(comparator=">=", value=Decimal("0.99"))
        near = rule.measure.name == "share_of_people_within"
        rules.append(rule.model_copy(update={"require": value}) if near else rule)
    found = replace(example, pack=example.pack.model_copy(update={"rules": tuple(rules)}))
    with pytest.raises(InputError, match="满405人"):
        write_open_data(tmp_path / "x", ground, [found], Terms(before=(read_earlier(out),)))
    assert not (tmp_path / "x").exists()


def test_the_command(tmp_path: Path, example_folder: Path) -> None:
    words = ["publish", "data", str(example_folder), "--out", str(tmp_path / "数据")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "全部是模拟数据" in result.output
    assert "已被替换" not in result.output
    over = CliRunner().invoke(main, words)
    assert "里原有的开放数据（" in over.output
    later = [*words[:-1], str(tmp_path / "第二次"), "--before", str(tmp_path / "数据")]
    again = CliRunner().invoke(main, later)
    assert again.exit_code == 0, again.output
    assert "边界与以前发布的不同" not in again.output
    lost = CliRunner().invoke(main, [*words, "--before", str(tmp_path / "数据")])
    assert lost.exit_code == 2
    assert "以前发布的要留着" in lost.output
    twice = CliRunner().invoke(main, [*words, "--pack", "xian-2020", "--pack", "xian-2020"])
    assert twice.exit_code == 2
    assert "同一个政策包给了两次" in twice.output
