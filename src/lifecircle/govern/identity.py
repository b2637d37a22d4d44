"""Recognises what is not collected: numbers of identity cards, and the headers above them.

The number is that of GB 11643-1999: six digits of an area, a birthday, three digits, and a check
character by ISO 7064 MOD 11-2. The old numbers of 15 digits have no check character and are not
recognised by themselves, only under their header.

Free text of records and files is held against numbers alone (`no_number`, `refuse_number`): what a
service asks people to bring may well name the card.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lifecircle.govern.refused import Refused

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
LOOKS_LIKE = re.compile(r"(?<![0-9])([1-9][0-9]{16}[0-9X])(?![0-9])")
BETWEEN = re.compile(r"(?<=[0-9])[ \t\-‐–—·.]{1,2}(?=[0-9X])")
"""Blanks and hyphens by which people write long numbers in groups."""

HEADERS = (
    "身份证号", "身份证件号", "居民身份证", "公民身份号码", "公民身份证", "证件号码",
    "身份證號", "身份證字號", "公民身份號碼", "證件號碼", "人脸", "人臉", "证件照", "證件照",
)  # fmt: skip
"""Words that head what is not collected: numbers of identity and portraits."""


LEAST = 18
"""No shorter text holds a number, for those who look through very many."""

IDENTITY = "identity"
"""The code of the faults of a file, and of the errors of a form, that are of such numbers."""


def carries_identity(text: str) -> bool:
    """Say whether a text holds a number of identity with a right check, or a header of one."""
    return has_number(text) or has_header(text)


def has_number(text: str) -> bool:
    """Say whether a text holds an 18-digit number of identity with a right check character."""
    plain = unicodedata.normalize("NFKC", text).upper()
    joined = BETWEEN.sub("", plain)
    return any(_right(found) for one in {plain, joined} for found in LOOKS_LIKE.findall(one))


def has_header(text: str) -> bool:
    """Say whether a text holds a word that heads numbers of identity or portraits."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return any(header in plain for header in HEADERS)


def blanked(text: str) -> str:
    """Return a text, or nothing where it holds a number of identity."""
    return "" if has_number(text) else text


def no_number(text: str) -> None:
    """Raise ValidationError where a text holds a number of identity."""
    if has_number(text):
        raise ValidationError(_("本平台不收集身份证号，请把它删去。"), IDENTITY)


def refuse_number(*texts: str) -> None:
    """Raise Refused where a text holds a number of identity."""
    if any(has_number(text) for text in texts):
        raise Refused(_("本平台不收集身份证号"), remedy=_("把它删去再提交"))


def check_character(first: str) -> str:
    """Return the check character of the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def _right(number: str) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2150 and check_character(number[:17]) == number[17]
