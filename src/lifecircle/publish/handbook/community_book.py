"""The handbook of one community: where, in how many minutes, what is met, where to complain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import shapely

from lifecircle.assess.people import People
from lifecircle.publish.handbook.book import Section, book
from lifecircle.publish.handbook.codes import community_url, qr
from lifecircle.publish.handbook.facilities import Listed, facilities, listed_of
from lifecircle.publish.handbook.material import NAME, Material, at_most
from lifecircle.publish.handbook.met import met
from lifecircle.publish.handbook.paper import LARGE, NORMAL
from lifecircle.publish.handbook.planned import planned
from lifecircle.publish.handbook.plate import Mark
from lifecircle.publish.handbook.services import Service
from lifecircle.publish.handbook.shared import (
    category_zh,
    complaints,
    how_to_read,
    unknown_kinds,
)
from lifecircle.terms.words import word

NEAREST_NAMED = 3
CROWDED = 40
"""Beyond so many facilities the numbers on a plate of normal type are made smaller."""

_WHAT_HALF = (
    "本社区一半的居民走到最近的一处，最多要这么久。",
    "本社区一半的住处走到最近的一处，最多要这么久。本社区不按人数算，每处住处算一份。",
)


def community_book(material: Material, row: int, *, large: bool) -> dict[str, Any]:
    """Return the book of a community, a row of the city's table."""
    places = material.ground.city.communities
    listed = listed_of(material.reached.services[row])
    wider = [places.county[row], places.township[row]]
    sections = [
        _map(material, row, listed, large=large),
        _services(material, row, listed),
        facilities(material, row, listed),
        *([coming] if (coming := planned(material, row)) else []),
        complaints(material),
        met(material, row),
        how_to_read(material),
    ]
    where = [material.ground.city.title, *dict.fromkeys(filter(None, wider))]
    own = [*material.cover, f"社区编号 {places.id[row]}"]
    return {
        **book(f"{places.name[row]}{NAME}", " ".join(where), own, material.mark, sections),
        "large": large,
    }


def _map(material: Material, row: int, listed: Listed, *, large: bool) -> Section:
    """Draw the community with its numbered facilities; those without a place have no ring."""
    table, own = material.ground.city.facilities, material.ground.city.communities
    marks = []
    for facility, number in listed.number.items():
        point = shapely.centroid(table.shape[facility])
        if not point.is_empty:
            marks.append(Mark(number, point.x, point.y))
    type_ = LARGE if large else NORMAL
    if len(marks) > CROWDED:
        type_ = replace(type_, digit_mm=type_.digit_mm * 0.8)
    drawn = material.plates.community(row, marks, type_)
    section = Section("地图")
    section.picture(drawn, f"{own.name[row]}的边界、道路和{len(marks)}处编号的设施")
    section.note(
        "圈里的数字是设施表里的编号，粗黑线是社区边界，双线是主要道路，细线是能步行的道路，虚线是铁路，"
        "蓝色是水面；数字离得太近时移开，用细线连到原处。"
    )
    if material.office.page_base_url:
        code = qr(community_url(material.office.page_base_url, own.id[row]))
        section.codes([(code, "扫码看本社区的网上地图")])
    return section


def _services(material: Material, row: int, listed: Listed) -> Section:
    """Group the services by the minutes that half of the people need."""
    section = Section("走路几分钟到")
    alike = bool(material.heads.alike[row])
    half = "一半住处" if alike else "一半居民"
    section.text(f"“{half}”是说：{_WHAT_HALF[alike]}{material.pace}")
    basis = People.by_community(material.ground.city).basis()[row]
    section.note(f"居民的分布：{word('basis', basis)}。" if basis else "居民的分布未知。")
    services = material.reached.services[row]
    if not services:
        section.text("没有一类政策问到的设施有资料。")
    older = any(service.half_older_s is not None for service in services)
    header = ["服务", half, *["一半老年人"] * older, "最近的（编号）"]
    widths = [3.0, 2.2, *[2.6] * older, 6.0]
    bands: dict[int, list[Service]] = defaultdict(list)
    for service in services:
        bands[_band(material, service)].append(service)
    for band, name in enumerate([*material.band_names(), "不知道要多久"]):
        rows = []
        for service in sorted(bands[band], key=lambda one: one.half_s or 0.0):
            times = [at_most(service.half_s), *[at_most(service.half_older_s)] * older]
            rows.append(
                [category_zh(service.category), *times, _nearest(material, service, listed)]
            )
        if rows:
            section.subheading(name)
            section.table(header, widths, rows)
    section.note(*unknown_kinds(material))
    return section


def _band(material: Material, service: Service) -> int:
    if service.half_s is None:
        return len(material.band_names())
    return material.band_of(service.half_s)


def _nearest(material: Material, service: Service, listed: Listed) -> str:
    """Name the nearest facilities by number, or say what finding none is worth."""
    names = material.sentences[0]
    ids = material.ground.city.facilities.id
    if service.near:
        return "；".join(
            f"{listed.number[near.facility]} {names.facility(ids[near.facility])}"
            for near in service.near[:NEAREST_NAMED]
        )
    last = f"{material.reached.bands_min[-1]:g}分钟内没有"
    return last if service.declared == "census" else f"{last}；资料不全，没找到不等于没有"
