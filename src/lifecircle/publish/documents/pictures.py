"""Charts in Word files: the SVG, and beside it a PNG of it for programs that show no SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from lifecircle.publish.charts.bars import Bars
from lifecircle.publish.charts.matrix import Matrix
from lifecircle.publish.charts.picture import png_of
from lifecircle.publish.documents.marking import picture_in

Chart = Bars | Matrix
MM_A_UNIT = 0.27
"""Text of 13 units is read as 10 points."""

MOST_MM = (156.0, 200.0)
"""The type area, less a caption."""

_SVG = """<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip
 xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 r:embed="{link}"/></a:ext></a:extLst>"""


@dataclass(frozen=True)
class Picture:
    """A chart of a document: its SVG, its width, its title, and in words what it shows."""

    svg: str
    width_mm: float
    title: str
    told: str


def picture_of(chart: Chart, name: str) -> Picture:
    """Return a chart as a picture; ``name`` is that of no other of the document."""
    svg = chart.svg(name)
    size = _SIZE.search(svg)
    assert size
    width, height = (float(side) for side in size.groups())
    scale = min(MM_A_UNIT, MOST_MM[0] / width, MOST_MM[1] / height)
    return Picture(svg, width * scale, chart.title, chart.told())


_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def draw(word: Word, pictures: Mapping[str, Picture]) -> None:
    """Put pictures where a document names them."""
    for text in list(word.element.body.iter(qn("w:t"))):
        name = picture_in(text.text or "")
        if name in pictures:
            text.text = ""
            line = next(text.iterancestors(qn("w:p")))
            _draw(word, Paragraph(line, word), name, pictures[name])


def _draw(word: Word, line: Paragraph, name: str, picture: Picture) -> None:
    shape: Any = line.add_run().add_picture(
        io.BytesIO(png_of(picture.svg)), width=Mm(picture.width_mm)
    )
    said = shape._inline.docPr  # noqa: SLF001 - alternative text has no other door
    said.set("name", name)
    said.set("title", picture.title)
    said.set("descr", picture.told)
    package = word.part.package
    assert package is not None
    drawn = Part(PackURI(f"/word/media/{name}.svg"), "image/svg+xml", picture.svg.encode(), package)
    link = word.part.relate_to(drawn, RELATIONSHIP_TYPE.IMAGE)
    (blip,) = shape._inline.iter(qn("a:blip"))  # noqa: SLF001
    blip.append(parse_xml(_SVG.format(link=link).replace("\n", "")))
