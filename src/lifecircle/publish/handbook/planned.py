"""What is to be built for a community: on record as planned or being built, and in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifecircle.publish.handbook.book import Section
from lifecircle.publish.handbook.material import Material
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import names_zh

PLANNED_ZH = "规划中"
COMING = frozenset({"planned", "building"})
"""States of a register that say that something will open."""


def planned(material: Material, row: int) -> Section | None:
    """List what will open, None where nothing is known to."""
    rows = [*_on_record(material, row), *_in_plan(material, row)]
    if not rows:
        return None
    section = Section("规划中的设施（还没有开放）")
    section.text("下面这些还没有开放，现在去不了；年份是计划的，可能会变。")
    section.table(["建什么", "在哪里", "到哪一步", "预计"], [4.0, 4.4, 1.8, 3.2], rows)
    return section


def _on_record(material: Material, row: int) -> list[list[str]]:
    """Return what the register says of facilities that do not serve people yet."""
    table, names = material.ground.city.facilities, material.sentences[0]
    states = code_sets()["facility_status"]
    return [
        [
            names_zh(table.categories[own]),
            details.address or names.facility(table.id[own]),
            states[details.status].zh,
            f"{details.opened_on.year}年开放" if details.opened_on else "时间未登记",
        ]
        for own, details in enumerate(table.details)
        if details.status in COMING and int(table.community[own]) == row
    ]


def _in_plan(material: Material, row: int) -> list[list[str]]:
    return [
        [
            "、".join(dict.fromkeys(one["kind"] for one in site["builds"])),
            site["name"],
            PLANNED_ZH,
            _when(site),
        ]
        for site in material.sites
        if site["community"] == row
    ]


def _when(site: Mapping[str, Any]) -> str:
    begun = f"{site['start_year']}年开工"
    return (
        f"{begun}，{site['ready_on'][:4]}年建成" if site["ready_on"] else f"{begun}，建成时间未定"
    )
