"""Charts as pictures of dots, for what cannot show SVG: made from the SVG itself."""

from __future__ import annotations

import html
import re
from functools import cache
from importlib.resources import files

import typst

from lifecircle.publish.typesetting import FONT, missing_glyphs
from lifecircle.terms.errors import raise_all

DOTS_PER_INCH = 240
"""A chart of 440 units is 1100 dots wide: 180 to the inch over the type area of a document."""


def png_of(svg: str) -> bytes:
    """Return an SVG as a PNG in the one font; the same text gives the same bytes.

    Raises InputError naming every character that the font does not have.
    """
    raise_all(missing_glyphs(map(html.unescape, _TEXT.findall(svg))))
    made = _compiler().compile(sys_inputs={"svg": svg}, format="png", ppi=DOTS_PER_INCH)
    assert isinstance(made, bytes)
    return made


_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        input=str(files("lifecircle.publish") / "assets" / "picture.typ"),
        font_paths=[str(FONT.parent)],
        ignore_system_fonts=True,
    )
