"""Lists of codes: what they would change is shown first, written at once, and again is nothing."""

import csv
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.lists.reading import ListRead, read_list
from lifecircle.govern.areas.lists.services import bring_in, commit, difference
from lifecircle.govern.areas.models import Area, AreaState, CodeList, Placement
from lifecircle.govern.areas.services import Part, found, merge, split
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.terms.errors import InputError
from tests.govern.conftest import FOUNDED, TODAY, Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in

OFFICE = system("test")
LIST = """区划代码,名称,城乡分类代码
610102001001,民乐社区,111
610102001003,红会社区,111
610102002201,田家村,220
610102001000,西一路街道,
"""


@pytest.fixture
def city(db: None) -> Area:
    return found(OFFICE, "示例市", Level.CITY, None, on=FOUNDED)


def read(folder: Path, text: str, name: str = "list.csv") -> ListRead:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_list([path])


def written(
    folder: Path, city: Area, text: str = LIST, names: Mapping[str, str] | None = None
) -> CodeList:
    made = bring_in(OFFICE, read(folder, text), "list.csv", city, on=TODAY)
    commit(OFFICE, made, names or {})
    return made


def standing() -> dict[str, str]:
    return dict(Area.objects.standing().exclude(code="").values_list("code", "name"))


def test_a_list_founds_areas_and_asks_for_the_names_it_does_not_give(
    tmp_path: Path, city: Area
) -> None:
    made = bring_in(OFFICE, read(tmp_path, LIST), "list.csv", city, on=TODAY)
    unnamed = {row.code for row in difference(made).unnamed}
    assert unnamed == {"610102000000", "610102002000"}
    commit(OFFICE, made, {"610102000000": "新城区"})
    assert standing() == {
        "610102000000": "新城区", "610102001000": "西一路街道", "610102002000": "610102002000",
        "610102001001": "民乐社区", "610102001003": "红会社区", "610102002201": "田家村",
    }  # fmt: skip
    village = Area.objects.get(code="610102002201")
    assert [Area.objects.get(pk=pk).name for pk in village.above] == [
        "示例市", "新城区", "610102002000",
    ]  # fmt: skip
    assert village.path.endswith(f".{village.pk}.")
    state = AreaState.objects.get(area=village)
    assert (state.urban_rural, state.attributes) == ("220", {"kind": "village"})
    assert Placement.objects.filter(area=village).count() == len(Tree)
    assert [area.name for area in Area.objects.all() if area.unnamed] == ["610102002000"]
    entry = Entry.objects.first()
    assert entry is not None
    assert entry.action == "area.import"
    assert '"new":6' in entry.content


def test_again_changes_nothing(tmp_path: Path, city: Area) -> None:
    written(tmp_path, city)
    before = Entry.objects.count(), AreaState.objects.count(), Area.objects.count()
    again = bring_in(OFFICE, read(tmp_path, LIST), "list.csv", city, on=TODAY)
    assert difference(again).writes == 0
    commit(OFFICE, again, {})
    assert (Entry.objects.count(), AreaState.objects.count(), Area.objects.count()) == before
    with pytest.raises(Conflict):
        commit(OFFICE, again, {})


def test_a_later_list_renames_and_ends_nothing(tmp_path: Path, city: Area) -> None:
    written(tmp_path, city)
    later = "code,name\n610102001001,新民乐社区\n610102002000,长乐中路街道\n610102009001,新社区\n"
    made = bring_in(OFFICE, read(tmp_path, later), "later.csv", city, on=TODAY)
    found_ = difference(made)
    assert [(one.area.name, one.row.name) for one in found_.renamed] == [
        ("610102002000", "长乐中路街道"), ("民乐社区", "新民乐社区"),
    ]  # fmt: skip
    assert {area.name for area in found_.gone} == {"红会社区", "田家村"}
    commit(OFFICE, made, {})
    assert standing()["610102001001"] == "新民乐社区"
    assert standing()["610102001003"] == "红会社区"


def test_what_ended_is_not_founded_again(tmp_path: Path, city: Area) -> None:
    written(tmp_path, city)
    one, two = (Area.objects.get(code=f"61010200100{digit}") for digit in (1, 3))
    merge(OFFICE, [one, two], two, on=TODAY.replace(month=8))
    made = bring_in(OFFICE, read(tmp_path, LIST), "list.csv", city, on=TODAY.replace(month=9))
    changes = difference(made)
    assert [row.code for row in changes.ended] == ["610102001001"]
    assert not changes.writes


