"""Reads what was given as an answer: one canonical value for each kind, or why it is none."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.identity import carries_identity
from lifecircle.govern.personal.telephones import carries_telephone
from lifecircle.govern.surveys.questions import Question
from lifecircle.govern.wording import listed

DECIMALS = 2
APART = re.compile(r"[、，,；;\s]+")


class BadValueError(ValueError):
    """What was given is no answer to the question; the text says why and what is expected."""


def read(question: Question, given: Any) -> Any:
    """Return the value that JSON keeps of what was given, None of a blank.

    yes_no and choice are codes, choices lists of codes, integers ints, decimals and days texts
    (`12.5`, `2026-06-30`), a point is [longitude, latitude] in WGS84 degrees, a photo the sha256
    of a kept file. Chinese names are read as their codes. Raises BadValueError.
    """
    if isinstance(given, str):
        given = given.strip()
    if given is None or given in ("", []):
        return None
    return READ[question.kind](question, given)


def shown(question: Question, value: Any) -> str:
    """Return a value as a person reads it; unknown is nothing."""
    if value is None:
        return ""
    if question.choices:
        codes = value if isinstance(value, list) else [value]
        return listed(question.name_of(str(code)) for code in codes)
    if question.kind == "point":
        return "{:.6f} {:.6f}".format(*value)
    return str(value)


def _integer(question: Question, given: Any) -> int:
    number = _number(given)
    if number != number.to_integral_value():
        raise BadValueError(_("要写整数"))
    _within(question, number)
    return int(number)


def _decimal(question: Question, given: Any) -> str:
    number = _number(given)
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        raise BadValueError(_("最多写%(count)s位小数") % {"count": DECIMALS})
    _within(question, number)
    return f"{number.normalize():f}"


def _number(given: Any) -> Decimal:
    if isinstance(given, bool):
        raise BadValueError(_("要写数字"))
    try:
        number = Decimal(str(given))
    except InvalidOperation as error:
        raise BadValueError(_("要写数字，不带单位")) from error
    if not number.is_finite():
        raise BadValueError(_("要写数字"))
    return number


def _within(question: Question, number: Decimal) -> None:
    if question.least and number < Decimal(question.least):
        raise BadValueError(_("不能小于%(least)s") % {"least": question.least})
    if question.most and number > Decimal(question.most):
        raise BadValueError(_("不能大于%(most)s") % {"most": question.most})


def _text(question: Question, given: Any) -> str:
    text = str(given)
    if any(ord(one) < 32 and one not in "\n\t\r" for one in text):
        raise BadValueError(_("有不能保存的字符"))
    if question.longest and len(text) > question.longest:
        raise BadValueError(_("不能超过%(most)s个字") % {"most": question.longest})
    check_words(text, public_number=question.public_number)
    return text


def check_words(text: str, *, public_number: bool = False) -> None:
    """Raise BadValueError where a text carries a number of identity, or of a telephone."""
    if carries_identity(text):
        raise BadValueError(_("不收集证件号码，删去后再保存"))
    if not public_number and carries_telephone(text):
        raise BadValueError(_("不收集电话号码，删去后再保存"))


def _choice(question: Question, given: Any) -> str:
    text = str(given).strip()
    for one in question.choices:
        if text in (one.code, one.zh):
            return one.code
    most = listed(one.label for one in question.choices[:6])
    raise BadValueError(
        _("“%(given)s”不在可选的里面：%(most)s") % {"given": text[:40], "most": most}
    )


def _choices(question: Question, given: Any) -> list[str]:
    parts: Iterable[Any] = given if isinstance(given, list | tuple) else APART.split(str(given))
    codes = dict.fromkeys(_choice(question, part) for part in parts if str(part).strip())
    order = [one.code for one in question.choices]
    return sorted(codes, key=order.index)


def _day(_question: Question, given: Any) -> str:
    try:
        return date.fromisoformat(str(given)[:10]).isoformat()
    except ValueError as error:
        raise BadValueError(_("日期写成 2026-06-30 这样")) from error


def _point(_question: Question, given: Any) -> list[float]:
    parts = given if isinstance(given, list | tuple) else APART.split(str(given).strip())
    try:
        lon, lat = (float(part) for part in parts)
    except (TypeError, ValueError) as error:
        raise BadValueError(_("位置写成经度和纬度两个数，例如 108.95 34.26")) from error
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadValueError(_("经度在-180到180之间，纬度在-90到90之间"))
    return [lon, lat]


def _photo(_question: Question, given: Any) -> str:
    text = str(given)
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise BadValueError(_("照片没有收到"))
    return text


READ = {
    "yes_no": _choice,
    "choice": _choice,
    "choices": _choices,
    "integer": _integer,
    "decimal": _decimal,
    "text": _text,
    "day": _day,
    "point": _point,
    "photo": _photo,
}
