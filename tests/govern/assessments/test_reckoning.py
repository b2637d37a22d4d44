"""What is reckoned of the records is what a cold run finds, whatever was reckoned before."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import connection

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.assess.walks import network_of
from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.assessments import networks, reckoning
from lifecircle.govern.assessments.networks import hash_of, kept_network
from lifecircle.govern.assessments.reckoning import reckon
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.services import put
from lifecircle.place.city import read_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City, RecordedWaiver
from lifecircle.policy.decide import WAIVABLE
from lifecircle.policy.packs import load_pack
from lifecircle.publish.results import write_results
from lifecircle.terms.errors import InputError
from lifecircle.terms.memory import Remembering
from lifecircle.walk.network import Network
from tests.govern.inventory.same import differences

DAY = date(2026, 6, 30)
PACK = load_pack("xian-2020")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assessments") / "city"
    write_example(folder, 6)
    return folder


@pytest.fixture(scope="session")
def cold(example: Path) -> City:
    return read_city(read_sources(example))


@pytest.fixture
def founded(db: None, example: Path, settings: Any, tmp_path: Path) -> Path:
    settings.CITY, settings.NETWORKS = tmp_path / "city", tmp_path / "networks"
    shutil.copytree(example, settings.CITY)
    load_city(settings.CITY, system("test"))
    return tmp_path


def test_the_city_as_loaded_is_found_as_its_files_are(founded: Path, cold: City) -> None:
    network = network_of(cold.streets)
    expected = assess(PACK, cold, network, DAY, beside=("older",))
    for _ in range(2):  # from the network just made, and from the one that was kept
        reckoned = reckon([PACK], DAY, ["older"])
        assert repr(reckoned.found[0].findings) == repr(expected.findings)
        assert repr(reckoned.found[0].beside) == repr(expected.beside)
        assert reckoned.network.sha256 == network.sha256 == expected.network_sha256
        runs = [
            sha256_of_run(founded / name, city, network, found)
            for name, city, found in (
                ("now", reckoned.city, reckoned.found[0]), ("cold", cold, expected)
            )
        ]  # fmt: skip
        assert runs[0] == runs[1]


def sha256_of_run(folder: Path, city: City, network: Network, found: Assessment) -> str:
    return str(write_results(folder, city, network, [found])["run_sha256"])


def edit(dice: Random) -> str:
    """Do to a facility what an office does, and say what."""
    one = dice.choice(list(Facility.versions.current().filter(removed=False)))
    own_id = one.record.own_id
    data = {name: getattr(one, name) for name in Facility.data_fields()}
    what = dice.choice(("moved", "closed", "refunctioned", "renamed", "added"))
    if what == "moved" and one.lon is not None:
        data |= {"lon": one.lon + dice.uniform(-0.004, 0.004), "shape": ""}
    elif what == "refunctioned":
        data["categories"] = [dice.choice(("clinic", "community_canteen", "food_market", "park"))]
    elif what == "renamed":
        data["name"] = f"{one.name}（新）"
    elif what == "added":
        own_id = f"NEW-{dice.randrange(10**9)}"
        data |= {"name": own_id, "part_of": ""}
    put(
        system("test"), Facility, own_id, one.record.area, data,
        permission="inventory.change", effective_on=DAY, removed=what == "closed",
    )  # fmt: skip
    return what


@pytest.mark.parametrize("seed", [7, 21])
def test_whatever_was_edited_before_it_is_what_a_cold_run_finds(founded: Path, seed: int) -> None:
    dice, hashes = Random(seed), set()
    for count in (1, 3):
        done = [edit(dice) for _ in range(count)]
        now = reckon([PACK], DAY)
        city = city_of_records(settings.CITY, DAY)  # remembers nothing
        assert list(differences(city, now.city)) == [], done
        network = network_of(city.streets)
        cold = assess(PACK, city, network, DAY)
        pairs = ((now.city, now.network, now.found[0]), (city, network, cold))
        sha256 = {sha256_of_run(founded / "run", *one) for one in pairs}
        assert len(sha256) == 1, done
        hashes |= sha256
    assert len(hashes) == 2


def test_a_fresh_process_finds_the_same(founded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reckon([PACK], DAY)
    monkeypatch.setattr(reckoning, "_memory", Remembering(reckoning.MOST_REMEMBERED))
    shutil.rmtree(founded / "networks")
    after = reckon([PACK], DAY)
    assert list(differences(before.city, after.city)) == []
    assert repr(before.found[0].findings) == repr(after.found[0].findings)


def test_a_worker_makes_itself_ready_or_goes_on_without(
    founded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own
    monkeypatch.setattr(reckoning, "_memory", Remembering(reckoning.MOST_REMEMBERED))
    reckoning.make_ready()
    assert len(reckoning._memory) > 1
    toml = founded / "city" / "lifecircle.toml"
    for content in ("packs = [", ""):
        toml.write_text(content, encoding="utf-8")
        reckoning.make_ready()
    toml.unlink()
    reckoning.make_ready()


def test_an_office_that_replaces_a_workbook_is_read_anew(founded: Path) -> None:
    before = reckon([PACK], DAY).city
    book = next((founded / "city" / "填报").glob("*.xlsx"))
    content = book.read_bytes()
    write_workbook(book, {"records": [{"subject": "990001001001", "record": "x", "value": 1}]})
    for _ in range(2):
        with pytest.raises(InputError, match="没有写对象级别"):
            reckon([PACK], DAY)
    book.write_bytes(content)
    assert list(differences(before, reckon([PACK], DAY).city)) == []


def test_each_pack_gets_its_own(founded: Path) -> None:
    both = reckon([PACK, load_pack("sichuan-2021")], DAY).found
    assert [one.pack.id for one in both] == ["xian-2020", "sichuan-2021"]
    assert repr(reckon([PACK], DAY).found[0].findings) == repr(both[0].findings)


def test_waivers_are_taken_beside_those_of_the_file(founded: Path) -> None:
    before = reckon([PACK], DAY).found[0].findings
    short = next(
        one
        for one in before
        if one.verdict == "not met"
        and PACK.rule(one.rule).strength in WAIVABLE
        and one.subject_level == "community"
        and not one.waiver
    )
    waiver = RecordedWaiver(short.subject, short.rule, "甲", DAY, "老城没有地")
    after = reckon([PACK], DAY, waivers=[waiver]).found[0].findings
    assert [one.key for one in after if one.waiver] == sorted(
        {one.key for one in after if (one.subject, one.rule) == (short.subject, short.rule)}
        | {one.key for one in before if one.waiver}
    )


def test_a_walker_that_there_is_not_is_refused(founded: Path) -> None:
    with pytest.raises(InputError, match="没有叫 ghost 的步行者"):
        reckon([PACK], DAY, ["ghost"])


def test_the_network_is_loaded_where_it_was_made(
    cold: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kept_network(cold.streets, tmp_path)
    monkeypatch.setattr(networks, "network_of", None)
    assert kept_network(cold.streets, tmp_path).sha256 == made.sha256


def test_damaged_networks_are_made_anew(cold: City, tmp_path: Path) -> None:
    made = kept_network(cold.streets, tmp_path)
    file, note = next(tmp_path.glob("network-*")), next(tmp_path.glob("streets-*"))
    whole = file.read_bytes()
    for path, content in (
        (file, whole[:-100]), (file, b""), (file, whole[:5000] + b"x" + whole[5001:]),
        (note, b""), (note, b"../../x"), (note, "路".encode()), (note, b"0" * 64),
    ):  # fmt: skip
        path.write_bytes(content)
        assert kept_network(cold.streets, tmp_path).sha256 == made.sha256
        assert file.read_bytes() == whole
        assert note.read_text() == made.sha256
    file.unlink()
    assert kept_network(cold.streets, tmp_path).sha256 == made.sha256


def test_other_streets_have_another_hash(cold: City) -> None:
    streets = cold.streets
    moved = streets.x_m.copy()
    moved[3] += 1e-9
    others = [
        replace(streets, x_m=moved),
        replace(streets, segments=streets.segments[1:]),
        replace(streets, waits=np.zeros(len(streets.segments))),
        replace(streets, z_m=np.zeros(len(streets.x_m))),
    ]
    assert len({hash_of(one) for one in (streets, *others)}) == 1 + len(others)
    assert hash_of(replace(streets, x_m=streets.x_m.copy())) == hash_of(streets)


def test_only_networks_used_lately_stay(cold: City, tmp_path: Path) -> None:
    long_ago = time.time() - networks.IN_USE_S - 60
    for number in range(10):
        for name in (f"network-{number}.npz", f"streets-{number}", f"{number}.partial"):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (long_ago + number, long_ago + number))
    (tmp_path / "at-work.partial").touch()
    kept_network(cold.streets, tmp_path)
    stay = {path.name for path in tmp_path.iterdir()}
    assert {"at-work.partial", "network-9.npz", "streets-9"} <= stay
    assert len(stay) == 2 * networks.KEPT + 1


def test_many_at_once_get_the_same(cold: City, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: kept_network(cold.streets, tmp_path).sha256, range(16)))
    assert len(set(made)) == 1
    assert len(list(tmp_path.iterdir())) == 2
