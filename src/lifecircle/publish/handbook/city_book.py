"""The handbook of the city: its communities, what their people reach, how each rule stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lifecircle.assess.findings import Assessment
from lifecircle.publish.handbook.book import Section, book
from lifecircle.publish.handbook.material import NAME, Material, verdict_zh
from lifecircle.publish.handbook.paper import LARGE, NORMAL
from lifecircle.publish.handbook.shared import (
    category_zh,
    complaints,
    how_to_read,
    unknown_kinds,
)
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.words import word

VERDICTS = ("met", "not met", "not assessed", "not applicable")


def city_book(material: Material, *, large: bool) -> dict[str, Any]:
    """Return the book of the city."""
    city = material.ground.city
    sections = [
        _communities(material, large=large),
        _services(material),
        complaints(material),
        _rules(material),
        how_to_read(material),
    ]
    count = f"{len(city.communities)}个社区和村"
    return {
        **book(f"{city.title}{NAME}", count, material.cover, material.mark, sections),
        "large": large,
    }


def _communities(material: Material, *, large: bool) -> Section:
    """Draw and list the communities."""
    city = material.ground.city
    table = city.communities
    section = Section("社区")
    section.picture(
        material.plates.city(LARGE if large else NORMAL), f"{city.title}各社区的边界和编号"
    )
    section.note("图上的数字是下表的序号。蓝色是水面，粗灰线是快速路，虚线是铁路。")
    rows = [
        [str(at + 1), name, township or "未登记", county or "未登记", own_id]
        for at, (own_id, name, township, county) in enumerate(
            zip(table.id, table.name, table.township, table.county, strict=True)
        )
    ]
    section.table(["序号", "名称", "镇街", "区县", "编号"], [1.0, 3.0, 2.5, 2.5, 2.5], rows)
    return section


def _services(material: Material) -> Section:
    """Count for each service the communities by the minutes that half of their people need."""
    section = Section("走路几分钟到")
    section.text(
        "表里是社区的个数：一半的居民走到最近的一处，最多要这么久。"
        "“不清楚”是不知道居民住在哪里，或者资料不全、没有找到。",
        material.pace,
    )
    names = material.band_names()
    counts: dict[str, Counter[int]] = {}
    for services in material.reached.services:
        for service in services:
            own = counts.setdefault(service.category, Counter())
            band = len(names)
            if service.half_s is not None:
                band = material.band_of(service.half_s)
                beyond = band == len(names) - 1
                band += beyond and service.declared != "census"
            own[band] += 1
    rows = [
        [category_zh(code), *(str(own[band]) for band in range(len(names) + 1))]
        for code, own in counts.items()
    ]
    if rows:
        section.table(["服务", *names, "不清楚"], [3.0, *[1.6] * (len(names) + 1)], rows)
    section.note(*unknown_kinds(material))
    return section


def _rules(material: Material) -> Section:
    """Say of each policy how many meet each rule."""
    section = Section("政策做到了没有")
    section.text("表里是社区、区县、设施等的个数；一条规则有两种读法时各写一行。")
    for one, names in zip(material.found, material.sentences, strict=True):
        section.subheading(one.pack.header.title.zh)
        section.table(
            ["要求", "对象", *map(verdict_zh, VERDICTS)],
            [5.0, 1.4, 1.2, 1.3, 1.3, 1.3],
            _rolled_up(one, names),
        )
    return section


def _rolled_up(one: Assessment, names: Sentences) -> Sequence[Sequence[str]]:
    readings = Counter(row.rule for row in one.rollup)
    return [
        [
            names.title(row.rule)
            + (f"（{word('reading', row.reading)}）" if readings[row.rule] > 1 else ""),
            word("level", row.subject_level),
            str(row.met),
            str(row.not_met),
            str(row.not_assessed),
            str(row.not_applicable),
        ]
        for row in one.rollup
    ]
