"""The forms: written out, filled in, read back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely
import xlsxwriter

from lifecircle.place.city import inspect_city, read_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.forms.cells import is_unknown
from lifecircle.place.forms.columns import Columns
from lifecircle.place.forms.filled import rows_of
from lifecircle.place.forms.forms import form_of_sheet, forms
from lifecircle.place.layers import VectorLayer
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.terms.codes import code_sets

READ = {"choice": "words", "choices": "word_lists", "text": "texts", "id": "texts", "ref": "texts"}


def read_all(layer: VectorLayer, form: str) -> Columns:
    """Read every column of a layer as its form says."""
    columns = Columns(layer, form)
    for code, column in forms()[form].columns.items():
        if column.kind in READ:
            getattr(columns, READ[column.kind])(code)
        elif column.kind not in ("lon", "lat", "category", "categories"):
            columns.values(code)
    return columns


@pytest.mark.parametrize("form", forms())
def test_the_examples_read_without_a_word(tmp_path: Path, form: str) -> None:
    columns = forms()[form].columns.values()
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(forms()[form].zh)
        sheet.write_row(0, 0, [column.zh for column in columns])
        for line in (0, 1):
            sheet.write_row(line + 1, 0, [column.example[line] for column in columns])
    layer = read_workbook(path, None)[form]
    found = read_all(layer, form)
    assert [str(fault) for fault in (*found.faults, *found.doubts)] == []
    assert len(layer) == 2


def test_every_choice_is_a_code_set_and_every_example_has_two_rows() -> None:
    for form in forms().values():
        assert form_of_sheet(form.zh) == form.code
        for column in form.columns.values():
            assert len(column.example) == 2, (form.code, column.code)
            assert (column.kind in ("choice", "choices")) == bool(column.choices)
            assert not column.choices or column.choices in code_sets()
            assert form.column_of(column.zh) == column.code
            assert form.column_of(column.code) == column.code
            assert form.column_of(f"{column.zh}*") == column.code


def test_no_form_asks_for_a_person() -> None:
    for form in forms().values():
        for column in form.columns.values():
            for header in column.headers:
                assert not any(word in header for word in ("姓名", "电话", "手机", "身份证"))


def test_a_blank_workbook_has_choices_notes_and_nothing_to_read(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    write_workbook(path)
    assert read_workbook(path, None) == {}
    book = openpyxl.load_workbook(path)
    assert [s for s in book.sheetnames if form_of_sheet(s)] == [f.zh for f in forms().values()]
    assert book["选项"].sheet_state == "hidden"
    sheet = book["功能摸底"]
    rules = sheet.data_validations.dataValidation
    assert {str(rule.sqref).split(":")[0] for rule in rules} >= {"C2", "K2"}
    offered = rules[0].formula1.split("!")[1].replace("$", "")
    cells = [row[0].value for row in book["选项"][offered]]
    assert cells == [code.zh for code in code_sets()["survey_state"].values()]
    assert sheet["A1"].value == "社区编号*"
    assert "12位" in book["社区"]["A1"].comment.text
    assert sheet.freeze_panes == "B2"


def test_equal_rows_give_equal_bytes(tmp_path: Path, example_city: City) -> None:
    digests = set()
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, rows_of(example_city))
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def same(one: Any, other: Any) -> bool:
    """Say whether two tables hold the same, places in files apart."""
    if isinstance(one, np.ndarray) and one.dtype == object:
        return bool(shapely.equals_exact(one, other, tolerance=0.0015).all())
    if isinstance(one, np.ndarray):
        return bool(np.allclose(one, other, rtol=0, atol=0.0015, equal_nan=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def test_what_was_written_reads_as_the_same_tables(
    example_folder: Path, example_city: City, tmp_path: Path
) -> None:
    write_workbook(tmp_path / "all.xlsx", rows_of(example_city))
    for name in ("city.osm.pbf", "communities.geojson", "attractions.geojson"):
        (tmp_path / name).write_bytes((example_folder / name).read_bytes())
    toml = (example_folder / "lifecircle.toml").read_text(encoding="utf-8")
    head, _, rest = toml.partition("[[facilities]]")
    census = rest.partition("\n")[2].partition("\n\n")[0].partition("\n")[2]
    text = f'{head}[[workbooks]]\nfile = "all.xlsx"\n{census}\n'
    (tmp_path / "lifecircle.toml").write_text(text, encoding="utf-8")
    again = read_city(read_sources(tmp_path))
    for table in ("communities", "origins"):
        for name, value in vars(getattr(example_city, table)).items():
            if name != "spots":
                assert same(value, vars(getattr(again, table))[name]), (table, name)
    places = dict(zip(again.facilities.id, range(9999), strict=False))
    for row, own_id in enumerate(example_city.facilities.id):
        at = places[own_id]
        for name in ("name", "categories", "community", "details"):
            one, other = getattr(example_city.facilities, name), getattr(again.facilities, name)
            assert one[row] == other[at], (own_id, name)
        here, there = example_city.facilities.shape[row], again.facilities.shape[at]
        assert shapely.distance(here, there) < 0.002
    assert inspect_city(read_sources(tmp_path)).faults == []


def test_unknown_words_are_unknown() -> None:
    assert is_unknown("待查")
    assert not is_unknown("无")
