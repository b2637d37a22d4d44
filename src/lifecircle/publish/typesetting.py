"""Sets pages by Typst in the one font of every PDF; what the font cannot show is an error.

Typst prints an empty box for a character without a glyph and says nothing, so every text is held
against the font before it is set.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from lifecircle.terms.errors import Fault, raise_all

Script = Literal["zh-Hans", "zh-Hant"]
FONT = Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc"
"""Noto Sans CJK, OFL 1.1; see docs/decisions/0008-fonts.md."""

FACES: Mapping[Script, str] = {"zh-Hans": "Noto Sans CJK SC", "zh-Hant": "Noto Sans CJK TC"}
REGIONS: Mapping[Script, str] = {"zh-Hans": "cn", "zh-Hant": "tw"}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Zl", "Zp", "Zs"})
SHOWN = 40
"""An error quotes so many characters of a text."""


class Typesetter:
    """One template, kept compiled: the second document costs a fraction of the first."""

    def __init__(self, template: Path) -> None:
        """Take a Typst file that reads its content from ``sys.inputs.data`` as JSON."""
        self._compiler = typst.Compiler(
            input=str(template),
            root=str(template.parent),
            font_paths=[str(FONT.parent)],
            ignore_system_fonts=True,
        )

    def pdf(self, content: Mapping[str, Any], script: Script, on: date) -> bytes:
        """Return a PDF dated ``on``; the same content gives the same bytes.

        Raises InputError naming every character that the font does not have.
        """
        raise_all(missing_glyphs(texts_in(content)))
        day = {"year": on.year, "month": on.month, "day": on.day}
        told = {**content, "face": FACES[script], "region": REGIONS[script], "made_on": day}
        said = json.dumps(told, ensure_ascii=False, sort_keys=True)
        made = self._compiler.compile(sys_inputs={"data": said}, format="pdf")
        assert isinstance(made, bytes)
        return made


@cache
def _glyphs() -> frozenset[int]:
    """Return the code points of the font; its faces all have the same."""
    with TTFont(str(FONT), fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def texts_in(content: Any) -> Iterator[str]:
    """Yield every text of nested dicts and lists, keys left out."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from texts_in(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from texts_in(value)


def missing_glyphs(texts: Iterable[str]) -> list[Fault]:
    """Return a fault for each character without a glyph, with the first text that has it."""
    found: dict[str, Fault] = {}
    for text in texts:
        for sign in sorted({sign for sign in text if sign != "\n"}):
            if ord(sign) not in _glyphs() and sign not in found:
                found[sign] = _missing(sign, text)
    return list(found.values())


def _missing(sign: str, text: str) -> Fault:
    at = max(0, text.index(sign) - SHOWN // 2)
    shown = "" if unicodedata.category(sign) in _UNSEEN else sign
    return Fault(
        f"字体里没有字符“{shown}”（U+{ord(sign):04X}），印出来会是空框",
        place=f"“{text[at : at + SHOWN]}”",
        remedy="在资料里换成字体里有的字",
        code="no-glyph",
    )
