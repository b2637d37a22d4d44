"""No bytes and no cells bring anything but values or sentences, whatever reads them."""

from __future__ import annotations

import gzip
import json
import math
import tempfile
import unicodedata
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.place.formats.blanks import shown, write_workbook
from lifecircle.place.formats.rasters import opened
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.forms import cells
from lifecircle.place.forms.cells import area_m2_of, count_of, text_of
from lifecircle.place.forms.columns import Columns
from lifecircle.place.forms.forms import Column, forms
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.forms.own_kinds import read_kinds
from lifecircle.place.layers import VectorLayer
from lifecircle.place.sources import read_sources
from lifecircle.place.streets.osm import read_extract
from lifecircle.policy.documents import read_document
from lifecircle.policy.models import PackFile
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import InputError
from lifecircle.terms.taxonomy import categories
from tests.fixtures.two_estates import write_pbf
from tests.hostile.maps import GEO, tiff
from tests.hostile.workbooks import xls
from tests.hostile.writing import SQUARE, collection, feature, workbook

MONEY = ("yuan", "yuan_per_m2", "yuan_per_year")
few = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def _raster(path: Path) -> None:
    with opened({"residents": path}) as grid:
        grid.read("residents", grid.box(np.array([0.0, 0.0, 9.0, 9.0])))


READERS: dict[str, Callable[[Path], object]] = {
    ".osm.pbf": read_extract,
    ".osm": read_extract,
    ".osm.gz": read_extract,
    **dict.fromkeys(
        (".geojson", ".gpkg", ".shp", ".fgb", ".kml", ".gml", ".tab", ".mif", ".parquet"),
        read_vector,
    ),
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".csv"), read_vector),
    ".tif": _raster,
    ".headers.yaml": read_headers,
    ".toml": read_sources,
    ".kinds.yaml": read_kinds,
    ".yaml": lambda path: read_document(path, PackFile),
}
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".mif": "MapInfo File",
           ".gml": "GML", ".kml": "LIBKML"}  # fmt: skip
TEXTS = {
    ".csv": "编号,设施名称,设施类别,经度,纬度\nf1,东门诊所,社区就医点,122.9,30.8\n",
    ".geojson": json.dumps(collection([feature(SQUARE, id="1", name="东街")])),
    ".osm": '<osm version="0.6"><node id="1" version="1" lat="30.8" lon="122.9"/>'
    '<node id="2" version="1" lat="30.81" lon="122.9"/><way id="1" version="1"><nd ref="1"/>'
    '<nd ref="2"/><tag k="highway" v="footway"/></way></osm>',
    ".headers.yaml": "设施:\n  单位名称: name\n",
    ".toml": 'network = "a.osm.pbf"\n[communities]\nfile = "a.geojson"\n',
    ".kinds.yaml": "kinds: {邻里中心: community_complex}\n",
    ".yaml": "id: x\ntitle: {zh: 甲, en: a}\n",
}


class Samples(dict[str, bytes]):
    """Small good files by suffix, that no message shows whole."""

    def __repr__(self) -> str:
        return "samples"


def _sample(suffix: str, folder: Path) -> bytes | None:
    """Return the bytes of a small good file, None where none is at hand."""
    path = folder / f"good{suffix}"
    if suffix in TEXTS:
        return TEXTS[suffix].encode()
    if suffix == ".osm.gz":
        return gzip.compress(TEXTS[".osm"].encode())
    if suffix == ".osm.pbf":
        write_pbf(path)
    elif suffix == ".xlsx":
        workbook(path)
    elif suffix == ".xls":
        return xls([(0, 0, 1.0), (1, 1, 2.0)])
    elif suffix == ".tif":
        tiff(path, 40, 40, 16)
    elif suffix == ".parquet":
        wkb = shapely.to_wkb(shapely.from_geojson(json.dumps(SQUARE)))
        schema = pa.schema([("geometry", pa.binary()), ("id", pa.string())], metadata=GEO)
        pq.write_table(pa.table({"geometry": [wkb], "id": ["1"]}, schema=schema), path)
    elif suffix in DRIVERS:
        with warnings.catch_warnings(action="ignore"):
            pyogrio.raw.write(
                path,
                geometry=shapely.to_wkb([shapely.from_geojson(json.dumps(SQUARE))]),
                field_data=[np.array(["1"], dtype=object)],
                fields=["id"],
                driver=DRIVERS[suffix],
                geometry_type="Polygon",
                crs="EPSG:4326",
            )
    else:
        return None
    return path.read_bytes()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    folder = tmp_path_factory.mktemp("good")
    made = {suffix: _sample(suffix, folder) for suffix in READERS}
    return Samples({suffix: content for suffix, content in made.items() if content is not None})


