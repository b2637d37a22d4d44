"""What a reader must know of the data: `City.notices` tell the office, `public_notices` everybody.

The office is told of files, columns and single places, and who took a doubt upon themselves. None
of that concerns a resident, and exact counts of persons stand in it; so what the public is told is
made from the city itself, in its own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from lifecircle.place.tables import AcceptedFault, City, Doubt, Layer
from lifecircle.terms.taxonomy import categories
from lifecircle.terms.words import word


def doubt_notices(doubts: list[Doubt], accepted: list[AcceptedFault]) -> list[str]:
    """Return one sentence a kind of doubt: how many, and the first of them."""
    count = Counter(doubt.code for doubt in doubts)
    first = {doubt.code: doubt.fault for doubt in reversed(doubts)}
    said = []
    for code in sorted(count):
        more = f"（共{count[code]}处，见 lifecircle check）" if count[code] > 1 else ""
        said.append(f"{word('reason', code)}：{first[code].reason}{more}。")
    said += [
        f"{word('reason', one.code)}：{one.count}处已由{one.by}于{one.on}认可（{one.reason}）。"
        for one in accepted
    ]
    return said


def public_notices(city: City) -> tuple[str, ...]:
    """Return what concerns a reader of a map, handbook or notice, in plain sentences.

    No number of persons, name of a file or name of a person stands in them.
    """
    return (
        *(["全部是模拟数据，不对应任何真实地点。"] if city.simulated else []),
        *_of_facilities(city),
        *_of_people(city),
        *_of_walking(city),
        *_of_boundaries(city),
    )


def _of_facilities(city: City) -> Iterator[str]:
    days = sorted({layer.census_on for layer in city.layers if layer.census_on})
    if days:
        yield f"设施资料的日期：{'、'.join(map(_day, days))}；以后的变动没有写进来。"
    if any(city.declared(code) == "partial" for code in categories()):
        yield "有的设施名录不完整：列出来的是知道的，没有列出来不等于没有。"


def _of_people(city: City) -> Iterator[str]:
    bases = set(city.origins.basis)
    if "raster" in bases:
        sources = "、".join(dict.fromkeys(one.source for one in city.estimates if one.source))
        said = f"（来源：{sources}）" if sources else ""
        yield f"有的社区的人数是按人口分布资料估计的{said}，不是登记数。"
    if "building" in bases:
        yield "有的社区没有人口资料，居民住在哪里是按住宅的大小推算的。"
    if "centre" in bases:
        yield "有的社区没有人口和住宅资料，步行从社区中心算起。"


def _of_walking(city: City) -> Iterator[str]:
    streets, origins = city.streets, city.origins
    if "no-footways" in streets.ways.doubts:
        yield "道路资料里没有人行道和小路：实际走法可能更近，步行时间只供参考。"
    if streets.guessed is not None and len(streets.guessed):
        yield "有的路口没有过街处的资料，按能过街计：实际可能要绕路、等候。"
    if streets.z_m is not None:
        yield "步行时间计入了上坡、下坡。"
    if origins.gate_open is not None and not origins.gate_open.all():
        yield "步行从小区能走的门出发；只走车、常闭和当时关着的门不算。"


def _of_boundaries(city: City) -> Iterator[str]:
    if city.trees_of is not None:
        yield f"镇街、区县按{_day(city.trees_of)}的区划。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def declarations(layers: tuple[Layer, ...]) -> list[str]:
    """Say what the layers of facilities claim; workbooks that claim the same share a sentence."""
    said: dict[str, list[str]] = {}
    for layer in layers:
        said.setdefault(_declaration(layer), []).append(layer.name)
    return [f"{_together(names)} {claim}。" for claim, names in said.items()]


def _together(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{'、'.join(names[:2])}等{len(names)}个文件"


def _declaration(layer: Layer) -> str:
    """Say in a clause what a layer of facilities claims."""
    declared = layer.census | layer.counted
    if not declared:
        return f"是不完整名录（按{layer.looked_for}识别）：找到的算有，没找到的不算没有"
    whole = len(declared) == len(categories())
    complete = "全部类别" if whole else f"{len(declared)}个类别"
    said = f"的{complete}由{layer.declared_by}声明为{layer.census_on}的普查"
    if layer.counted:
        said += f"，其中{len(layer.counted)}个类别有设施没有坐标：按社区计数时算查全，步行时不算"
    return said
