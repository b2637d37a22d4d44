"""Lays out an empty official document in Word: page, grid, styles, page numbers, rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, Twips
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from lifecircle.publish.documents import standard as gb

MADE = datetime(2020, 1, 1, tzinfo=UTC)
"""A fixed day, so that equal content gives equal bytes."""

_CENTRE, _TO_THE_RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_EM = Pt(gb.BODY_PT)
_LINE = Twips(gb.LINE_TWIPS)
_SMALL_EM, _SMALL_LINE = Pt(gb.SMALL_PT), Pt(gb.SMALL_PT * 1.5)
_TABLE_LINE = Pt(gb.TABLE_PT * 1.4)

_STYLES: dict[str, dict[str, Any]] = {
    "发文机关标志": {
        "font": gb.TITLE_FONT, "size": gb.AUTHORITY_PT, "align": _CENTRE, "colour": gb.RED,
        "before": Mm(gb.AUTHORITY_DOWN_MM), "line": Pt(gb.AUTHORITY_PT * 1.3),
    },
    "发文字号": {"align": _CENTRE, "before": _LINE * 2},
    "公文标题": {"font": gb.TITLE_FONT, "size": gb.TITLE_PT, "align": _CENTRE},
    "空行": {},
    "主送机关": {},
    "公文正文": {"indent": _EM * 2, "justify": True},
    "一级标题": {"font": gb.FIRST_FONT, "indent": _EM * 2, "next": True},
    "二级标题": {"font": gb.SECOND_FONT, "indent": _EM * 2, "next": True},
    "三级标题": {"indent": _EM * 2, "next": True},
    "附件说明": {"left": _EM * 6, "hang": _EM * 4, "next": True},
    "空行随后": {"next": True},
    "署名": {"align": _CENTRE, "left": Mm(71), "next": True},
    "成文日期": {"align": _CENTRE, "left": Mm(71)},
    "附件标记": {"font": gb.FIRST_FONT, "page": True},
    "附件标题": {"font": gb.TITLE_FONT, "size": gb.TITLE_PT, "align": _CENTRE, "next": True},
    "表题": {"font": gb.FIRST_FONT, "size": gb.SMALL_PT, "align": _CENTRE, "next": True},
    "图": {"size": gb.TABLE_PT, "align": _CENTRE, "next": True, "line": 1.0,
          "before": Pt(8)},
    "图题": {"font": gb.FIRST_FONT, "size": gb.SMALL_PT, "align": _CENTRE},
    "表头": {"font": gb.FIRST_FONT, "size": gb.TABLE_PT, "align": _CENTRE, "line": _TABLE_LINE},
    "表格": {"size": gb.TABLE_PT, "line": _TABLE_LINE},
    "表格居中": {"size": gb.TABLE_PT, "line": _TABLE_LINE, "align": _CENTRE},
    "版记": {"size": gb.SMALL_PT, "line": _SMALL_LINE, "left": _SMALL_EM, "right": _SMALL_EM},
    "版记抄送": {"size": gb.SMALL_PT, "line": _SMALL_LINE, "left": _SMALL_EM * 4,
             "hang": _SMALL_EM * 3, "right": _SMALL_EM},
    "脚": {"size": 1.0, "line": Pt(1)},
    "页码": {"font": gb.PAGE_FONT, "size": gb.SMALL_PT, "line": Pt(gb.SMALL_PT)},
}  # fmt: skip


def blank() -> Word:
    """Return an empty document: A4, margins, 22 lines of 28 characters, styles, page numbers."""
    word = Document()
    _page(word)
    _style(word.styles["Normal"], {})
    speaks = element("w:lang", val="zh-CN", eastAsia="zh-CN")
    put(word.styles["Normal"].element.get_or_add_rPr(), speaks)
    for name, wanted in _STYLES.items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
        _style(style, wanted)
    _fonts(word)
    _numbers(word)
    properties = word.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = MADE
    return word


def add(word: Word, style: str, text: str = "") -> Paragraph:
    """Add a paragraph."""
    return word.add_paragraph(text, style=style)


def element(tag: str, /, **attributes: str) -> Any:
    """Return an element of WordprocessingML, such as ``w:docGrid``."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


