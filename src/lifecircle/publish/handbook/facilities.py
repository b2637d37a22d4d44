"""The facilities of a community's handbook: what they are, where, when open, what to bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lifecircle.publish.handbook.book import Section
from lifecircle.publish.handbook.codes import facility_url, qr
from lifecircle.publish.handbook.material import Material, at_most
from lifecircle.publish.handbook.services import MOST_OF_KIND, Service
from lifecircle.publish.handbook.shared import category_zh, where_the_map_is
from lifecircle.terms.taxonomy import names_zh

ALL_DAY = "00:00-24:00"
NOT_ON_RECORD = "未登记"


@dataclass
class Listed:
    """The facilities of a book, numbered from the nearest: rows of the city's table."""

    first_s: dict[int, float]
    kinds: dict[int, list[str]]
    number: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        order = sorted(self.first_s, key=lambda row: (self.first_s[row], row))
        self.number = {row: at for at, row in enumerate(order, start=1)}


def listed_of(services: Sequence[Service]) -> Listed:
    """Return the facilities of some services, each once with its kinds."""
    first_s: dict[int, float] = {}
    kinds: dict[int, list[str]] = defaultdict(list)
    for service in services:
        for near in service.near:
            first_s[near.facility] = min(near.first_s, first_s.get(near.facility, np.inf))
            kinds[near.facility].append(service.category)
    return Listed(first_s, kinds)


def facilities(material: Material, row: int, listed: Listed) -> Section:
    """List every numbered facility with what is on record of it."""
    last = f"{material.reached.bands_min[-1]:g}分钟"
    section = Section("设施表")
    if not listed.number:
        section.text(f"资料里没有{last}内走得到的设施。")
        return section
    section.text(f"下面是离本社区居民最近、{last}内走得到的设施，每类最多列{MOST_OF_KIND}处。")
    _table(section, material, row, listed)
    section.note("“走路”是从最近的一处住处走到那里的时间。")
    _not_listed(section, material, row)
    _before_going(section, material, listed)
    base = material.office.page_base_url
    if base:
        section.subheading("扫码看设施网页")
        ids, names = material.ground.city.facilities.id, material.sentences[0]
        section.codes(
            [
                (qr(facility_url(base, ids[own])), f"{number} {names.facility(ids[own])}")
                for own, number in listed.number.items()
            ]
        )
    return section


def _table(section: Section, material: Material, row: int, listed: Listed) -> None:
    """Add the table; a column that nobody filled in is said once instead."""
    details = material.ground.city.facilities.details
    told = [details[own] for own in listed.number]
    hours = ["全天" if one.hours == ALL_DAY else one.hours for one in told]
    columns: list[tuple[str, float, list[str]]] = [
        ("编号", 1.3, [str(number) for number in listed.number.values()]),
        ("名称和种类", 5.0, [_called(material, own, listed) for own in listed.number]),
        ("在哪里", 3.4, [_where(material, own, row) for own in listed.number]),
        ("走路", 1.6, [at_most(listed.first_s[own]) for own in listed.number]),
    ]
    unknown = []
    for header, width, values in (
        ("开放时间", 3.0, hours),
        ("服务热线", 3.0, [one.hotline for one in told]),
    ):
        if any(values):
            columns.append((header, width, [value or NOT_ON_RECORD for value in values]))
        else:
            unknown.append(header)
    headers, widths, cells = zip(*columns, strict=True)
    section.table(headers, widths, list(zip(*cells, strict=True)))
    if unknown:
        section.note(f"这些设施的{'、'.join(unknown)}都{NOT_ON_RECORD}。")


def _called(material: Material, facility: int, listed: Listed) -> str:
    """Name a facility with its kinds, those left out that its name tells."""
    own_id = material.ground.city.facilities.id[facility]
    name = material.sentences[0].facility(own_id)
    kinds = [code for code in listed.kinds[facility] if category_zh(code) not in name]
    return name + (f"（{names_zh(kinds)}）" if kinds else "")


def _where(material: Material, facility: int, row: int) -> str:
    city = material.ground.city
    home = int(city.facilities.community[facility])
    lies = "本社区" if home == row else city.communities.name[home] if home >= 0 else "各社区以外"
    address = city.facilities.details[facility].address
    return f"{lies}，{address}" if address else lies


def _not_listed(section: Section, material: Material, row: int) -> None:
    """Say how many are not listed, and where to see them."""
    more = [
        f"{category_zh(service.category)}{service.more}处"
        for service in material.reached.services[row]
        if service.more
    ]
    if more:
        section.text(f"附近还有没有列出的：{'、'.join(more)}。{where_the_map_is(material)}")


def _before_going(section: Section, material: Material, listed: Listed) -> None:
    """Say what to bring and what it costs, of those who told it."""
    table, names = material.ground.city.facilities, material.sentences[0]
    rows = [
        [
            f"{number} {names.facility(table.id[own])}",
            table.details[own].to_bring or NOT_ON_RECORD,
            table.details[own].charges or NOT_ON_RECORD,
        ]
        for own, number in listed.number.items()
        if table.details[own].to_bring or table.details[own].charges
    ]
    section.subheading("去之前看一看")
    if rows:
        section.table(["设施", "要带什么", "怎样收费"], [4.0, 5.0, 4.0], rows)
    others = "其余设施要带什么、怎样收费" if rows else "要带什么、怎样收费"
    if len(rows) < len(listed.number):
        ask = (
            "打服务热线问" if any(table.details[own].hotline for own in listed.number) else "问社区"
        )
        section.text(f"{others}没有登记，去之前可以先{ask}。")
