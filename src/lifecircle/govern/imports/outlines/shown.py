"""What a page shows of the rows of a batch of outlines: areas in words, shapes on a map."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.areas.models import Outline
from lifecircle.govern.imports.models import Row, What


def fields_of_outline(row: Row) -> list[tuple[str, str, str]]:
    """Return what a row changes: its label, before, after."""
    if row.values is None:
        return []
    before, after = row.before or {}, _number(row.values["area_m2"])
    label = _("面积（平方米）")
    if not before:
        return [(label, "", after)]
    told = {"changed": _number(before["changed_m2"]), "share": f"{before['share']:.1%}"}
    differs = _("%(changed)s，原面积的%(share)s") % told
    return [
        (label, _number(before["area_m2"]), after),
        (_("与原边界不同的部分（平方米）"), "0", differs),
    ]


def features_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the outlines of today and the new ones of some rows as features of a map."""
    drawn = Outline.objects.filter(pk__in=[row.seen for row in rows if row.seen])
    old = {one.pk: one.shape for one in drawn}
    features = []
    for row in rows:
        refused = row.what in (What.REJECTED, What.CONFLICT)
        if row.seen in old:
            features.append(_feature(row, old[row.seen], "lead", _("原边界")))
        if row.values:
            said = _("退回的边界") if refused else _("新边界")
            features.append(_feature(row, row.values["shape"], "bad" if refused else "wait", said))
    return features


def _feature(row: Row, shape: str, tone: str, said: str) -> dict[str, Any]:
    told = {"name": row.name, "said": said, "tone": tone}
    if row.area_id is not None:
        told["url"] = reverse("areas:page", args=[row.area_id])
    return {"type": "Feature", "properties": told, "geometry": json.loads(shape)}


def _number(value: float) -> str:
    return f"{value:,.0f}"