def test_areas_without_a_code_get_it_by_their_name_and_place(tmp_path: Path, city: Area) -> None:
    county = found(OFFICE, "新城区", Level.COUNTY, city, on=FOUNDED)
    street = found(OFFICE, "西一路街道", Level.TOWNSHIP, county, on=FOUNDED)
    text = f"610100000000,西安市\n610102000000,新城区\n{LIST.split(chr(10), 1)[1]}"
    made = bring_in(OFFICE, read(tmp_path, "code,name\n" + text.replace(",111", "")
                                 .replace(",220", "").replace("西一路街道,", "西一路街道")),
                    "list.csv", city, on=TODAY)  # fmt: skip
    assert [one.area.pk for one in difference(made).coded] == [city.pk, county.pk, street.pk]
    commit(OFFICE, made, {})
    assert Area.objects.get(pk=street.pk).code == "610102001000"
    assert Area.objects.get(pk=city.pk).name == "西安市"
    assert Area.objects.get(code="610102001001").above == [city.pk, county.pk, street.pk]


def test_every_bad_row_is_told(tmp_path: Path, city: Area) -> None:
    text = "code,name\n61010200100,甲\n6.10102E+11,乙\n610102001001,丙\n610102001001,丁\n,戊\n"
    told = read(tmp_path, text).told
    assert [where.split("：")[0] for where in told] == [
        f"list.csv第{row}行" for row in (2, 3, 5, 6)
    ]
    assert "丢失" in told[1]
    with pytest.raises(InputError, match="没有找到区划代码一列"):
        read(tmp_path, "甲,乙\n1,2\n")


def test_codes_of_elsewhere_are_left_out(tmp_path: Path, city: Area) -> None:
    written(tmp_path, city)
    county = Area.objects.get(code="610102000000")
    made = bring_in(OFFICE, read(tmp_path, "code,name\n610103001001,别处\n"), "x.csv", county,
                    on=TODAY)  # fmt: skip
    assert not difference(made).writes
    assert "1行的代码不属于本区划" in difference(made).told[0]
    both = "code,name\n610102001001,甲\n510102001001,乙\n"
    made = bring_in(OFFICE, read(tmp_path, both), "x.csv", city, on=TODAY)
    assert "2个不同的上级" in difference(made).told[0]
    with pytest.raises(Refused, match="不能更早"):
        early = "code,name\n610102001009,早\n"
        made = bring_in(OFFICE, read(tmp_path, early), "x.csv", city, on=FOUNDED.replace(day=2))
        commit(OFFICE, made, {})


def test_a_list_comes_in_by_its_pages(
    small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    plain_pages(settings)
    client = signed_in(granted("head", "city", "area.view", "area.change"))
    file = SimpleUploadedFile("表.csv", LIST.encode())
    answer = client.post(
        "/areas/lists/", {"area": small_city["city"].pk, "on": "2026-06-01", "lists": [file]}
    )
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer["Location"]).content.decode()
    assert "名称待核" in page
    assert "name_610102000000" in page
    stranger = signed_in(granted("stranger", "west", "area.view", "area.change"))
    assert stranger.get(answer["Location"]).status_code == 404
    assert "表.csv" not in stranger.get("/areas/lists/").content.decode()
    done = client.post(answer["Location"], {"name_610102000000": "新城区"}, follow=True)
    assert "已写入6个区划" in done.content.decode()
    assert standing()["610102000000"] == "新城区"
    broken = SimpleUploadedFile("坏.xlsx", b"no workbook")
    form = {"area": small_city["city"].pk, "on": "2026-06-01", "lists": [broken]}
    said = client.post("/areas/lists/", form).content.decode()
    assert "坏.xlsx" in said
    assert "/tmp" not in said


def test_five_thousand_at_once(tmp_path: Path, city: Area) -> None:
    with (tmp_path / "big.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("code", "name"))
        for number in range(5000):
            code = f"6101{number // 1000 + 1:02}{number // 50 % 20 + 1:03}{number % 50 + 1:03}"
            rows.writerow((code, f"社区{number}"))
    made = bring_in(OFFICE, read_list([tmp_path / "big.csv"]), "big.csv", city, on=TODAY)
    began = time.perf_counter()
    commit(OFFICE, made, {})
    assert time.perf_counter() - began < 10
    assert Area.objects.count() == 1 + 5 + 100 + 5000
    assert not Area.objects.filter(path="").exists()


def test_a_split_and_a_merge_leave_codes_to_the_new_ones(tmp_path: Path, city: Area) -> None:
    written(tmp_path, city)
    one = Area.objects.get(code="610102001001")
    parts = split(OFFICE, one, [Part("甲", "610102001011"), Part("乙")], on=TODAY.replace(month=8))
    assert [part.code for part in parts] == ["610102001011", ""]
