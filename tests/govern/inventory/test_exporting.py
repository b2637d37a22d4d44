"""The workbook of records reads back as the same records."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.imports.models import Row
from lifecircle.govern.imports.services import bring_in, commit
from lifecircle.govern.inventory.exporting import filled_forms
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.inventory.models import Estate, Facility, Gate, Listed, Permit, Space
from lifecircle.govern.inventory.reading import Reader, Told
from lifecircle.govern.inventory.services import add
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.records.models import Record
from lifecircle.place.city import read_city
from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.sources import read_sources

ACTOR = system("test")
KINDS = {
    "facilities": Facility,
    "estates": Estate,
    "gates": Gate,
    "spaces": Space,
    "permits": Permit,
}
DRAWN = ("lon", "lat", "shape")


def test_exported_again_is_what_is_on_record(db: None, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    write_example(folder, 12)
    load_city(folder, ACTOR)
    book = tmp_path / "forms.xlsx"
    book.write_bytes(filled_forms(ACTOR))
    city = read_city(read_sources(folder))
    reader = Reader(city.communities, city.plane, {}, {})
    sheets = read_workbook(book, "wgs84")
    for form, model in KINDS.items():
        told = {one.own_id: one for one in reader.rows(form, sheets[form])}
        kept = {one.record.own_id: one for one in model.versions.select_related("record__area")}
        assert told.keys() == kept.keys()
        for own_id, one in told.items():
            assert _plain(one) == _plain_version(kept[own_id]), (form, own_id)
            if form != "gates":
                assert one.community == kept[own_id].record.area.code


def test_brought_in_again_nothing_changes(db: None, tmp_path: Path, settings: Any) -> None:
    """Also after an outline was drawn, a gate was added on a page and a facility moved."""
    settings.MEDIA_ROOT = tmp_path / "files"
    folder = tmp_path / "city"
    write_example(folder, 12)
    city = load_city(folder, ACTOR, date(2020, 1, 1)).city
    estate = Estate.versions.current().first()
    assert estate is not None
    day = {"on": date(2026, 6, 1), "area": estate.record.area}
    add(ACTOR, Gate, {"name": "西门"}, parent=estate.record, **day)
    corners = [[108.9, 34.2], [108.91, 34.2], [108.91, 34.21], [108.9, 34.2]]
    square = json.dumps({"type": "Polygon", "coordinates": [corners]})
    park = {"name": "园", "categories": ["park"], "lon": 108.905, "lat": 34.203, "shape": square}
    add(ACTOR, Facility, park, own_id="drawn", **day)
    assert Facility.versions.current().exclude(shape="").exists()
    before = {model: model.versions.count() for model in KINDS.values()}
    batch = bring_in(
        ACTOR, [filled_forms(ACTOR)], "资料表.xlsx", city, date(2026, 7, 1), datum="wgs84"
    )
    worked()
    batch.refresh_from_db()
    told = list(Row.objects.exclude(what="unchanged").values("form", "own_id", "what", "told")[:5])
    assert {what: many for what, many in batch.counts.items() if many} == {
        "unchanged": sum(model.versions.current().count() for model in KINDS.values())
    }, (told, batch.faults)
    assert {model: model.versions.count() for model in KINDS.values()} == before


def test_all_forms_brought_into_another_platform_make_the_same_records(
    db: None, tmp_path: Path, settings: Any
) -> None:
    """Estates with their gates, permits and spaces too; what is derived is there."""
    settings.MEDIA_ROOT = tmp_path / "files"
    folder = tmp_path / "city"
    write_example(folder, 12)
    city = load_city(folder, ACTOR, date(2020, 1, 1)).city
    book = filled_forms(ACTOR)
    Listed.objects.all().delete()
    for model in KINDS.values():
        model.versions.all().delete()
    Record.objects.filter(parent__isnull=False).delete()
    Record.objects.all().delete()
    batch = bring_in(ACTOR, [book], "资料表.xlsx", city, date(2026, 7, 1), datum="wgs84")
    worked()
    batch.refresh_from_db()
    commit(ACTOR, batch)
    worked()
    batch.refresh_from_db()
    assert batch.state == "done", batch.counts
    assert filled_forms(ACTOR) == book
    assert not Gate.versions.filter(record__parent__isnull=True).exists()
    assert not Facility.versions.filter(lon__isnull=False, west__isnull=True).exists()
    assert Facility.versions.filter(category_marks__contains="|").exists()


def worked() -> None:
    """Run every job that waits."""
    worker = Worker("test")
    while worker.run_one():
        pass


def _plain(one: Told) -> dict[str, Any]:
    return {name: value for name, value in one.values.items() if name not in DRAWN} | {
        "at": (one.values.get("lon"), one.values.get("lat"))
    }


def _plain_version(one: Any) -> dict[str, Any]:
    names = [name for name in one.data_fields() if name not in (*DRAWN, "area")]
    return {name: getattr(one, name) for name in names} | {
        "at": (getattr(one, "lon", None), getattr(one, "lat", None))
    }
