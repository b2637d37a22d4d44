"""A section cut into parts: every row once, headings together, no part longer than screens."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.govern.surveys.asking import form_of
from lifecircle.govern.surveys.parts import MOST_FIELDS, parts_of
from lifecircle.govern.surveys.questions import FixedRow, Form, Heading, Question, Section
from lifecircle.policy.packs import load_pack, shipped


def section(*headings: str, questions: int = 4) -> Section:
    """Return a section with a row under each heading; rows are called by their place."""
    rows = tuple(FixedRow(str(at), str(at), "", Heading(zh, zh)) for at, zh in enumerate(headings))
    asked = tuple(Question(f"q{at}", "q", "text") for at in range(questions))
    return Section("s", "s", "", asked, rows=rows)


def cut(own: Section) -> list[tuple[str, str]]:
    return [(part.label, "".join(row.key for row in part.rows)) for part in parts_of(own)]


def test_headings_stay_together_and_short_ones_share_a_page() -> None:
    assert cut(section(*"aabab")) == [("a、b", "01234")]
    assert cut(section(*"abcabc")) == [("a、b", "0314"), ("c", "25")]
    assert cut(section(*"aaaaaab")) == [("a", "012"), ("a、b", "3456")]
    assert cut(section(*"ababababababc")) == [
        ("a", "024"), ("a", "6810"), ("b", "135"), ("b、c", "791112"),
    ]  # fmt: skip


@given(
    headings=st.lists(st.sampled_from(["", "a", "b", "c", "d"]), min_size=1, max_size=40),
    questions=st.integers(1, 30),
)
def test_every_row_is_in_one_part_and_no_part_is_long(headings: list[str], questions: int) -> None:
    own = section(*headings, questions=questions)
    parts = parts_of(own)
    keys = [row.key for part in parts for row in part.rows]
    assert sorted(keys) == sorted(row.key for row in own.rows)
    most = max(1, MOST_FIELDS // questions)
    assert max(len(part.rows) for part in parts) <= most
    assert [(one.number, one.of) for one in parts] == [
        (at, len(parts)) for at in range(1, len(parts) + 1)
    ]
    for heading in set(headings):
        at = [part.number for part in parts if heading in {row.heading.zh for row in part.rows}]
        assert at == list(range(at[0], at[-1] + 1)), "a heading is not torn apart"
        if headings.count(heading) <= most:
            assert len(at) == 1, "what fits one page is on one"


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_category_of_a_pack_stands_under_a_heading_of_its(name: str) -> None:
    pack = load_pack(name)
    form = form_of(pack)
    known = {rule.group.zh for rule in pack.rules} | {kind.zh for _code, kind in pack.kinds()}
    rows = form.section("functions").rows
    assert {row.heading.zh for row in rows} <= known
    assert Form.of_plain(form.plain()) == form
    assert len(parts_of(form.section("needs"))) == 1


def test_parts_come_in_the_order_of_the_pack() -> None:
    parts = parts_of(form_of(load_pack("xian-2024")).section("functions"))
    labels = [part.label for part in parts]
    assert labels == sorted(labels), "标 comes before 选, as in the pack"
    assert set(labels) == {"标配功能", "选配功能"}


def test_a_form_frozen_before_there_were_headings_keeps_its_hash() -> None:
    form = form_of(load_pack("xian-2024"))
    old = form.plain()
    for one in old["sections"]:
        for row in one["rows"]:
            row.pop("heading", None)
    again = Form.of_plain(old)
    assert again.plain() == old
    assert again.sha256 != form.sha256
    parts = parts_of(again.section("functions"))
    assert len(parts) > 1, "it is cut all the same, without words"
    assert {part.label for part in parts} == {""}
    assert asdict(again.section("needs")) == asdict(form.section("needs"))
