"""A workbook of an office, from its cells to the findings of all shipped packs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifecircle.assess.findings import Finding
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.policy.packs import load_pack
from lifecircle.publish.results import TABLES, write_results
from tests.conftest import DAY, network_of

ON = date(2026, 6, 30)
CENTRES = ["community_service_facility", "party_service_centre", "community_complex"]


def filled(city: City) -> dict[str, list[dict[str, Any]]]:
    """Return registers: 620 m2 for 1,800 households everywhere, but 300 m2 in the second."""
    areas = city.communities
    communities = [
        {"id": own, "households": 1800, "residents": 6000, "class": "traditional_urban"}
        for own in areas.id
    ]
    facilities = [
        {
            "id": f"Z{at:02d}",
            "name": f"第{at}综合服务设施",
            "category": ["community_service_facility"],
            "community": own,
            "floor_m2": 300 if at == 1 else 620,
            "status": "planned" if at == 2 else "operating",
        }
        for at, own in enumerate(areas.id)
    ]
    survey = [
        {"id": own, "elder_care": "operating", "infant_care": "absent", "surveyed_on": ON}
        for own in areas.id
    ]
    records = [
        {
            "level": "city",
            "subject": "全市",
            "record": "pilots_ready",
            "value": 107,
            "recorded_on": ON,
            "source": "专班月报",
        }
    ]
    return {
        "communities": communities,
        "facilities": facilities,
        "survey": survey,
        "records": records,
    }


@pytest.fixture(scope="module")
def registered(
    tmp_path_factory: pytest.TempPathFactory, example_folder: Path, example_city: City
) -> City:
    folder = tmp_path_factory.mktemp("registered") / "city"
    shutil.copytree(example_folder, folder)
    write_workbook(folder / "登记.xlsx", filled(example_city))
    with (folder / "lifecircle.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[workbooks]]\nfile = "登记.xlsx"\ncensus = {CENTRES}\n'
            'census_on = 2026-06-30\ndeclared_by = "某专班"\n'
        )
    return read_city(read_sources(folder))


def found_in(city: City, pack: str) -> dict[tuple[str, str], Finding]:
    found = assess(load_pack(pack), city, network_of(city), DAY)
    return {(f.rule, f.subject): f for f in found.findings if f.reading == "record"}


def test_areas_per_100_households_of_all_packs(registered: City) -> None:
    """620 / 18 = 34.4 meets 30; 300 / 18 = 16.7 and a planned one do not."""
    first, second, third = registered.communities.id[:3]
    for pack, own in (
        ("leshan-2022", "box2-area-per-100-households"),
        ("sichuan-2021", "thirty-per-hundred"),
    ):
        found = found_in(registered, pack)
        assert [found[own, one].verdict for one in (first, second, third)] == [
            "met",
            "not met",
            "not met",
        ]
        assert (found[own, second].observed, found[own, second].shortfall) == ("16.6667", "13.3333")
    provincial = found_in(registered, "sichuan-province-2021")["thirty-per-hundred", second]
    assert provincial.verdict == "not assessed"
    assert "source-unverified" in provincial.reasons


def test_a_census_without_coordinates_holds_by_area_and_says_so(registered: City) -> None:
    centre = "community_service_facility"
    assert registered.declared(centre) == "partial"
    assert registered.declared(centre, by_area=True) == "census"
    (said,) = (notice for notice in registered.notices if "登记.xlsx" in notice)
    assert "3个类别由某专班声明为2026-06-30的普查，其中1个类别有设施没有坐标" in said


def test_functions_and_targets_of_xian_2024(registered: City) -> None:
    found = found_in(registered, "xian-2024")
    first = registered.communities.id[0]
    assert found["has-elder-care", first].verdict == "met"
    infant = found["has-infant-care", first]
    assert infant.verdict == "not assessed", "nobody recorded who has moved back"
    assert "attribute-unknown" in infant.reasons
    target = found["pilots-ready-by-2026", "city"]
    assert (target.verdict, target.due) == ("met", "not yet due")
    assert [one.text for one in target.records] == ["pilots_ready=107@2026-06-30#专班月报"]


def test_the_same_registers_give_the_same_bytes(registered: City, tmp_path: Path) -> None:
    network = network_of(registered)
    for name in ("one", "two"):
        found = assess(load_pack("leshan-2022"), registered, network, DAY)
        write_results(tmp_path / name, registered, network, [found])
    for name in TABLES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
