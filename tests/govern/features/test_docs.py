"""docs/interfaces.md says what the interfaces do."""

from __future__ import annotations

import re
from pathlib import Path

from lifecircle.govern.api.described import _REFUSED
from lifecircle.govern.features import urls
from lifecircle.govern.features.asking import COMMON, ITEMS, MOST
from lifecircle.govern.features.systems import EVERYWHERE

TEXT = (Path(__file__).parents[3] / "docs" / "interfaces.md").read_text(encoding="utf-8")


def first_cells() -> set[str]:
    return {re.sub(r"^`|`$", "", one) for one in re.findall(r"^\| (\S+) \|", TEXT, re.MULTILINE)}


def test_every_parameter_system_and_refusal_is_told() -> None:
    cells = first_cells()
    assert set(ITEMS) <= cells
    assert {one.uri for one in EVERYWHERE} <= cells
    assert {str(status) for status in _REFUSED} <= cells
    assert f"1至{MOST}，不写是{COMMON}" in TEXT


def test_every_address_is_told() -> None:
    for one in urls.urlpatterns:
        address = re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern))
        address = address.replace("{own_id}", "{featureId}")
        assert address == "{rest}" or f"`/ogc/{address}`" in TEXT, address