def reads_or_says(suffix: str, content: bytes) -> bool:
    """Read a file of these bytes: True when read; a refusal must be sentences that name it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        try:
            READERS[suffix](path)
        except InputError as error:
            faults = error.faults
        else:
            return True
    for fault in faults:
        assert path.name in str(fault)
        assert fault.reason
        assert str(fault).endswith("。")
    return False


@pytest.mark.parametrize("suffix", READERS)
@few
@given(content=st.binary(max_size=200))
def test_any_bytes(suffix: str, content: bytes) -> None:
    reads_or_says(suffix, content)


@st.composite
def changes(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A way to flip, cut, repeat or swap some bytes of a file."""
    how = draw(st.sampled_from(["flip", "cut", "repeat", "swap", "end"]))
    first, second = sorted((draw(st.floats(0, 1)), draw(st.floats(0, 1))))
    flip = draw(st.integers(1, 255))

    def changed(content: bytes) -> bytes:
        a, b = int(first * (len(content) - 1)), int(second * (len(content) - 1))
        if how == "flip":
            return content[:a] + bytes([content[a] ^ flip]) + content[a + 1 :]
        if how == "cut":
            return content[:a] + content[b:]
        if how == "repeat":
            return content[:b] + content[a:b] * 3 + content[b:]
        if how == "swap":
            return content[:a] + content[b:] + content[a:b]
        return content[:a]

    return changed


@pytest.mark.parametrize("suffix", [one for one in READERS if one not in (".ods", ".tab")])
@few
@given(change=changes())
def test_good_files_gone_bad(
    suffix: str, change: Callable[[bytes], bytes], samples: Samples
) -> None:
    reads_or_says(suffix, change(samples[suffix]))


def test_the_good_files_are_good(samples: Samples) -> None:
    """Else the test above would change nothing but what is refused anyway."""
    alone = {".shp", ".mif", ".yaml", ".xls"}  # these need their companions, or hold no coordinates
    for suffix in samples.keys() - alone:
        assert reads_or_says(suffix, samples[suffix]), suffix


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.dates(),
    st.datetimes(), st.timedeltas(), st.times(), st.binary(max_size=8), st.lists(st.integers()),
    st.text(alphabet="0123456789０１２,，.．-+eE万千约平米°′″NE/:年月日 #", max_size=16),
)  # fmt: skip


@settings(max_examples=300)
@given(cell=anything)
def test_any_cell_is_understood_or_not_but_never_raises(cell: Any) -> None:
    money = (cells.yuan_of, cells.yuan_per_m2_of, cells.yuan_per_year_of, cells.year_of)
    plain = (cells.count_of, cells.area_m2_of, cells.metres_of, cells.number_of, cells.date_of)
    for read in (*plain, *money):
        said = read(cell)
        assert said.value is None or not said.expected
        if isinstance(said.value, float | int):
            assert math.isfinite(said.value)
    assert abs(cells.degrees_of(cell, 180).value or 0) <= 180
    assert len(cells.pair_of(cell)) == 2
    assert not {unicodedata.category(c) for c in text_of(cell)} & {"Cc", "Cf", "Cs"}


@settings(max_examples=60)
@given(data=st.data(), form=st.sampled_from(sorted(forms())))
def test_any_table_has_columns_and_faults(data: st.DataObject, form: str) -> None:
    known = [header for column in forms()[form].columns.values() for header in column.headers]
    headers = data.draw(
        st.lists(st.sampled_from(known) | st.text(max_size=6), unique=True, max_size=6)
    )
    length = data.draw(st.integers(0, 4))
    columns = {}
    for header in headers:
        array = np.empty(length, dtype=object)
        array[:] = data.draw(st.lists(anything, min_size=length, max_size=length))
        columns[header] = array
    layer = VectorLayer(
        path=Path("a.xlsx"),
        geometry=np.array([shapely.Point()] * length, dtype=object),
        columns=columns,
        places=tuple(f"第{n + 2}行" for n in range(length)),
        sheet="表",
        rows=tuple(range(2, length + 2)),
        at_column={header: at for at, header in enumerate(columns, start=1)},
    )
    read = Columns(layer, form)
    for code, column in forms()[form].columns.items():
        found = _read(read, column)
        assert len(found) == length, code
    read.ids("设施") if "id" in forms()[form].columns else None
    assert all(str(fault).endswith("。") for fault in (*read.faults, *read.doubts))


def _read(columns: Columns, column: Column) -> list[Any]:
    if column.kind in ("count", "area", "metres", "number", "date", "year", *MONEY):
        return columns.values(column.code)
    if column.kind == "choice":
        return columns.words(column.code)
    if column.kind == "choices":
        return columns.word_lists(column.code)
    return columns.texts(column.code)


