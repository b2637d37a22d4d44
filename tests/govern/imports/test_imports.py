"""One way in: what a file would change is shown first, then all of it at once or nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Outline
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.services import bring_in, commit, discard, undo
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.tables import row_of
from lifecircle.govern.jobs.handlers import Pace
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.services import ask_to_stop
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.records.models import Change, Record
from lifecircle.govern.records.services import put
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.conftest import Granted, SmallCity
from tests.govern.imports.conftest import MAY, BringIn, committed, facility, work

JUNE = date(2026, 6, 1)


def names() -> dict[str, str]:
    current = Facility.versions.current().filter(removed=False).select_related("record")
    return {one.record.own_id: one.name for one in current}


def counts(batch: Batch) -> dict[str, int]:
    return {what: count for what, count in batch.counts.items() if count}


def told(batch: Batch, what: What) -> dict[str, str]:
    rows = Row.objects.filter(batch=batch, what=what)
    return {row.own_id or f"row {row.number}": row.told[-1]["reason"] for row in rows}


def test_nothing_changes_until_the_commit_and_then_all_at_once(
    small_city: SmallCity, brought: BringIn
) -> None:
    batch = brought([facility(1), facility(2, "pond")], small_city["bridge"])
    assert (batch.state, counts(batch)) == (BatchState.CHECKED, {"added": 2})
    assert names() == {}
    committed(batch)
    assert batch.state == BatchState.DONE
    assert names() == {"F1": "facility 1", "F2": "facility 2"}
    one = Facility.versions.current().get(record__own_id="F1")
    assert (one.categories, str(one.floor_m2), one.lon) == (
        ["breakfast_outlet"],
        "620.00",
        108.9501,
    )
    assert (one.area, one.record.area) == (small_city["mill"], small_city["mill"])
    assert one.since.effective_on == MAY


def test_importing_again_changes_nothing(small_city: SmallCity, brought: BringIn) -> None:
    rows = [facility(1, opened_on=date(2025, 9, 1), remark="甲"), facility(2, beds=20)]
    committed(brought(rows, small_city["bridge"]))
    again = brought(rows, small_city["bridge"], effective_on=JUNE)
    assert counts(again) == {"unchanged": 2}
    with pytest.raises(Refused, match="没有变化"):
        commit(system("test"), again)


def test_what_goes_out_comes_in_unchanged(
    small_city: SmallCity, brought: BringIn, tmp_path: Path
) -> None:
    rows = [
        facility(1, hours="每天 08:00-20:00", beds=20),
        facility(2, usable_m2=450.25, opened_on=date(2025, 9, 1), remark="乙", lon=None, lat=None),
    ]
    committed(brought(rows, small_city["bridge"]))
    out = [
        dict(row_of("facilities", one))
        for one in Facility.versions.current().select_related("record")
    ]
    assert counts(brought(out, small_city["bridge"])) == {"unchanged": 2}


def test_the_difference_is_told_field_by_field(small_city: SmallCity, brought: BringIn) -> None:
    committed(brought([facility(1), facility(2)], small_city["bridge"]))
    rows = [facility(1, name="new", floor_m2=700), facility(2), facility(3)]
    batch = brought(rows, small_city["bridge"], effective_on=JUNE)
    assert counts(batch) == {"added": 1, "changed": 1, "unchanged": 1}
    changed = Row.objects.get(batch=batch, what=What.CHANGED)
    assert changed.before == {"name": "facility 1", "floor_m2": "620.00"}
    assert changed.values
    assert (changed.values["name"], changed.values["floor_m2"]) == ("new", "700.00")
    committed(batch)
    assert names() == {"F1": "new", "F2": "facility 2", "F3": "facility 3"}
    assert [one.name for one in Facility.versions.as_of(MAY).filter(record__own_id="F1")] == [
        "facility 1"
    ]


def test_every_rejected_row_says_row_column_and_reason(
    small_city: SmallCity, brought: BringIn
) -> None:
    rows = [
        facility(1),
        facility(2, floor_m2="很大"),
        facility(3, "nowhere"),
        facility(4, ""),
        facility(5, part_of="F99"),
        facility(6, name="长" * 101),
    ]
    batch = brought(rows, small_city["bridge"])
    assert counts(batch) == {"added": 1, "rejected": 5}
    rejected = Row.objects.filter(batch=batch, what=What.REJECTED)
    by_row = {row.number: row.told[-1] for row in rejected}
    assert by_row[3]["header"] == "建筑面积（平方米）"
    assert "很大" in by_row[3]["reason"]
    assert by_row[4]["reason"] == "没有这个社区，或者不在这次导入的区划内"
    assert by_row[5]["reason"] == "没有写属于哪个社区"
    assert "没有编号为 F99 的设施" in by_row[6]["reason"]
    assert "设施名称" in by_row[7]["reason"]
    committed(batch)
    assert names() == {"F1": "facility 1"}


def test_a_row_without_a_community_lies_where_it_lay_or_where_the_outlines_say(
    small_city: SmallCity, brought: BringIn, granted: Granted
) -> None:
    """mill is drawn from 108.95 to 108.9502 east, pond beside it to 108.9504; 5 is in neither."""
    for name, west in (("mill", 108.95), ("pond", 108.9502)):
        square = shapely.box(west, 34.2499, west + 0.0002, 34.2501)
        sides = dict(zip(("west", "south", "east", "north"), square.bounds, strict=True))
        drawn = {"shape": shapely.to_geojson(square), "source": "test", **sides}
        Outline.objects.create(area=small_city[name], from_on=date(2020, 1, 1), **drawn)
    committed(brought([facility(3, "mill")], small_city["bridge"]))
    batch = brought([facility(n, "") for n in (1, 3, 5)], small_city["bridge"])
    assert counts(batch) == {"added": 1, "rejected": 1, "unchanged": 1}
    rows = {row.own_id: row for row in Row.objects.filter(batch=batch).exclude(what="unchanged")}
    assert rows["F1"].area == small_city["mill"]
    assert "坐标也不在" in rows["F5"].told[-1]["reason"]
    assert (
        brought([facility(3, "", name="new")], small_city["bridge"]).rows.get().area
        == (small_city["mill"])
    )
    assert counts(brought([facility(4, "")], small_city["west"])) == {"rejected": 1}
    # at the desk of the whole city it is the city's, as where a folder is loaded
    astray = brought([facility(5, "")], small_city["city"])
    assert counts(astray) == {"added": 1}
    assert "算全市的" in astray.rows.get().told[-1]["reason"]
    committed(astray)
    assert Facility.versions.current().get(name="facility 5").area == small_city["city"]
    assert counts(brought([facility(5, "")], small_city["city"])) == {"unchanged": 1}
    east = granted("east", "east", "import.run", "inventory.change")
    again = brought([facility(5, "", name="mine")], small_city["east"], east)
    assert counts(again) == {"rejected": 1}


def test_an_id_twice_in_the_file_is_rejected(small_city: SmallCity, brought: BringIn) -> None:
    batch = brought([facility(1), facility(1, name="again")], small_city["bridge"])
    assert counts(batch) == {"added": 1, "rejected": 1}
    assert "重复" in next(iter(told(batch, What.REJECTED).values()))


def test_a_part_may_belong_to_what_is_on_record(small_city: SmallCity, brought: BringIn) -> None:
    committed(brought([facility(1)], small_city["bridge"]))
    assert counts(brought([facility(2, part_of="F1")], small_city["bridge"])) == {"added": 1}


def test_other_areas_are_rejected_as_if_they_were_not(
    small_city: SmallCity, brought: BringIn, granted: Granted
) -> None:
    committed(brought([facility(1, "reed", name="SECRET")], small_city["west"]))
    east = granted("east", "east", "import.run", "inventory.change")
    rows = [facility(1), facility(2, "reed"), facility(3, "mill")]
    batch = brought(rows, small_city["east"], east)
    assert counts(batch) == {"added": 1, "rejected": 2}
    assert told(batch, What.REJECTED) == {
        "F1": "这个编号不在您的授权范围内",
        "F2": "没有这个社区，或者不在这次导入的区划内",
    }
    shown = json.dumps(list(Row.objects.filter(batch=batch).values()), default=str)
    assert "SECRET" not in shown
    with pytest.raises(Refused):
        bring_in(east, [b"x"], "a.xlsx", small_city["west"], MAY)


def test_a_right_that_ended_before_the_commit_writes_nothing(
    small_city: SmallCity, brought: BringIn, granted: Granted
) -> None:
    keeper = granted("keeper", "bridge", "import.run", "inventory.change")
    batch = brought([facility(1)], small_city["bridge"], keeper)
    commit(keeper, batch)
    small_city["bridge"].grants.update(to_on="2020-02-01")
    work()
    batch.refresh_from_db()
    assert (names(), batch.state) == ({}, BatchState.STOPPED)


def test_who_wrote_between_difference_and_commit_is_not_overwritten(
    small_city: SmallCity, brought: BringIn
) -> None:
    committed(brought([facility(1), facility(2)], small_city["bridge"]))
    rows = [facility(1, name="theirs"), facility(2, name="theirs"), facility(3)]
    batch = brought(rows, small_city["bridge"], effective_on=JUNE)
    for own_id in ("F1", "F3"):
        values = {"name": "mine", "area": small_city["mill"], "categories": ["breakfast_outlet"]}
        put(
            system("test"), Facility, own_id, small_city["mill"], values,
            permission="inventory.change", effective_on=JUNE,
        )  # fmt: skip
    committed(batch)
    assert names() == {"F1": "mine", "F2": "theirs", "F3": "mine"}
    assert counts(batch) == {"changed": 1, "conflict": 2}
    assert set(told(batch, What.CONFLICT)) == {"F1", "F3"}


def test_what_is_missing_stays_unless_a_person_says_otherwise(
    small_city: SmallCity, brought: BringIn
) -> None:
    committed(brought([facility(1), facility(2)], small_city["bridge"]))
    committed(brought([facility(8, "pine")], small_city["hill"]))
    part = brought([facility(1)], small_city["bridge"], effective_on=JUNE)
    assert counts(part) == {"unchanged": 1}
    whole = brought([facility(1)], small_city["bridge"], complete=True, effective_on=JUNE)
    assert counts(whole) == {"missing": 1, "unchanged": 1}
    with pytest.raises(Refused, match="没有变化"):
        commit(system("test"), whole)
    committed(whole, remove_missing=True)
    assert set(names()) == {"F1", "F8"}
    gone = Facility.versions.current().get(record__own_id="F2")
    assert (gone.removed, gone.name) == (True, "facility 2")
    assert counts(brought([facility(2)], small_city["bridge"], effective_on=JUNE)) == {"changed": 1}


def test_moving_takes_the_record_along(small_city: SmallCity, brought: BringIn) -> None:
    committed(brought([facility(1)], small_city["bridge"]))
    batch = brought([facility(1, "pond")], small_city["bridge"], effective_on=JUNE)
    assert counts(batch) == {"changed": 1}
    committed(batch)
    assert Record.objects.get(own_id="F1").area == small_city["pond"]


def test_one_entry_of_the_audit_for_a_batch_with_its_root(
    small_city: SmallCity, brought: BringIn
) -> None:
    before = Entry.objects.count()
    batch = committed(brought([facility(1), facility(2)], small_city["bridge"]))
    entry = Entry.objects.get(number=before + 1)
    assert Entry.objects.count() == before + 1
    rows = [
        canonical(
            {"kind": "facilities", "id": one.record.own_id, "removed": False, "values": one.data()}
        )
        for one in Facility.versions.order_by("pk").select_related("record")
    ]
    assert json.loads(entry.content)["after"]["root"] == batch.root == root(rows)
    assert (entry.action, entry.area_path) == ("import.commit", small_city["bridge"].path)


def test_a_batch_can_be_taken_back_by_another(small_city: SmallCity, brought: BringIn) -> None:
    committed(brought([facility(1), facility(2)], small_city["bridge"]))
    rows = [facility(1, "pond", name="wrong"), facility(3, name="wrong"), facility(4)]
    wrong = committed(brought(rows, small_city["bridge"], effective_on=JUNE))
    values = {"name": "mine", "area": small_city["mill"], "categories": ["breakfast_outlet"]}
    put(
        system("test"), Facility, "F4", small_city["mill"], values,
        permission="inventory.change", effective_on=JUNE,
    )  # fmt: skip
    back = undo(system("test"), wrong, "写错了")
    work()
    back.refresh_from_db()
    assert counts(back) == {"changed": 2, "conflict": 1}
    assert names()["F1"] == "wrong", "shown before it is done"
    committed(back)
    assert names() == {"F1": "facility 1", "F2": "facility 2", "F4": "mine"}
    assert Record.objects.get(own_id="F1").area == small_city["mill"]
    with pytest.raises(Conflict):
        undo(system("test"), wrong, "again")


def test_a_commit_asked_to_stop_takes_back_what_it_wrote(
    small_city: SmallCity, brought: BringIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(brought([facility(n) for n in range(30)], small_city["bridge"]))
    rows = [facility(n, name="new") for n in range(60)]
    batch = brought(rows, small_city["bridge"], effective_on=JUNE)
    monkeypatch.setattr("lifecircle.govern.imports.handlers._pace", _slow_pace)
    commit(system("test"), batch)
    job = Job.objects.get(kind="imports.commit", key=str(batch.pk))
    seen: list[int] = []

    def asking(self: Worker, one: Job, step: Any) -> None:
        plain(self, one, step)
        seen.append(len(names()))
        if len(seen) == 3:
            ask_to_stop(system("test"), job)

    plain = Worker._commit
    monkeypatch.setattr(Worker, "_commit", asking)
    work()
    batch.refresh_from_db()
    assert batch.state == BatchState.STOPPED
    assert set(seen) == {30}, "no step of it was ever seen"
    assert set(names().values()) == {f"facility {n}" for n in range(30)}
    assert Record.objects.count() == 30
    assert not Facility.versions.filter(since=batch.change).exists()
    assert batch.change
    assert Change.objects.get(pk=batch.change.pk).state == Change.State.UNDONE
    assert "都已退回" in Job.objects.get(pk=job.pk).said


def _slow_pace() -> Any:
    return Pace(rows=10, aim_s=1e-9, most=10, least=10)


def test_a_file_that_cannot_be_read_says_why(small_city: SmallCity) -> None:
    for name, content, said in (
        ("a.xlsx", b"PK\x03\x04 broken", "不是完整的工作簿"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "不是合法的 JSON"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "没有认得的工作表"),
    ):
        batch = bring_in(system("test"), [content], name, small_city["bridge"], MAY)
        work()
        batch.refresh_from_db()
        assert batch.state == BatchState.FAILED
        assert said in batch.faults[0]["reason"]
    with pytest.raises(Refused, match="不能导入"):
        bring_in(system("test"), [b"x"], "a.shp", small_city["bridge"], MAY)


def test_a_map_file_is_read_by_the_same_form(small_city: SmallCity) -> None:
    square = [[[108.9, 34.2], [108.91, 34.2], [108.91, 34.21], [108.9, 34.21], [108.9, 34.2]]]
    features = [
        {
            "type": "Feature",
            "properties": {"设施编号": "M1", "设施类别": "公园", "所属社区编号": "mill"},
            "geometry": {"type": "Polygon", "coordinates": square},
        }
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    batch = bring_in(system("test"), [content], "公园.geojson", small_city["bridge"], MAY)
    work()
    batch.refresh_from_db()
    assert counts(batch) == {"added": 1}, (batch.faults, told(batch, What.REJECTED))
    committed(batch)
    park = Facility.versions.current().get()
    assert (park.west, park.north) == (108.9, 34.21)
    assert json.loads(park.shape)["type"] == "Polygon"
    again = bring_in(system("test"), [content], "公园.geojson", small_city["bridge"], MAY)
    work()
    again.refresh_from_db()
    assert counts(again) == {"unchanged": 1}


def test_a_batch_is_thrown_away_with_its_rows(small_city: SmallCity, brought: BringIn) -> None:
    batch = brought([facility(1)], small_city["bridge"])
    discard(system("test"), batch)
    assert not Row.objects.exists()
    with pytest.raises(Conflict):
        commit(system("test"), Batch.objects.get())
