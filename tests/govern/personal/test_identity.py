"""Numbers of identity are recognised by their check character; examples worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.govern.identity import carries_identity, check_character
from lifecircle.govern.personal.telephones import (
    carries_telephone,
    masked_name,
    masked_telephone,
    plain_telephone,
)

# the example of GB 11643-1999 itself: the remainder is 2, so that the check character is X
EXAMPLE = "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        EXAMPLE.lower(),
        f"联系人（{EXAMPLE}）",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-1949-1231-002X",
        "440524188001010014",
        "身份证号",
        "身 份 证 号 码",
        "公民身份号码",
        "人脸照片",
    ],
)
def test_what_is_not_collected_is_recognised(text: str) -> None:
    assert carries_identity(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",
        "11010519491331002X",
        "9" + EXAMPLE,
        "13812341234",
        "91110000600037341L",
        "510703001002",
        "食堂负责人，照片见附件",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not carries_identity(text)


@given(st.integers(110000, 659999), st.dates(), st.integers(0, 999), st.sampled_from(range(18)))
def test_any_right_number_is_and_any_changed_digit_is_not(
    area: int, born: object, order: int, at: int
) -> None:
    first = f"{area}{str(born).replace('-', '')}{order:03}"
    number = first + check_character(first)
    right = 1850 <= int(number[6:10]) <= 2150
    assert carries_identity(number) is right
    wrong = number[:at] + ("1" if number[at] != "1" else "2") + number[at + 1 :]
    assert not carries_identity(wrong)


@pytest.mark.parametrize(
    ("said", "plain", "masked"),
    [
        ("138 1234 5678", "13812345678", "138****5678"),
        ("+86 13812345678", "13812345678", "138****5678"),
        ("０８１７－２３４５６７８", "08172345678", "081****5678"),
        ("2345678", "2345678", "****78"),
        ("12345", "12345", "****45"),
        ("1234", "", ""),
        ("王五", "", ""),
        ("138x1234", "", ""),
    ],
)
def test_telephones(said: str, plain: str, masked: str) -> None:
    assert plain_telephone(said) == plain
    assert masked_telephone(plain) == masked


def test_masks_and_texts() -> None:
    assert masked_name("王五") == masked_name("王小明") == "王**"
    assert masked_name("") == ""
    assert carries_telephone("打138-1234-5678")
    assert carries_telephone("０８１７－２３４５６７８")
    assert not carries_telephone("2026-01-01 批复第1234号")
