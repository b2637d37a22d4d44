"""The words of the inventory: code sets of terms, as fields, forms and constraints ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from lifecircle.govern.wording import listed, worded
from lifecircle.place.forms.hours import hours_of
from lifecircle.terms.codes import code_sets, title_zh
from lifecircle.terms.taxonomy import categories

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CATEGORY, FUNCTION = "category", "function"


def words(set_name: str) -> list[tuple[str, str]]:
    """Return the codes of a set in the reader's words; `category` is the taxonomy."""
    if set_name == CATEGORY:
        return [(code, worded(one)) for code, one in categories().items()]
    return [(code, worded(one)) for code, one in code_sets()[set_name].items()]


def called(set_name: str, code: str) -> str:
    """Return a code in the reader's words, or what stands there where it is none."""
    known = categories() if set_name == CATEGORY else code_sets()[set_name]
    return worded(known[code]) if code in known else code


def word(label: str | _StrPromise, set_name: str) -> models.CharField[Any, Any]:
    """Return a field for one code of a set; empty is unknown."""
    return models.CharField(label, max_length=40, blank=True, choices=partial(words, set_name))


def word_list(label: str | _StrPromise, set_name: str) -> models.JSONField[Any, Any]:
    """Return a field for several codes of a set."""
    valid = partial(all_known, set_name)
    return models.JSONField(label, default=list, blank=True, validators=[valid])


def all_known(set_name: str, codes: Iterable[str]) -> None:
    """Raise ValidationError where a code is none of its set."""
    known = {code for code, _ in words(set_name)}
    unknown = [str(code) for code in codes if code not in known]
    if unknown:
        title = _("设施类别") if set_name == CATEGORY else title_zh(set_name)
        raise ValidationError(
            _("%(title)s里没有 %(codes)s") % {"title": title, "codes": listed(unknown)}
        )


def known(kind: str, field: str, set_name: str) -> models.CheckConstraint:
    """Return the constraint that a field holds a code of a set or nothing."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *(code for code, _ in words(set_name))]}),
        name=f"{kind}_{field}_known",
        violation_error_message=f"{title_zh(set_name)}要从列出的里面选",
    )


def area_m2(label: str | _StrPromise) -> models.DecimalField[Any, Any]:
    """Return a field for square metres; None is unknown."""
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


def count(label: str | _StrPromise) -> models.PositiveIntegerField[Any, Any]:
    """Return a field for a count; None is unknown."""
    return models.PositiveIntegerField(label, null=True, blank=True)


def not_negative(kind: str, *fields: str) -> list[models.CheckConstraint]:
    """Return the constraints that amounts are unknown or not below nought."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
            name=f"{kind}_{field}_not_negative",
            violation_error_message=_lazy("面积、数量不能是负数"),
        )
        for field in fields
    ]


def on_earth(kind: str) -> models.CheckConstraint:
    """Return the constraint that both coordinates are given or none, in their range."""
    return models.CheckConstraint(
        condition=Q(lon__isnull=True, lat__isnull=True)
        | Q(
            lon__isnull=False,
            lat__isnull=False,
            lon__gte=-180,
            lon__lte=180,
            lat__gte=-90,
            lat__lte=90,
        ),
        name=f"{kind}_on_earth",
        violation_error_message=_lazy("经度、纬度要么都写，要么都不写；经度-180到180，纬度-90到90"),
    )


def in_order(kind: str) -> models.CheckConstraint:
    """Return the constraint that what began does not end before."""
    return models.CheckConstraint(
        condition=Q(began_on__isnull=True)
        | Q(ended_on__isnull=True)
        | Q(ended_on__gte=models.F("began_on")),
        name=f"{kind}_ends_after_it_began_to_be",
        violation_error_message=_lazy("停止日期不能早于开始日期"),
    )


def are_hours(text: str) -> None:
    """Raise ValidationError where text is no hours of the day."""
    said = hours_of(text)
    if said.expected:
        raise ValidationError(_("应为%(expected)s") % {"expected": said.expected})