ORDER = {
    "rPr": "rStyle rFonts b i color spacing w kern sz szCs highlight u lang",
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs autoSpaceDE "
    "autoSpaceDN snapToGrid spacing ind jc rPr sectPr",
    "tblPr": "tblStyle tblpPr tblW tblBorders tblLayout tblCellMar tblLook",
}
"""The order that the schema wants inside properties; Word refuses some files without it."""


def put(properties: Any, made: Any) -> None:
    """Put an element into properties where the schema wants it, in place of its like."""
    for old in properties.findall(made.tag):
        properties.remove(old)
    order = ORDER[_name(properties)].split()
    later = order[order.index(_name(made)) + 1 :]
    after = [one for one in properties if _name(one) in later]
    if after:
        after[0].addprevious(made)
    else:
        properties.append(made)


def _name(one: Any) -> str:
    return str(one.tag).rpartition("}")[2]


def _page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in gb.PAGE_MM)
    section.top_margin, section.bottom_margin = Mm(gb.MARGIN_TOP_MM), Mm(gb.MARGIN_BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(gb.MARGIN_LEFT_MM), Mm(gb.MARGIN_RIGHT_MM)
    section.footer_distance, section.header_distance = Mm(gb.FOOTER_UP_MM), Mm(15)
    properties = section._sectPr  # noqa: SLF001 - the grid has no other door
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element("w:docGrid", type="lines", linePitch=str(gb.LINE_TWIPS)))


def _style(style: Any, wanted: Mapping[str, Any]) -> None:
    """Give a style its font, size and paragraph; what is not said is that of the body."""
    name_font(style.element.get_or_add_rPr(), wanted.get("font", gb.BODY_FONT))
    style.font.size = Pt(wanted.get("size", gb.BODY_PT))
    if "size" not in wanted:
        put(style.element.rPr, element("w:spacing", val=str(gb.CLOSER_TWIPS)))
    if "colour" in wanted:
        put(style.element.get_or_add_rPr(), element("w:color", val=wanted["colour"]))
    shape = style.paragraph_format
    shape.space_before, shape.space_after = wanted.get("before", Pt(0)), Pt(0)
    shape.line_spacing = wanted.get("line", _LINE)
    shape.widow_control = False
    shape.keep_with_next = bool(wanted.get("next"))
    shape.page_break_before = bool(wanted.get("page"))
    if "size" in wanted:
        put(style.element.get_or_add_pPr(), element("w:snapToGrid", val="0"))
    if "align" in wanted:
        shape.alignment = wanted["align"]
    if wanted.get("justify"):
        shape.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if "left" in wanted:
        shape.left_indent = wanted["left"]
    if "right" in wanted:
        shape.right_indent = wanted["right"]
    if "indent" in wanted or "hang" in wanted:
        shape.first_line_indent = wanted.get("indent", -wanted.get("hang", 0))
    properties = style.element.get_or_add_pPr()
    # no quarter of a blank between Chinese and figures: 28 characters fill a line
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        put(properties, element(name, val="0"))


def name_font(properties: Any, font: gb.Font) -> None:
    """Name a font for every script of some run properties."""
    scripts = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), font.name)
    put(properties, element("w:rFonts", **scripts))


def _fonts(word: Word) -> None:
    """Say in the table of fonts which others stand in for each."""
    (part,) = (one for one in word.part.package.iter_parts() if "fontTable" in one.partname)
    rows = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{",".join(font.others)}"/></w:font>'
        for font in gb.FONTS
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f'{head}<w:fonts xmlns:w="{space}">{rows}</w:fonts>'.encode()  # noqa: SLF001


def _numbers(word: Word) -> None:
    """Write page numbers as — 1 —, at the right of odd ones and at the left of even ones."""
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    for footer, align in ((section.footer, _TO_THE_RIGHT), (section.even_page_footer, None)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.style = word.styles["页码"]
        shape = line.paragraph_format
        shape.alignment = align
        shape.right_indent = shape.left_indent = Pt(gb.SMALL_PT)
        line.add_run("— ")
        for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"),
                           ("end", "")):  # fmt: skip
            run = line.add_run(text if kind == "text" else "")
            if kind == "":
                code = element("w:instrText")
                code.text = text
                run._r.append(code)  # noqa: SLF001 - fields have no other door
            elif kind != "text":
                run._r.append(element("w:fldChar", fldCharType=kind))  # noqa: SLF001
        line.add_run(" —")


