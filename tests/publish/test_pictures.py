"""Charts in documents: the SVG, a PNG of the same, a caption, words, and a table of the numbers."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import rasterio
from docx import Document
from docx.oxml.ns import qn

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.letterhead import Letterhead
from lifecircle.place.tables import City
from lifecircle.publish.charts.matrix import CELL, NAMES
from lifecircle.publish.charts.patterns import LOOKS
from lifecircle.publish.charts.picture import png_of
from lifecircle.publish.documents import kinds
from lifecircle.publish.documents.filling import filled
from lifecircle.publish.documents.material import Material
from lifecircle.publish.documents.pictures import picture_of
from lifecircle.publish.documents.templates import KINDS, template_of
from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network
from tests.conftest import DAY
from tests.publish.test_charts import MATRIX

SVG_BLIP = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"


@pytest.fixture(scope="module")
def material(example_city: City, example_network: Network, example: Assessment) -> Material:
    met = {rule.id: 0 for rule in example.pack.rules}
    ground = Ground(example_city, example_network, DAY)
    return Material(ground, example, Letterhead(), None, "", met)


def written(kind: str, material: Material) -> tuple[kinds.Written, bytes]:
    one = kinds.write(kind, material)
    return one, filled(template_of(kind), KINDS[kind], one.said, one.figures.pictures)


@pytest.mark.parametrize(("kind", "drawn"), [("bulletin", 3), ("ranking", 1), ("report", 15)])
def test_every_picture_is_the_svg_and_a_png_of_it(
    material: Material, kind: str, drawn: int
) -> None:
    one, content = written(kind, material)
    word = Document(io.BytesIO(content))
    blips = list(word.element.body.iter(qn("a:blip")))
    assert len(blips) == len(one.figures.pictures) >= drawn
    for blip, picture in zip(blips, one.figures.pictures.values(), strict=True):
        parts = word.part.related_parts
        (svg,) = (parts[own.get(qn("r:embed"))] for own in blip.iter(SVG_BLIP))
        assert svg.blob.decode() == picture.svg
        assert svg.content_type == "image/svg+xml"
        assert parts[blip.get(qn("r:embed"))].blob == png_of(picture.svg)
    said = [one for one in word.element.body.iter(qn("wp:docPr")) if one.get("descr")]
    assert [one.get("descr") for one in said] == [p.told for p in one.figures.pictures.values()]
    ids = [one.get("id") for one in word.element.body.iter(qn("wp:docPr"))]
    assert len(set(ids)) == len(ids)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    assert written(kind, material)[1] == content


def test_no_picture_is_larger_than_the_type_area() -> None:
    many = replace(MATRIX, communities=("社区",) * 60, verdicts=MATRIX.verdicts * 30)
    wide = replace(MATRIX, rules=MATRIX.rules * 40, verdicts=tuple(r * 40 for r in MATRIX.verdicts))
    for chart in (MATRIX, many, wide):
        picture = picture_of(chart, "x")
        width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture.svg)[0])
        assert picture.width_mm <= 156
        assert picture.width_mm * height / width <= 200.001


def test_every_picture_has_its_caption_and_a_table_after_it(material: Material) -> None:
    for kind in ("bulletin", "ranking", "report"):
        said = kinds.write(kind, material).said
        blocks: list[dict[str, Any]] = [*said["正文"], *said["附录"]]
        captions = [one["文"] for one in blocks if one["类"] == "图题"]
        assert [int(re.findall(r"图(\d+)", text)[0]) for text in captions] == [
            *range(1, len(captions) + 1)
        ]
        for at, one in enumerate(blocks):
            if one["类"] == "图":
                following = [block["类"] for block in blocks[at + 1 : at + 4]]
                assert following[:2] == ["图题", "表题"]
                assert following[2] in ("区县表", "排名表", "前后表", "步行表", "矩阵表")


def test_a_notice_has_no_pictures(material: Material) -> None:
    assert not kinds.write("notice", material).figures.pictures


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_dots_are_those_of_the_svg() -> None:
    """A cell that is met is of its colour all over; one not met has its pattern too."""
    svg = MATRIX.svg("x")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert size
    with rasterio.MemoryFile(png_of(svg)) as file, file.open() as picture:
        scale = picture.width / float(size[1])
        assert picture.height == pytest.approx(float(size[2]) * scale, abs=1)
        dots = picture.read()[:3]

    def colours(column: int, row: int) -> set[str]:
        left, top = NAMES + CELL * column + 2, 66 + CELL * row + 2
        cut = slice(round(top * scale), round((top + CELL - 4) * scale))
        across = slice(round(left * scale), round((left + CELL - 4) * scale))
        inside = dots[:, cut, across].reshape(3, -1).T
        return {"#{:02x}{:02x}{:02x}".format(*dot) for dot in inside.tolist()}

    assert colours(0, 0) == {LOOKS["met"].fill}
    assert LOOKS["not met"].fill in colours(1, 0)
    assert len(colours(1, 0)) > 1
    assert colours(1, 1) == {"#ffffff"}


def test_a_character_without_a_glyph_is_an_error() -> None:
    with pytest.raises(InputError, match="字体里没有"):
        png_of('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>😀</text></svg>')
