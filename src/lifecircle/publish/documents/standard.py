"""Sizes and fonts of an official document, after GB/T 9704-2012 (党政机关公文格式).

Held against texts of the standard on the web, not the printed one; docs/official-documents.md
names them clause by clause, and the numbers found nowhere: the thickness of the red rule.
Lengths are in mm or points (pt) as named; a twip is a twentieth of a point.
"""

from __future__ import annotations

from dataclasses import dataclass

PAGE_MM = (210, 297)
MARGIN_TOP_MM, MARGIN_BOTTOM_MM, MARGIN_LEFT_MM, MARGIN_RIGHT_MM = 37, 35, 28, 26
TYPE_AREA_MM = (156, 225)
LINES, CHARACTERS = 22, 28
TWIPS_PER_MM = 1440 / 25.4
LINE_TWIPS = int(TYPE_AREA_MM[1] * TWIPS_PER_MM / LINES)
"""A 22nd of the type area, rounded down so that 22 lines fit."""

BODY_PT, TITLE_PT, AUTHORITY_PT, SMALL_PT, TABLE_PT = 16.0, 22.0, 36.0, 14.0, 11.0
"""三号, 二号, the issuing authority's mark (the standard leaves its size open), 四号, tables."""

CLOSER_TWIPS = int((TYPE_AREA_MM[0] * TWIPS_PER_MM / CHARACTERS - BODY_PT * 20) // 1)
"""What each character gives up so that 28 fill a line: a grid of characters would do the same in
Word, but LibreOffice puts every second cell empty where a cell is narrower than its character."""

AUTHORITY_DOWN_MM, RULE_DOWN_MM = 35, 4
"""From the type area down to the authority's mark; from the document number down to the rule."""

FOOTER_UP_MM = 25.5
"""From the edge of the page up to the page number: its dashes stand 7 mm below the type area."""

IMPRINT_MM = 25
"""Kept free at the foot of the last page: four lines of 四号, more than most imprints need."""

RED = "FF0000"
THICK_EIGHTHS_PT, THIN_EIGHTHS_PT = 8, 6
"""Rules of 0.35 mm and 0.25 mm, in eighths of a point as Word counts them."""


@dataclass(frozen=True)
class Font:
    """A font by name, never shipped; ``others`` stand in, the first that the computer has."""

    name: str
    others: tuple[str, ...]


TITLE_FONT = Font("方正小标宋简体", ("方正小标宋_GBK", "小标宋", "华文中宋", "宋体"))
BODY_FONT = Font("仿宋", ("仿宋_GB2312", "华文仿宋", "FangSong"))
SECOND_FONT = Font("楷体", ("楷体_GB2312", "华文楷体", "KaiTi"))
FIRST_FONT = Font("黑体", ("华文黑体", "SimHei"))
PAGE_FONT = Font("宋体", ("华文宋体", "SimSun"))
FONTS = (TITLE_FONT, BODY_FONT, SECOND_FONT, FIRST_FONT, PAGE_FONT)