def ruled(paragraph: Paragraph) -> None:
    """Draw the red rule below a paragraph, as wide as the type area."""
    borders = element("w:pBdr")
    space = str(round(gb.RULE_DOWN_MM / 25.4 * 72))
    borders.append(element("w:bottom", val="single", sz="12", space=space, color=gb.RED))
    put(paragraph._p.get_or_add_pPr(), borders)  # noqa: SLF001


def add_table(word: Word, widths_mm: Sequence[float]) -> Table:
    """Add an empty table with thin rules, its columns so wide."""
    table: Table = word.add_table(rows=0, cols=len(widths_mm))
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    put(properties, _rules(**dict.fromkeys(sides, gb.THIN_EIGHTHS_PT)))
    put(properties, _margins("57"))
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    return table


def add_row(
    table: Table, texts: Sequence[str], widths_mm: Sequence[float], styles: Sequence[str],
    *, heads: bool = False,
) -> None:  # fmt: skip
    """Add a row, one text and one style a cell; one that ``heads`` stands on every page."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001
    properties.append(element("w:cantSplit"))
    if heads:
        properties.append(element("w:tblHeader"))
    for cell, text, width, style in zip(row.cells, texts, widths_mm, styles, strict=True):
        cell.width = Mm(width)
        _write(cell, text, style)


def _write(cell: _Cell, text: str, style: str) -> None:
    line = cell.paragraphs[0]
    line.style = style
    line.add_run(text)


def at_the_foot(word: Word, table: Table) -> None:
    """Put a table of one column at the foot of the type area of the page where the text ends.

    A thick rule above and below, thin ones between; the last lies on the lower edge of the type
    area. It stands in a box of text, since LibreOffice 7.4 leaves floating tables in the text.
    """
    thick, thin = gb.THICK_EIGHTHS_PT, gb.THIN_EIGHTHS_PT
    put(table._tbl.tblPr, _rules(top=thick, bottom=thick, insideH=thin))  # noqa: SLF001
    put(table._tbl.tblPr, _margins("0"))  # noqa: SLF001
    width, height = Mm(gb.TYPE_AREA_MM[0]), Mm(gb.IMPRINT_MM)
    line = add(word, "脚")
    line.add_run()._r.append(parse_xml(_BOX.format(width=width, height=height)))  # noqa: SLF001
    (inside,) = line._p.iter(qn("w:txbxContent"))  # noqa: SLF001
    inside.append(table._tbl)  # noqa: SLF001
    end = element("w:p")
    end.append(element("w:pPr"))
    end[0].append(element("w:pStyle", val="脚"))
    inside.append(end)


_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
_BOX = f"""<mc:AlternateContent {" ".join(f'xmlns:{k}="{v}"' for k, v in _SPACES.items())}>
<mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1"
 behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0">
<wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>
<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>
<wp:extent cx="{{width}}" cy="{{height}}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>
<wp:wrapTopAndBottom/><wp:docPr id="9000" name="版记"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="{_SPACES["wps"]}"><wps:wsp>
<wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{{width}}" cy="{{height}}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>
<wps:txbx><w:txbxContent/></wps:txbx>
<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr>
</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>
</mc:AlternateContent>""".replace("\n", "")


def tabbed(paragraph: Paragraph) -> None:
    """Let what follows a tab end one character before the right edge of the type area."""
    stop = Mm(gb.TYPE_AREA_MM[0]) - _SMALL_EM
    paragraph.paragraph_format.tab_stops.add_tab_stop(stop, WD_TAB_ALIGNMENT.RIGHT)


def _margins(twips: str) -> Any:
    """Return how far the text of a table's cells stands from their sides."""
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=twips, type="dxa"))
    return margins


def _rules(**sizes: int) -> Any:
    """Return the rules of a table by side, in eighths of a point."""
    rules = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if side in sizes:
            size = str(sizes[side])
            rules.append(element(f"w:{side}", val="single", sz=size, space="0", color="000000"))
    return rules