# what a person can type into a cell of Excel
typed = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Cf", "Zl", "Zp"]),
    min_size=1, max_size=20,
).map(str.strip).filter(bool)  # fmt: skip


def _values(column: Column) -> st.SearchStrategy[Any]:
    if column.kind == "count":
        return st.integers(0, 10**7)
    if column.kind == "year":
        return st.integers(1990, 2100)
    if column.kind in MONEY:
        return st.integers(0, 10**12)
    if column.kind == "category":
        return st.sampled_from(sorted(categories()))
    if column.kind in ("area", "metres", "number"):
        return st.floats(0, 1e9).map(lambda number: round(number, 3))
    if column.kind in ("lon", "lat"):
        return st.floats(0, 89).map(lambda number: round(number, 7))
    if column.kind == "date":
        return st.dates(date(1950, 1, 1), date(2100, 1, 1))
    if column.kind == "choice":
        return st.sampled_from(sorted(code_sets()[column.choices]))
    if column.kind == "choices":
        words = st.sampled_from(sorted(code_sets()[column.choices]))
        return st.lists(words, min_size=1, unique=True).map(tuple)
    if column.kind == "categories":
        some = st.sampled_from(sorted(categories()))
        return st.lists(some, min_size=1, max_size=3, unique=True).map(tuple)
    return typed


@pytest.mark.parametrize("form", sorted(forms()))
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read_back(form: str, data: st.DataObject) -> None:
    columns = forms()[form].columns
    row = st.fixed_dictionaries({code: _values(column) for code, column in columns.items()})
    rows = data.draw(st.lists(row, min_size=1, max_size=3))
    # the first cell alone decides whether a row is a footnote or a total
    first = next(iter(columns))
    for at, one in enumerate(rows):
        one[first] = f"a{at}" if columns[first].kind in ("id", "ref", "text") else one[first]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_workbook(path, {form: rows})
        layer = read_workbook(path, None)[form]
    read = Columns(layer, form)
    for code, column in columns.items():
        given_ = [one[code] for one in rows]
        if column.kind in ("lon", "lat"):
            continue
        if column.kind == "choices":
            given_ = [tuple(sorted(set(value) - {"unknown"})) for value in given_]
        elif column.kind == "choice":
            given_ = ["" if value == "unknown" else value for value in given_]
        elif column.kind in ("id", "ref", "text", "category", "categories"):
            given_ = [text_of(shown(column, value)) for value in given_]
        assert _read(read, column) == given_, code
    assert read.faults == list(layer.faults) == []
    if "lon" in columns:
        points = [(one["lon"], one["lat"]) for one in rows]
        assert [(p.x, p.y) for p in layer.geometry] == points


def slowly(text: str) -> float | None:
    """Read a count or area the long way: letter by letter, in exact decimals."""
    wide = "０１２３４５６７８９．，"
    narrow = "0123456789.,"
    plain = "".join(narrow[wide.index(c)] if c in wide else c for c in text)
    plain = plain.removeprefix("约").removesuffix("左右")
    digits = ""
    while plain and (plain[0].isdigit() or plain[0] in ",."):
        digits, plain = digits + plain[0], plain[1:]
    scale = {"万": 10_000, "千": 1_000}.get(plain[:1], 1)
    unit = plain[1:] if scale > 1 else plain
    factor = {"": 1, "平": 1, "平米": 1, "平方米": 1, "公顷": 10_000}[unit]
    return float(Decimal(digits.replace(",", "")) * scale * factor)


WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@settings(max_examples=300)
@given(
    whole=st.integers(0, 10**7),
    part=st.sampled_from(["", ".5", ".25", ".125", ".1", ".07"]),
    commas=st.booleans(),
    wide=st.booleans(),
    about=st.sampled_from(["", "约"]),
    scale=st.sampled_from(["", "万", "千"]),
    unit=st.sampled_from(["", "平", "平米", "平方米", "公顷"]),
    more=st.sampled_from(["", "左右"]),
)
def test_numbers_in_words_agree_with_a_slow_reading(
    whole: int, part: str, commas: bool, wide: bool, about: str, scale: str, unit: str, more: str
) -> None:
    digits = (f"{whole:,}" if commas else str(whole)) + part
    text = about + (digits.translate(WIDE) if wide else digits) + scale + unit + more
    said = area_m2_of(text)
    assert said.value == pytest.approx(slowly(text), rel=1e-12), text
    assert said.about == bool(about or more)


def test_numbers_worked_by_hand() -> None:
    assert count_of("１，２３４").value == 1234
    assert count_of("1.2万").value == 12_000
    assert area_m2_of("约350平").value == 350
    assert area_m2_of("约350平").about
    assert cells.date_of(datetime(2026, 6, 30, 8, tzinfo=UTC)).value == date(2026, 6, 30)
