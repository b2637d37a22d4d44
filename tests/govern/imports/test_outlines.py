"""Outlines of areas by the one way in: checked, shown, written in steps, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.utils import timezone

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area, AreaState, Outline
from lifecircle.govern.areas.services import found, merge, redraw
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.imports.models import Batch, BatchState, DrawnOutline, Row, What
from lifecircle.govern.imports.services import bring_in, commit, undo
from lifecircle.govern.jobs.handlers import Pace
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.services import ask_to_stop
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.refused import Refused
from tests.govern.conftest import Granted, SmallCity
from tests.govern.imports.conftest import MAY, committed, work
from tests.govern.imports.drawn import MILL_AND_POND, coded, drawn, features, written

JUNE = date(2026, 6, 1)
Bring = Callable[..., Batch]


@pytest.fixture
def city(small_city: SmallCity) -> SmallCity:
    return coded(small_city)


@pytest.fixture
def bring(city: SmallCity) -> Bring:
    """Bring outlines in for a township, and check them."""

    def bring(shapes: Any, area: str = "bridge", actor: Actor | None = None, **how: Any) -> Batch:
        content = shapes if isinstance(shapes, bytes) else features(shapes)
        how = {"effective_on": MAY, "datum": "wgs84", "form": "outlines", **how}
        name = how.pop("name", "边界.geojson")
        batch = bring_in(actor or system("test"), [content], name, city[area], **how)
        work()
        batch.refresh_from_db()
        return batch

    return bring


def counts(batch: Batch) -> dict[str, int]:
    return {what: count for what, count in batch.counts.items() if count}


def told(batch: Batch) -> dict[int, list[str]]:
    rows = Row.objects.filter(batch=batch).exclude(told=[]).order_by("number")
    return {row.number: [one["reason"] for one in row.told] for row in rows}


def shapes_on(day: date) -> dict[str, Any]:
    return {
        one.area.name: shapely.from_geojson(one.shape)
        for one in Outline.objects.on(day).select_related("area")
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(one[name].equals(other[name]) for name in one)


def test_nothing_changes_until_the_commit_and_then_all_at_once(bring: Bring) -> None:
    picture = drawn(MILL_AND_POND)
    batch = bring(picture)
    assert (batch.state, counts(batch), batch.faults) == (BatchState.CHECKED, {"added": 2}, [])
    assert not Outline.objects.exists()
    before = Entry.objects.count()
    committed(batch)
    assert batch.state == BatchState.DONE
    assert same(shapes_on(MAY), picture)
    assert shapes_on(MAY - timedelta(days=1)) == {}
    mill = Outline.objects.open().get(area__name="mill")
    assert (mill.west, mill.east, mill.source) == (108.95, 108.952, "边界.geojson")
    news = list(Entry.objects.order_by("number"))[before:]
    assert [one.action for one in news if one.action == "import.commit"] == ["import.commit"]
    assert batch.root in news[-1].content


def test_importing_again_changes_nothing(bring: Bring) -> None:
    picture = drawn(MILL_AND_POND)
    committed(bring(picture))
    # a ring that begins elsewhere and runs the other way is the same outline
    turned = {name: shapely.normalize(shape.reverse()) for name, shape in picture.items()}
    again = bring(turned, effective_on=JUNE)
    assert counts(again) == {"unchanged": 2}
    with pytest.raises(Refused, match="没有变化"):
        commit(system("test"), again)


def test_the_difference_says_how_much(bring: Bring) -> None:
    committed(bring(drawn(MILL_AND_POND)))
    batch = bring(drawn("mmmp\nmmpp"), effective_on=JUNE)
    assert counts(batch) == {"changed": 2}
    mill, pond = Row.objects.filter(batch=batch).order_by("number")
    # a cell is 92 by 111 metres here; mill grows from four cells to five
    assert mill.before
    assert pond.values
    assert mill.before["share"] == pytest.approx(0.25, abs=0.001)
    assert mill.before["changed_m2"] == pytest.approx(92.1 * 110.9, rel=0.01)
    assert pond.values["area_m2"] == pytest.approx(3 * 92.1 * 110.9, rel=0.01)
    committed(batch)
    assert shapes_on(MAY)["mill"].equals(drawn(MILL_AND_POND)["mill"])
    assert shapes_on(JUNE)["mill"].equals(drawn("mmmp\nmmpp")["mill"])
    assert Outline.objects.count() == 4


def test_the_codes_are_told(city: SmallCity, bring: Bring) -> None:
    merge(system("test"), [city["mill"], city["pond"]], city["pond"], on=date(2026, 3, 1))
    one, other = drawn("p.q")["pond"], drawn("p.q")["q"]
    far = shapely.box(109.1, 34.3, 109.101, 34.301)
    batch = bring(
        [("mill", one), ("pond", one), ("pond", other), ("999", far), ("reed", far), ("", far)]
    )
    assert counts(batch) == {"rejected": 6}
    assert told(batch) == {
        1: ["mill已于2026-03-01撤销"],
        2: ["代码 610102001002 还有第3个要素"],
        3: ["代码 610102001002 还有第2个要素"],
        4: ["没有这个区划，或者不在这次导入的区划内"],
        5: ["没有这个区划，或者不在这次导入的区划内"],
        6: ["没有写区划代码"],
    }


def test_an_area_outside_the_rights_is_told_as_none(granted: Granted, bring: Bring) -> None:
    clerk = granted("clerk", "mill", "import.run", "area.change", "area.view")
    looks = granted("looks", "mill", "import.run", "area.view")
    shape = drawn(MILL_AND_POND)
    assert counts(bring(shape, "mill", clerk)) == {"added": 1, "rejected": 1}
    assert counts(bring(shape, "mill", looks)) == {"rejected": 2}
    with pytest.raises(Refused):
        bring(shape, "bridge", clerk)


def test_geometries_are_mended_or_refused(bring: Bring) -> None:
    x, y = 108.95, 34.25
    crossed = shapely.Polygon([(x, y), (x + 0.002, y + 0.002), (x + 0.002, y), (x, y + 0.002)])
    # a ring that turns once more over ten metres at its corner
    knot = shapely.Polygon(
        [(x, y), (x + 0.003, y), (x + 0.003, y + 0.003), (x - 0.0001, y + 0.003),
         (x - 0.0001, y + 0.0031), (x, y + 0.0031)]
    )  # fmt: skip
    batch = bring(
        [("mill", crossed), ("pond", knot), ("bridge", shapely.LineString([(x, y), (x + 1, y)]))]
    )
    said = told(batch)
    assert said[1][0].startswith("边界自相交（经度108.951")
    assert said[2][0].startswith("边界自相交")
    assert "已自动拆开" in said[2][0]
    assert said[3] == ["不是面（多边形）"]
    assert counts(batch) == {"added": 1, "rejected": 2}
    committed(batch)
    assert shapes_on(MAY)["pond"].is_valid


def test_siblings_may_not_overlap(bring: Bring) -> None:
    one = drawn("mm..\nmm..")["mill"]
    over = drawn(".ppp\n.ppp")["pond"]
    batch = bring({"mill": one, "pond": over})
    assert counts(batch) == {"rejected": 2}
    assert told(batch)[1][0].startswith("与pond重叠204")
    committed(bring({"mill": one}))
    assert told(bring({"pond": over}))[1][0].startswith("与mill重叠")
    # both move together
    assert counts(bring(drawn("mppp\nmppp"), effective_on=JUNE)) == {"added": 1, "changed": 1}


def test_who_fits_only_beside_the_refused_is_refused_too(bring: Bring) -> None:
    committed(bring(drawn("bbbb\nbbbb\n....")))
    committed(bring(drawn("mmpp\nmmpp\n....")))
    # mill leaves its township, so that pond would lie over where mill then stays
    batch = bring({**drawn("....\nm...\nmmmm"), **drawn("pppp\n.ppp")}, effective_on=JUNE)
    assert told(batch)[1][0].startswith("有80.0%在bridge的边界以外")
    assert any(reason.startswith("与mill重叠") for reason in told(batch)[2])
    assert counts(batch) == {"rejected": 2}


def test_a_code_that_was_mistaken_is_doubted(bring: Bring) -> None:
    committed(bring(drawn(MILL_AND_POND)))
    batch = bring(drawn("ppmm\nppmm"), effective_on=JUNE)
    assert counts(batch) == {"changed": 2}
    assert told(batch)[1] == ["与原边界不同的部分是原面积的200%"]


def test_the_day_is_neither_ahead_nor_before_the_last(city: SmallCity, bring: Bring) -> None:
    picture = drawn(MILL_AND_POND)
    with pytest.raises(Refused, match="不能晚于今天"):
        bring(picture, effective_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="保留原边界"):
        bring(picture, complete=True)
    early = bring(picture, effective_on=city["mill"].began_on - timedelta(days=1))
    assert "才设立" in told(early)[1][0]
    committed(bring(picture, effective_on=JUNE))
    assert told(bring(drawn("mpp\nmpp"), effective_on=MAY))[1] == [
        "这个区划自2026-06-01起已有更新的边界"
    ]


def test_grids_come_by_their_number_or_id(city: SmallCity, bring: Bring) -> None:
    command = system("test")
    grids = [
        found(command, name, Level.GRID, city["mill"], on=MAY, state={"attributes": {"number": no}})
        for name, no in (("grid one", "G1"), ("grid two", "G2"))
    ]
    batch = bring(
        features([("G1", drawn("a")["a"]), (str(grids[1].pk), drawn(".a")["a"])], "网格编号")
    )
    assert counts(batch) == {"added": 2}
    committed(batch)
    assert shapes_on(MAY).keys() == {"grid one", "grid two"}
    assert AreaState.objects.count() == len(city.areas) + 2


def test_the_column_of_codes_is_named(bring: Bring) -> None:
    content = features(drawn(MILL_AND_POND), "BM")
    failed = bring(content)
    assert failed.state == BatchState.FAILED
    assert failed.faults[0]["reason"] == "没有认出哪一列是区划代码"
    assert "BM" in failed.faults[0]["remedy"]
    assert counts(bring(content, code_column="BM")) == {"added": 2}
    assert bring(content, code_column="QH").faults[0]["reason"] == "没有 QH 这一列"


@pytest.mark.parametrize("name", ["边界.gpkg", "边界.kml", "边界.fgb"])
def test_other_formats(bring: Bring, tmp_path: Path, name: str) -> None:
    how = {"crs": "EPSG:4326", "driver": "LIBKML"} if name.endswith("kml") else {}
    path = written(tmp_path, drawn(MILL_AND_POND), name, **how)
    batch = bring(path.read_bytes(), name=name)
    assert (counts(batch), told(batch)) == ({"added": 2}, {})


def test_a_workbook_is_no_outline(bring: Bring) -> None:
    with pytest.raises(Refused, match="不能导入"):
        bring(b"PK", name="边界.xlsx")


def test_taken_back_what_stood_before_stands_again(city: SmallCity, bring: Bring) -> None:
    first = committed(bring({"mill": drawn(MILL_AND_POND)["mill"]}))
    second = committed(bring(drawn("mmmp\nmmpp"), effective_on=JUNE))
    back = undo(system("test"), second, "画错了")
    work()
    back.refresh_from_db()
    assert counts(back) == {"changed": 2}
    committed(back)
    assert same(shapes_on(JUNE), {"mill": drawn(MILL_AND_POND)["mill"]})
    assert Entry.objects.filter(action="import.undo").count() == 1
    # what was redrawn since is left alone
    again = undo(system("test"), first, "也撤回")
    work()
    again.refresh_from_db()
    assert counts(again) == {"conflict": 1}
    # and the taking back can be taken back
    forth = undo(system("test"), back, "没有画错")
    work()
    forth.refresh_from_db()
    assert counts(forth) == {"added": 1, "changed": 1}
    committed(forth)
    assert same(shapes_on(JUNE), drawn("mmmp\nmmpp"))


def test_who_was_overtaken_is_told(city: SmallCity, bring: Bring) -> None:
    batch = bring(drawn(MILL_AND_POND))
    box = (108.0, 34.0, 108.1, 34.1)
    shape = shapely.to_geojson(shapely.box(*box))
    redraw(system("test"), city["mill"], shape, box, on=MAY, source="page")
    committed(batch)
    assert counts(batch) == {"added": 1, "conflict": 1}
    assert Outline.objects.open().get(area=city["mill"]).source == "page"


@pytest.mark.parametrize("meanwhile", ["redrawn", "ended"])
def test_overtaken_between_the_steps(
    city: SmallCity, bring: Bring, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    batch = bring(drawn(MILL_AND_POND))
    commit(system("test"), batch)
    worker, kept = Worker("test"), Pace.took

    def took(self: Pace, seconds: float) -> None:
        kept(self, seconds)
        box = (108.0, 34.0, 108.1, 34.1)
        shape = shapely.to_geojson(shapely.box(*box))
        if meanwhile == "redrawn":
            redraw(system("test"), city["mill"], shape, box, on=MAY, source="page")
        else:
            Area.objects.filter(pk=city["mill"].pk).update(ended_on=JUNE)

    monkeypatch.setattr(Pace, "took", took)
    worker.run_one()
    batch.refresh_from_db()
    assert (batch.state, counts(batch)) == (BatchState.DONE, {"added": 1, "conflict": 1})
    assert DrawnOutline.objects.filter(batch=batch).count() == 1
    assert not Outline.objects.filter(area=city["mill"], source="边界.geojson").exists()
    assert Outline.objects.open().filter(area=city["pond"]).count() == 1


def test_stopped_before_it_shows_nothing_is_left(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(bring(drawn(MILL_AND_POND)))
    batch = bring(drawn("mmmp\nmmpp"), effective_on=JUNE)
    one_row = partial(Pace, rows=1, most=1, least=1)
    monkeypatch.setattr("lifecircle.govern.imports.handlers._pace", one_row)
    job = commit(system("test"), batch)
    plain, seen = Worker._commit, []

    def asking(self: Worker, one: Job, step: Any) -> None:
        plain(self, one, step)
        seen.append(Outline.objects.count())
        assert same(shapes_on(JUNE), drawn(MILL_AND_POND)), "nobody sees what is half written"
        if len(seen) == 1:
            ask_to_stop(system("test"), job)

    monkeypatch.setattr(Worker, "_commit", asking)
    work()
    batch.refresh_from_db()
    assert batch.state == BatchState.STOPPED
    assert seen[:2] == [3, 2], "one was drawn, then removed"
    assert same(shapes_on(JUNE), drawn(MILL_AND_POND))
    assert DrawnOutline.objects.filter(batch=batch).count() == 0


def test_a_batch_of_outlines_writes_no_records(bring: Bring) -> None:
    batch = committed(bring(drawn(MILL_AND_POND)))
    assert not Row.objects.filter(batch=batch).exists()
    assert DrawnOutline.objects.filter(batch=batch, replaced=None).count() == 2
    assert What.ADDED in batch.counts
