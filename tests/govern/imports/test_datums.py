"""A file whose datum the streets deny is refused until a named person answers for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifecircle.demo.files import write_example
from lifecircle.govern.accounts.actors import actor_of
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.imports.models import Batch, BatchState
from lifecircle.govern.imports.services import undo
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.inventory.declared import with_answered
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.inventory.models import Facility
from lifecircle.place.coordinates.datums import from_wgs84
from lifecircle.place.sources import read_sources
from tests.govern.conftest import FOUNDED, TODAY
from tests.govern.imports.conftest import BringIn, committed, facility, work
from tests.govern.parts import signed_in

WHY = "测绘院来函〔2026〕3号"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("datums") / "示例市"
    write_example(folder, 12)
    return folder


@pytest.fixture
def city(db: None, example: Path, settings: Any) -> Area:
    """The example city, its files kept."""
    return load_city(example, system("test"), FOUNDED, Path(settings.CITY)).city


def planner(area: Area, name: str = "planner") -> Actor:
    user = User.objects.create(username=name, name=name)
    may = ["import.run", "inventory.change", "inventory.view"]
    role = Role.objects.create(code=name, name=name, permissions=may)
    Grant.objects.create(user=user, role=role, area=area, from_on=FOUNDED, given_by="test")
    return actor_of(user, TODAY)


def shifted(brought: BringIn, area: Area, actor: Actor) -> Batch:
    """Bring in points of the example, in GCJ-02, as if they were in WGS84."""
    held = Facility.versions.current().filter(lon__isnull=False).select_related("record__area")
    rows = []
    for at, one in enumerate(held.order_by("record_id"), start=1):
        lon, lat = from_wgs84(
            np.array([float(one.lon or 0)]), np.array([float(one.lat or 0)]), "gcj02"
        )
        rows.append(facility(at, one.record.area.code, lon=float(lon[0]), lat=float(lat[0])))
    return brought(rows, area, actor, datum="wgs84")


def test_a_named_person_answers_for_a_datum(city: Area, brought: BringIn, settings: Any) -> None:
    actor = planner(city)
    batch = shifted(brought, city, actor)
    assert (batch.state, [one["code"] for one in batch.faults]) == (
        BatchState.FAILED, ["datum-contradicted"],
    )  # fmt: skip
    browser, page = signed_in(actor), f"/imports/{batch.pk}/"
    assert "我确认坐标选得不错" in browser.get(page).content.decode()
    other = Area.objects.filter(level="community").order_by("path").first()
    assert other is not None
    stranger = signed_in(planner(other, "stranger"))
    assert stranger.post(f"{page}accept/", {"reason": WHY}).status_code == 404
    refused = browser.post(f"{page}accept/", {"reason": " "})
    assert refused.status_code == 403
    assert "请写明依据" in refused.content.decode()
    assert browser.post(f"{page}accept/", {"reason": WHY}).status_code == 302
    assert browser.post(f"{page}accept/", {"reason": WHY}).status_code == 409
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.datum_by) == (BatchState.CHECKED, "planner")
    assert WHY in browser.get(page).content.decode()
    entry = Entry.objects.get(action="import.accept")
    assert (entry.actor, entry.told()["reason"]) == ("planner", WHY)
    committed(batch, actor)
    # what the desk was told, the run is told too: else the streets would refuse it there
    made = city_of_records(Path(settings.CITY))
    assert {(one.code, one.by) for one in made.accepted} >= {("datum-contradicted", "planner")}
    sources = read_sources(Path(settings.CITY))
    assert "planner" in {one.by for one in with_answered(sources, ["list"]).accepted}
    taken_back = undo(actor, batch, "wrong file")
    work()
    committed(taken_back, actor)
    assert "planner" not in {one.by for one in with_answered(sources, ["list"]).accepted}


def test_nothing_else_is_waived(city: Area, brought: BringIn) -> None:
    actor = planner(city)
    batch = brought([facility(1, "nowhere")], city, actor)
    assert batch.state == BatchState.CHECKED
    accept = f"/imports/{batch.pk}/accept/"
    assert signed_in(actor).post(accept, {"reason": WHY}).status_code == 409
    assert "我确认坐标选得不错" not in signed_in(actor).get(accept[:-7]).content.decode()
