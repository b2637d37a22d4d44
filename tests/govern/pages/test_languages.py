"""Three languages, each complete; the terms are those of the glossary."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from lifecircle.govern.refused import Refused
from tests.conftest import ROOT
from tools.languages import (
    HAN,
    PLURALS,
    as_mo,
    as_po,
    as_python,
    catalogue,
    extracted,
    forms,
    missing,
    outside,
    sources,
    stale,
    written,
)

LANGUAGES = sorted(PLURALS)


@cache
def catalogs() -> dict[str, Catalog]:
    template = extracted()
    return {language: catalogue(language, template) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_text(language: str) -> None:
    assert [message.id for message in missing(catalogs()[language])] == []


def test_the_files_hold_what_the_source_says() -> None:
    assert stale(written(catalogs())) == [], "run python -m tools.languages"


def test_no_chinese_stands_in_english_and_no_simplified_in_traditional() -> None:
    chinese = [m.id for m in catalogs()["en"] if HAN.search("".join(forms(m.string)))]
    assert chinese == []
    simplified = re.compile("[区个们这为请见权务设类项录导]")
    wrong = [m.string for m in catalogs()["zh_Hant"] if simplified.search("".join(forms(m.string)))]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_marks_stay(language: str) -> None:
    marks = re.compile(r"%\(\w+\)s|\{\w*\}|</?\w+")
    for message in catalogs()[language]:
        held = sorted(marks.findall(forms(message.id)[-1]))
        for text in forms(message.string) if message.id else ():
            assert sorted(marks.findall(text)) == held, text


def test_templates_of_the_frame_hold_no_chinese_outside_gettext() -> None:
    for path in sources():
        if "pages" in path.parts:
            assert list(outside(path)) == [], path


def terms() -> Iterator[tuple[str, list[str]]]:
    """Yield the Chinese terms of the glossary with the English words that may stand for them."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for chinese, english in re.findall(r"^\| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)[2:]:
        bare = re.sub(r"\(.*?\)|`", "", english)
        words = [word.strip() for word in re.split(r"[/,:]", bare)]
        for term in re.split(r" / |[ 、]", re.sub(r"\(.*?\)", "", chinese)):
            if len(term) > 1:
                yield term, words


NO_TERMS = re.compile("新区划")
"""Runs of characters that only look like a term of the glossary."""

EVERYDAY = frozenset(
    [
        "改动",
        "新建",
        "推定",
        "建设",
        "替换",
        "审核",
        "复核",
        "配合",
        "合并",
        "拆分",
        "移交",
        "错误",
        "认可",
        "公示",
    ]
)
"""Terms that are everyday words too: in a longer sentence they need not be the term."""


def misnamed(zh: str, en: str) -> list[str]:
    """Return the terms of the glossary that stand in the Chinese but not in the English."""
    bare = NO_TERMS.sub("", zh)
    found = {
        term: words for term, words in terms() if (zh == term if term in EVERYDAY else term in bare)
    }
    whole = [one for one in found if not any(one in other for other in found if other != one)]
    said = en.lower().replace("communities", "community")
    return [one for one in whole if not any(w and w.lower() in said for w in found[one])]


def test_terms_are_those_of_the_glossary() -> None:
    assert misnamed("本社区的网格", "the neighbourhood's grid") == ["社区"]
    assert misnamed("社区综合体", "community complex") == []
    assert misnamed("新建", "make") == ["新建"]
    assert misnamed("新建账号", "make an account") == []
    wrong: dict[str, str] = {}
    for message in catalogs()["en"]:
        zh = forms(message.id)[0]
        wrong |= dict.fromkeys(misnamed(zh, " ".join(forms(message.string))), zh)
    assert wrong == {}


def test_a_compiled_catalogue_reads_back() -> None:
    catalog = Catalog(locale="en")
    catalog.add(("甲%(n)s", "甲%(n)s"), ("one %(n)s", "many %(n)s"))
    catalog.add("乙", "B", context="letter")
    catalog.add("丙", "")
    read = gettext.GNUTranslations(io.BytesIO(as_mo("en", catalog)))
    assert read.ngettext("甲%(n)s", "甲%(n)s", 1) == "one %(n)s"
    assert read.ngettext("甲%(n)s", "甲%(n)s", 2) == "many %(n)s"
    assert read.pgettext("letter", "乙") == "B"
    assert read.gettext("丙") == "丙"


def test_messages_are_taken_out_of_templates_and_python() -> None:
    python = as_python(
        '<p>It\'s {% translate "甲" %}\n  {% blocktranslate with n=x|date:"Y" trimmed %}\n'
        "   乙{{ n }}\n  {% endblocktranslate %}",
        "x.html",
    )
    assert "'甲'" in python
    assert "乙%(n)s" in python


@pytest.mark.parametrize(("language", "said"), [("en", "Help"), ("zh-hant", "使用幫助")])
def test_django_reads_them(language: str, said: str) -> None:
    with translation.override(language):
        assert translation.gettext("使用帮助") == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "You cannot give yourself a grant. Please ask the level above for the grant."),
        ("zh-hans", "不能给自己授权；请由上级授权。"),
        ("zh-hant", "不能給自己授權；請由上級授權。"),
    ],
)
def test_a_refusal_is_a_sentence_in_each_language(language: str, said: str) -> None:
    with translation.override(language):
        reason, remedy = translation.gettext("不能给自己授权"), translation.gettext("由上级授权")
        assert str(Refused(reason, remedy=remedy)) == said


def test_rules_of_passwords_are_chinese() -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password("1234567")
    assert refused.value.messages[0] == "密码太短，至少要10个字符。"
    assert all(HAN.search(one) for one in refused.value.messages)


def test_what_somebody_mended_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = Catalog()
    template.add("软件", locations=[("x.html", 1)])
    template.add("网络", locations=[("x.html", 2)])
    monkeypatch.setattr("tools.languages.LOCALE", tmp_path)
    drafted = catalogue("zh_Hant", template)
    assert [m.string for m in drafted if m.id] == ["軟件", "網絡"]
    mended, changed = list(drafted)[1:]
    mended.string, mended.user_comments = "軟體", ["by hand"]
    changed.string = "網路"
    file = tmp_path / "zh_Hant" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_bytes(as_po("zh_Hant", drafted))
    assert [m.string for m in catalogue("zh_Hant", template) if m.id] == ["軟體", "網絡"]


def test_no_text_stands_within_a_text() -> None:
    """Older Pythons do not see it there when messages are taken out; newer ones do."""
    hidden = [
        f"{file.name}:{text.lineno}"
        for file in (ROOT / "src" / "lifecircle" / "govern").rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("_", "gettext", "ngettext", "gettext_lazy")
    ]
    assert hidden == []
