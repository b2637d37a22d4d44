"""Other walkers than the pack's: beside the findings, for information, counted nowhere."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.cli.main import main
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.map_layers import MapLayers
from lifecircle.publish.payload import page_payload
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.walkers import walkers_told
from lifecircle.terms.errors import InputError
from tests.conftest import DAY, network_of
from tests.fixtures import two_estates as plan
from tests.place.test_roads import PBF, city_on


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return city_on(tmp_path_factory.mktemp("estates"), PBF)


@pytest.fixture(scope="module")
def alone(city: City, pack: Pack) -> Assessment:
    return assess(pack, city, network_of(city), DAY)


@pytest.fixture(scope="module")
def found(city: City, pack: Pack) -> Assessment:
    return assess(pack, city, network_of(city), DAY, beside=["older", "adult", "wheelchair"])


def test_the_packs_own_findings_do_not_move(found: Assessment, alone: Assessment) -> None:
    assert alone.beside == ()
    assert replace(found, beside=()) == alone


def test_older_people_take_longer_over_the_same_metres(found: Assessment) -> None:
    """B's door is 570 m from the library: 7.1 minutes at 80 m/min, 9.8 at 58, 11.9 at 48."""
    of_library = {
        f.profile: f
        for f in (*found.findings, *found.beside)
        if f.rule == "ten-minutes-reading" and f.reading == "walk"
    }
    assert list(of_library) == ["adult", "older", "wheelchair"]
    for name, pace in (("adult", 80), ("older", 58), ("wheelchair", 48)):
        assert of_library[name].distance_m == "570"
        assert float(of_library[name].time_min) == pytest.approx(570 / pace, abs=0.006)
    assert [f.share for f in of_library.values()] == ["1", "1", "0"]
    assert of_library["older"].reasons[-1] == "other-walker"
    assert of_library["older"].confidence != "firm"
    assert {f.due for f in found.beside} == {"no date"}
    assert {f.profile for f in found.beside} == {"older", "wheelchair"}
    assert len({f.key for f in (*found.findings, *found.beside)}) == len(
        (*found.findings, *found.beside)
    )


def test_the_page_says_it_beside_and_names_every_figure(
    city: City, found: Assessment, pack: Pack
) -> None:
    payload = page_payload(MapLayers(city, network_of(city)), found, Sentences(city, pack))
    order = [rule["id"] for rule in payload["rules"]].index("ten-minutes-reading")
    (row,) = [f for f in payload["findings"] if f[1] == order and f[2] == "walk"]
    assert "参考：老年人" in row[8]
    assert "（最远9.8分钟），轮椅使用者" in row[8]
    adult, older, wheels = walkers_told(found)
    assert adult.startswith(
        "步行者“成年人”（用于判定）：平地每分钟80米（政策），上台阶用时2.2倍（待核）"
    )
    assert "平地每分钟58米，" in older
    assert "不走台阶" in wheels
    assert adult in payload["notices"]


def test_the_command_writes_them_as_rows_of_their_own(tmp_path: Path) -> None:
    areas = plan.write_layer(tmp_path / "areas.geojson", [plan.COMMUNITY])
    (tmp_path / "lifecircle.toml").write_text(
        f'network = "{PBF.as_posix()}"\npacks = ["xian-2020"]\nprofiles = ["older"]\n'
        f'[communities]\nfile = "{areas.name}"\n'
        f'[[facilities]]\nfile = "{PBF.as_posix()}"\n',
        encoding="utf-8",
    )
    for more, wanted in ((), {"adult", "older"}), (("--profile", "child"), {"adult", "child"}):
        out = tmp_path / "".join(more or "x")
        run = CliRunner().invoke(main, ["assess", str(tmp_path), "--out", str(out), *more])
        assert run.exit_code == 0, run.output
        with (out / "findings.csv").open(encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if row["profile"]]
        assert {row["profile"] for row in rows} == wanted
        assert all(("只作参考" in row["reasons_zh"]) == (row["profile"] != "adult") for row in rows)
        run_of = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["run"]
        assert run_of["options"]["beside"] == sorted(wanted - {"adult"})
        assert len(run_of["walkers"]) == 2


def test_a_walker_there_is_not_is_a_sentence(tmp_path: Path) -> None:
    areas = plan.write_layer(tmp_path / "areas.geojson", [plan.COMMUNITY])
    (tmp_path / "lifecircle.toml").write_text(
        f'network = "{PBF.as_posix()}"\npacks = ["xian-2020"]\nprofiles = ["runner"]\n'
        f'[communities]\nfile = "{areas.name}"\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"profiles：没有叫 runner 的步行者；请改为adult、older"):
        main.main(["assess", str(tmp_path), "--out", str(tmp_path / "o")], standalone_mode=False)
