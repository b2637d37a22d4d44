"""Doubts about communities: their codes, their counts, their outlines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import shapely

from lifecircle.place.areas.communities import kind_by_code
from lifecircle.place.tables import City, Communities, Doubt, Geometries
from lifecircle.terms.errors import Fault
from lifecircle.terms.words import word

OVERLAP_SHARE = 0.01
LEAST_PER_HOUSEHOLD, MOST_PER_HOUSEHOLD = 0.8, 8.0
"""People of a household on average; the census of 2020 counted 2.62 in all China."""

MOST_APART = 0.2
_CODE = re.compile(r"\d{12}")


def area_doubts(city: City) -> list[Doubt]:
    """Return the doubts about communities that their tables show."""
    areas = city.communities
    return [*_kinds(areas), *_parents(areas), *_households(areas), *_estates(city)]


def outline_doubts(communities: Communities, given: Geometries) -> list[Doubt]:
    """Return the doubts about outlines, ``given`` in the order of their file.

    Those drawn on record have no row in it.
    """
    whole = shapely.is_valid(given)
    doubts = [
        _doubt(communities, row, "mended-outline", "边界自相交，已自动修补")
        for row, spot in enumerate(communities.spots)
        if spot.row and not whole[spot.row - 1]
    ]
    tree = shapely.STRtree(communities.shape)
    one, other = tree.query(communities.shape, predicate="intersects")
    pairs = sorted((a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b)
    size_m2 = shapely.area(communities.shape)
    first, second = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    shared_m2 = shapely.area(
        shapely.intersection(communities.shape[first], communities.shape[second])
    )
    over = shared_m2 > OVERLAP_SHARE * np.minimum(size_m2[first], size_m2[second])
    for at in np.flatnonzero(over):
        a, b = pairs[at]
        reason = (
            f"{communities.name[a]}与{communities.name[b]}社区边界重叠{shared_m2[at]:.0f}平方米，"
            "重叠处的人只计入编号在前的社区"
        )
        doubts.append(_doubt(communities, a, "overlap", reason, also=b))
    return doubts


def _doubt(
    areas: Communities, row: int, code: str, reason: str, remedy: str = "核对", also: int = -1
) -> Doubt:
    spot = areas.spots[row]
    whose = {areas.id[row]} | ({areas.id[also]} if also >= 0 else set())
    place = f"社区 {areas.id[row]}"
    return Doubt(Fault(reason, spot.file, place, remedy, code, spot), frozenset(whose))


def _kinds(areas: Communities) -> Iterator[Doubt]:
    """Hold the last three digits of 12-digit codes against the kind of area."""
    for row, own_id in enumerate(areas.id):
        if not _CODE.fullmatch(own_id):
            continue
        kind = areas.attributes["kind"][row]
        if own_id.endswith("000"):
            reason = f"编号 {own_id} 末三位是000，这是镇街一级的编号"
            yield _doubt(areas, row, "code-level", reason, "换成社区或村的12位编号")
        elif kind_by_code(own_id) != kind:
            reason = (
                f"编号 {own_id} 末三位表示{_kind_zh(kind_by_code(own_id))}，登记为{_kind_zh(kind)}"
            )
            yield _doubt(areas, row, "code-level", reason, "核对编号和类型")


def _kind_zh(kind: str) -> str:
    return "村" if kind == "village" else "社区"


def _parents(areas: Communities) -> Iterator[Doubt]:
    """Hold the leading digits against the names of townships and counties.

    One township has one 9-digit code and one county one 6-digit code; the odd rows are told.
    """
    for digits, names, level in ((9, areas.township, "township"), (6, areas.county, "county")):
        prefixes: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row, own_id in enumerate(areas.id):
            if names[row] and _CODE.fullmatch(own_id):
                under = areas.county[row] if level == "township" else ""
                prefixes[f"{under}{names[row]}"][own_id[:digits]].append(row)
        for found in prefixes.values():
            usual = max(sorted(found), key=lambda prefix: len(found[prefix]))
            for prefix in sorted(found.keys() - {usual}):
                for row in found[prefix]:
                    reason = (
                        f"编号前{digits}位是 {prefix}，{names[row]}的其他社区是 {usual}"
                        f"（{word('level', level)}）"
                    )
                    yield _doubt(areas, row, "code-parent", reason, "核对编号和所属")


def _households(areas: Communities) -> Iterator[Doubt]:
    for row, (homes, people) in enumerate(
        zip(areas.counts["households"], areas.counts["residents"], strict=True)
    ):
        if homes < 0 or people < 0 or (homes == 0 and people == 0):
            continue
        each = people / homes if homes else float("inf")
        if not LEAST_PER_HOUSEHOLD <= each <= MOST_PER_HOUSEHOLD:
            reason = (
                f"{homes}户、{people}人，平均每户{each:.2g}人" if homes else f"0户却有{people}人"
            )
            yield _doubt(areas, row, "household-size", reason, "核对户数和人口")


def _estates(city: City) -> Iterator[Doubt]:
    """Hold the people of the estates against those of the community."""
    areas, origins = city.communities, city.origins
    for row, registered in enumerate(areas.counts["residents"]):
        own = origins.community == row
        counted = [origins.basis[at] in ("estate", "point") for at in np.flatnonzero(own)]
        if registered <= 0 or not counted or not all(counted):
            continue
        total = int(origins.residents[own].sum())
        if abs(total - registered) > MOST_APART * registered:
            reason = f"小区人口合计{total}人，社区登记{registered}人"
            yield _doubt(areas, row, "people-differ", reason, "核对哪个缺了、哪个重了")
