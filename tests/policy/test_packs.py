from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lifecircle.policy.packs import load_pack, shipped
from lifecircle.terms.errors import InputError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "xian-2020"
    shutil.copytree(shipped()["xian-2020"], folder)
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(file: Path, part: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if part in line)


def test_a_part_that_does_not_fit_names_its_line_too(copy: Path) -> None:
    file = copy / "rules" / "liveable.yaml"
    change(file, "categories: [clinic]", "categories: [clinik]")
    with pytest.raises(InputError) as caught:
        load_pack(copy)
    assert f"liveable.yaml，第{line_of(file, 'id: one-clinic')}行：规则 one-clinic" in str(
        caught.value
    )


def test_a_copy_reads_the_same(copy: Path) -> None:
    assert load_pack(copy) == load_pack("xian-2020")


def test_the_hash_changes_with_the_content(copy: Path) -> None:
    before = load_pack(copy).sha256
    change(copy / "pack.yaml", "radius_m: 1200", "radius_m: 1000")
    assert load_pack(copy).sha256 != before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pack.yaml", "radius_m: 1200", "radius_m: wide", "circle.radius_m 应为数字"),
        ("pack.yaml", "issuer:", "isuer:", "isuer 不认识这个字段"),
        ("rules/liveable.yaml", "strength: soft", "strength: gentle", "strength 应为"),
        ("rules/liveable.yaml", "    strength: soft\n", "", "strength 缺少这个字段"),
        ("rules/liveable.yaml", "minutes: 15}", "minutes: -1}", "应大于"),
        ("rules/liveable.yaml", "{name: count_within,", "{name: count_near,", "应为"),
        ("cases/twelve-ones.yaml", "verdict: met", "verdict: good", "verdict 应为"),
    ],
)
def test_a_fault_names_file_line_and_what_was_expected(
    copy: Path, file: str, old: str, new: str, said: str
) -> None:
    change(copy / file, old, new)
    with pytest.raises(InputError) as caught:
        load_pack(copy)
    message = str(caught.value)
    assert file.rsplit("/", maxsplit=1)[-1] in message
    assert said in message
    assert "第" in message
    assert "行" in message


def test_the_line_is_the_right_one(copy: Path) -> None:
    file = copy / "rules" / "liveable.yaml"
    change(file, "strength: soft", "strength: gentle")
    with pytest.raises(InputError, match=f"第{line_of(file, 'gentle')}行"):
        load_pack(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "rules/liveable.yaml",
            "categories: [transit_stop]",
            "categories: [bus]",
            "没有设施类别 bus",
        ),
        ("rules/walking-lists.yaml", "kind: shopping", "kind: fun", "kinds 里没有 fun"),
        ("rules/liveable.yaml", "        - one-clinic\n", "        - one-dentist\n", "one-dentist"),
        ("rules/liveable.yaml", "id: one-clinic", "id: one-kindergarten", "写了2次"),
        ("cases/twelve-ones.yaml", "rule: one-clinic", "rule: one-dentist", "没有规则 one-dentist"),
        ("pack.yaml", "id: xian-2020", "id: xian-2021", "文件夹叫 xian-2020"),
        ("pack.yaml", "version: 1.1.0", "version: 1.1.0\nversion: 1.1.1", "写了两次"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    copy: Path, file: str, old: str, new: str, said: str
) -> None:
    change(copy / file, old, new)
    with pytest.raises(InputError, match=said):
        load_pack(copy)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"rules: [", b"- 1\n- 2\n", b"a: 2021-13-45\n", b"\x00"]
)
def test_a_broken_file_gets_a_sentence(copy: Path, content: bytes) -> None:
    (copy / "rules" / "liveable.yaml").write_bytes(content)
    with pytest.raises(InputError, match=r"liveable\.yaml"):
        load_pack(copy)


def test_an_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(InputError, match="xian-2020"):
        load_pack("atlantis")


def test_a_pack_without_rules_is_refused(copy: Path) -> None:
    shutil.rmtree(copy / "rules")
    with pytest.raises(InputError, match="没有规则文件"):
        load_pack(copy)
