"""What the small city has on record, so that every page of a running platform has something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import shapely
from django.utils import timezone

from lifecircle.govern.actor import system
from lifecircle.govern.areas.lists.reading import ListRead
from lifecircle.govern.areas.lists.reading import Row as CodeRow
from lifecircle.govern.areas.lists.services import bring_in
from lifecircle.govern.areas.models import Area, AreaState, Outline
from lifecircle.govern.files.services import attach, keep
from lifecircle.govern.imports.comparing import NOT_SAID
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.reading import told_of
from lifecircle.govern.imports.targets import OUTLINES
from lifecircle.govern.inventory.models import Estate, Facility, Room, Tenure
from lifecircle.govern.inventory.services import add
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.personal import services as personal
from lifecircle.terms.errors import Fault, Spot


def stocked(areas: Mapping[str, Area], by: int) -> dict[str, int | str]:
    """Put something of every kind there, handed in by an account; return the ids."""
    area = areas["mill"]
    AreaState.objects.filter(area=area).update(
        attributes={"kind": "community", "size": "large"}, zones=["main_urban", "urban_area"]
    )
    return {
        **inventory(area),
        "batch": batch(area),
        "outlines": outlines(areas),
        "code_list": code_list(areas["bridge"]),
        **{f"job.{state}": job(state, area, by) for state in (State.RUNNING, State.DONE)},
        "contact": str(contact(area)),
    }


def inventory(area: Area) -> dict[str, int | str]:
    """Put a facility with parts and a file, an estate and a permit there."""
    command = system("test")
    on: dict[str, Any] = {"area": area, "on": date(2026, 1, 1)}
    values = {
        "name": "Mill hall", "categories": ["clinic", "community_canteen"], "functions": ["health"],
        "lon": 108.95, "lat": 34.25, "hours": "08:00-12:00,14:00-18:00", "status": "operating",
        "stage": "existing", "floor_m2": "620.00",
    }  # fmt: skip
    hall = add(command, Facility, values, own_id="F1", **on)
    part = {"parent": hall.record, **on}
    uses = [{"hours": "08:00-12:00", "function": "health"}]
    uses += [{"hours": "14:00-18:00", "function": "housekeeping"}]
    own = {"name": "Hall 1", "kind_of_room": "service", "floor_m2": "80", "uses": uses}
    room = add(command, Room, own, own_id="R1", **part)
    add(command, Tenure, {"ownership": "residents_committee"}, own_id="T1", **part)
    estate = add(command, Estate, {"name": "Mill court", "households": 20}, own_id="E1", **on)
    note = keep([b"open from eight"])
    attach(command, note, area, name="hours.txt", caption="Door plate", record=hall.record)
    named = {"facility": hall, "room": room, "estate": estate}
    return {name: one.record_id for name, one in named.items()}


def batch(area: Area) -> int:
    """Put a checked import there, with faults that have an English sentence and that have none."""
    made = Batch.objects.create(
        file=keep([b"F9,hall"]), name="list.csv", form="facilities", area=area, actor="clerk",
        effective_on=date(2026, 1, 1), state=BatchState.CHECKED, channel="web",
        counts={str(what): int(what == What.ADDED) for what in What},
        faults=[{"place": "表头", "reason": "没有“名称”一列", "remedy": "补上这一列"}],
    )  # fmt: skip
    cell = Spot("", "设施", 2, "所属社区", "A2")
    faults = (replace(NOT_SAID, spot=cell), Fault("面积不是数", remedy="只写数", spot=cell))
    values = {"name": "hall", "categories": ["clinic", "community_canteen"], "floor_m2": "620.00"}
    Row.objects.create(
        batch=made, form="facilities", number=2, own_id="F9", name="hall", what=What.ADDED,
        area=area, values=values, told=[told_of(one, error=False) for one in faults],
    )  # fmt: skip
    return made.pk


def outlines(areas: Mapping[str, Area]) -> int:
    """Put a checked import of outlines there: one grows, one is refused."""
    mill, pond = areas["mill"], areas["pond"]
    before, after, other = (
        shapely.box(108.95, 34.25, east, 34.252) for east in (108.952, 108.953, 108.954)
    )
    west, south, east, north = before.bounds
    now = Outline.objects.create(
        area=mill, from_on=date(2026, 1, 1), shape=shapely.to_geojson(before), source="test",
        west=west, south=south, east=east, north=north,
    )  # fmt: skip
    counts = {str(what): int(what in (What.CHANGED, What.REJECTED)) for what in What}
    made = Batch.objects.create(
        file=keep([b"{}"]), name="outlines.geojson", form=OUTLINES, area=areas["bridge"],
        actor="clerk", effective_on=date(2026, 2, 1), state=BatchState.CHECKED, channel="web",
        counts=counts,
    )  # fmt: skip
    kept: dict[str, Any] = {"batch": made, "form": OUTLINES}
    shown = {"shape": shapely.to_geojson(after), "box": list(after.bounds), "area_m2": 61300.0}
    Row.objects.create(
        **kept, number=1, own_id="610102001001", name=mill.name, what=What.CHANGED, area=mill,
        values=shown, before={"area_m2": 40900.0, "changed_m2": 20400.0, "share": 0.5},
        seen=now.pk,
    )  # fmt: skip
    told = Fault("与mill重叠40900平方米", remedy="改正边界；两边都变的，放在一个文件里导入")
    refused = {"shape": shapely.to_geojson(other), "box": list(other.bounds), "area_m2": 81700.0}
    Row.objects.create(
        **kept, number=2, own_id="610102001002", name=pond.name, what=What.REJECTED, area=pond,
        values=refused, told=[told_of(told, error=True)],
    )  # fmt: skip
    return made.pk


def code_list(area: Area) -> int:
    """Put a list of codes there that founds a community and names none."""
    row = CodeRow(2, "610102001001", "New mill", "111")
    told = ["list.csv第3行：代码要12位数字"]
    made = bring_in(
        system("test"), ListRead({row.code: row}, told), "list.csv", area, on=date(2026, 2, 1)
    )
    return made.pk


def job(state: State, area: Area, by: int) -> int:
    """Put a job there that is held by a worker, or one that ended."""
    now = timezone.now()
    made = Job.objects.create(
        kind="imports.check", key=f"test-{state}", title="list.csv", state=state, actor="clerk",
        user_id=by, area_path=area.path, due_at=now, created_at=now, done=3, of=8,
        lease_until=now + timedelta(days=1), said="新增3，修改1。" if state == State.DONE else "",
    )  # fmt: skip
    return made.pk


def contact(area: Area) -> Any:
    """Put somebody there who can be called."""
    today = timezone.localdate()
    return personal.add(
        system("test"), area, "Wang", "13800001111", today=today, post="Keeper", purpose="duty",
        source="person", retain_until=today + timedelta(days=9),
    ).pk  # fmt: skip
