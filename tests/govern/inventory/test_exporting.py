"""The workbook of records reads back as the same records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.inventory.exporting import filled_forms
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.inventory.models import Estate, Facility, Gate, Permit, Space
from lifecircle.govern.inventory.reading import Reader, Told
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


def _plain(one: Told) -> dict[str, Any]:
    return {name: value for name, value in one.values.items() if name not in DRAWN} | {
        "at": (one.values.get("lon"), one.values.get("lat"))
    }


def _plain_version(one: Any) -> dict[str, Any]:
    names = [name for name in one.data_fields() if name not in (*DRAWN, "area")]
    return {name: getattr(one, name) for name in names} | {
        "at": (getattr(one, "lon", None), getattr(one, "lat", None))
    }
