"""One font in every PDF, nothing it cannot show, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTCollection  # type: ignore[import-untyped]
from pypdf import PdfReader

from lifecircle.publish.typesetting import FACES, FONT, Typesetter, missing_glyphs, texts_in
from lifecircle.terms.errors import InputError

DAY = date(2026, 11, 22)
TEMPLATE = """#let told = json(bytes(sys.inputs.data))
#set document(date: datetime(..told.made_on))
#set text(font: told.face, fallback: false, lang: "zh", region: told.region)
#set text(cjk-latin-spacing: none)
#for line in told.lines { par(line) }
"""
NOWHERE_IN_THE_FONT = "\U00030001"


@pytest.fixture
def setter(tmp_path: Path) -> Typesetter:
    (tmp_path / "lines.typ").write_text(TEMPLATE, encoding="utf-8")
    return Typesetter(tmp_path / "lines.typ")


def fonts_of(pdf: bytes) -> set[str]:
    """Return the names of the fonts of every page, drawings included, without subset tags."""

    def held(resources: Any) -> Iterator[str]:
        for font in (resources.get("/Font") or {}).values():
            yield str(font.get_object()["/BaseFont"]).partition("+")[2]
        for drawn in (resources.get("/XObject") or {}).values():
            yield from held(drawn.get_object().get("/Resources") or {})

    pages = PdfReader(BytesIO(pdf)).pages
    return {name for page in pages for name in held(page["/Resources"].get_object())}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_text_of_a_page_can_be_taken_out_again(setter: Typesetter) -> None:
    pdf = setter.pdf({"lines": ["䶮社区：第1街道", "𠮷祥里"]}, "zh-Hans", DAY)
    assert "䶮社区：第1街道" in text_of(pdf)
    assert "𠮷祥里" in text_of(pdf)
    assert fonts_of(pdf) == {"NotoSansCJKsc-Regular-Identity-H"}


def test_traditional_pages_have_the_shapes_of_traditional(setter: Typesetter) -> None:
    pdf = setter.pdf({"lines": ["社區"]}, "zh-Hant", DAY)
    assert fonts_of(pdf) == {"NotoSansCJKtc-Regular-Identity-H"}


def test_the_same_content_gives_the_same_bytes(setter: Typesetter, tmp_path: Path) -> None:
    content = {"lines": ["社区", "设施"]}
    first = setter.pdf(content, "zh-Hans", DAY)
    setter.pdf({"lines": ["另一本"]}, "zh-Hans", DAY)
    again = Typesetter(tmp_path / "lines.typ").pdf(content, "zh-Hans", DAY)
    assert first == again == setter.pdf(content, "zh-Hans", DAY)
    told = PdfReader(BytesIO(first)).metadata
    assert told is not None
    assert str(told["/CreationDate"]).startswith("D:20261122000000")


def test_a_missing_glyph_is_an_error_that_names_it(setter: Typesetter) -> None:
    name = f"{NOWHERE_IN_THE_FONT}家庄社区"
    with pytest.raises(InputError) as error:
        setter.pdf({"lines": ["社区", name, name]}, "zh-Hans", DAY)
    (fault,) = error.value.faults
    assert fault.code == "no-glyph"
    assert f"“{NOWHERE_IN_THE_FONT}”（U+30001）" in str(fault)
    assert name in str(fault)


def test_every_missing_character_is_told_once_and_those_nobody_sees_by_number() -> None:
    faults = [str(fault) for fault in missing_glyphs(["好\n好", "a\u200bb", "😀", "😀"])]
    assert len(faults) == 2
    assert "“”（U+200B）" in faults[0]
    assert "“😀”（U+1F600）" in faults[1]


def test_texts_are_found_wherever_they_stand() -> None:
    nested = {"a": "甲", "b": [{"c": "乙"}, ["丙", 4, None, True]]}
    assert list(texts_in(nested)) == ["甲", "乙", "丙"]


def test_every_face_has_the_characters_that_one_is_asked_for() -> None:
    faces = {font["name"].getDebugName(1): font for font in TTCollection(str(FONT)).fonts}
    assert set(FACES.values()) <= set(faces)
    sets = {frozenset(font.getBestCmap()) for font in faces.values()}
    assert len(sets) == 1


def test_the_font_says_that_it_is_free() -> None:
    font = TTCollection(str(FONT)).fonts[0]
    assert "SIL Open Font License, Version 1.1" in font["name"].getDebugName(13)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "src").rglob("*.typ")), ids=lambda p: p.name
)
def test_templates_hold_no_words_of_their_own(path: Path) -> None:
    assert path.read_text(encoding="utf-8").isascii()
