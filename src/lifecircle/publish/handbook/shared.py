"""The sections that the handbook of a community and that of the city share."""

from __future__ import annotations

from collections.abc import Iterable

from lifecircle.place.notices import public_notices
from lifecircle.place.tables import Declared
from lifecircle.publish.handbook.book import Section
from lifecircle.publish.handbook.codes import map_url
from lifecircle.publish.handbook.material import Material
from lifecircle.terms.taxonomy import categories
from lifecircle.terms.words import word

_UNKNOWN: dict[Declared, str] = {
    "census": "资料已查全，全市没有：{}。",
    "partial": "资料是不完整名录，里面没有（没找到不等于没有）：{}。",
    "none": "没有任何资料，不知道有没有：{}。",
}

PERSONS = "人数都写成一段，例如195至199人，不写准确的数；各处住处的人数也按每5人一档算。"


def category_zh(code: str) -> str:
    """Return the Chinese name of a category."""
    return categories()[code].zh


def unknown_kinds(material: Material) -> list[str]:
    """Say which kinds the policies ask about of which no facility is known, by what is claimed."""
    said = []
    for declared, sentence in _UNKNOWN.items():
        names = [category_zh(code) for code, own in material.reached.unknown if own == declared]
        if names:
            said.append(sentence.format("、".join(names)))
    return said


def where_the_map_is(material: Material) -> str:
    """Say where all facilities can be seen."""
    base = material.office.page_base_url
    where = f"（{map_url(base)}）" if base else ""
    return f"全部设施在便民服务地图上可以看到{where}，也可以问社区。"


def complaints(material: Material) -> Section:
    """Say where to complain, as far as the office has said."""
    section, office = Section("怎样提意见"), material.office
    section.text("设施没有开门、位置不对、服务不好，或者这里写的与实际不符，都可以反映。")
    if office.complaint_telephone:
        section.text(f"电话：{office.complaint_telephone}")
    if office.complaint_place:
        section.text(f"当面反映：{office.complaint_place}")
    if not office.complaint_telephone and not office.complaint_place:
        section.text("意见电话和受理地点未登记，请先向所在社区反映。")
    return section


def how_to_read(material: Material) -> Section:
    """Say what each mark means, and what the figures rest on."""
    section = Section("怎样读这本手册")
    section.text(*(f"{name}：{meaning}" for name, meaning in _marks(material)))
    section.text(material.pace, PERSONS)
    section.note(*_sources(material))
    return section


def _marks(material: Material) -> Iterable[tuple[str, str]]:
    """Yield each mark that may stand in a handbook, with what it means."""
    if material.mark:
        yield material.mark, "全部数据是编出来的，只用来演示，不对应任何真实地点。"
    yield word("verdict", "met"), "做到了政策的这一条。"
    yield word("verdict", "not met"), "还没有做到政策的这一条。"
    yield word("verdict", "not assessed"), "资料不够，说不清做到没有；不等于没有做到。"
    yield word("mark", "inferred"), "政策没有写明，是按通常理解定的读法。"
    yield "待核", "数字或出处还没有核对过原文，不据此说谁没有做到。"
    yield "规划中、在建", "还没有开放，现在去不了。"
    yield "未登记", "登记表里没有填；不等于没有。"
    if material.ground.city.estimates:
        yield "栅格估计", "人数是按人口栅格推算的，不是登记数。"


def _sources(material: Material) -> Iterable[str]:
    city = material.ground.city
    for one in material.found:
        header = one.pack.header
        yield f"政策：{header.title.zh}（{header.issuer}，{header.issued}）。"
    yield from public_notices(city)
    if city.attributions:
        yield f"资料来源：{'；'.join(city.attributions)}。"
    yield "地图按本市登记的边界、道路和设施绘制，不是标准地图，不作为划界依据。"
