"""Holds a list against the areas that stand: what is new, renamed, coded or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.codes import OF_LEVEL, parent_code
from lifecircle.govern.areas.lists.reading import Row
from lifecircle.govern.areas.models import Area, Placement


@dataclass(frozen=True)
class Changed:
    """An area and the row that it becomes equal to."""

    area: Area
    row: Row


@dataclass
class Difference:
    """What writing a list would do, and what it leaves to people.

    ``new`` stands from the highest level down, those among it that nobody named bear their code.
    ``gone`` areas stand but are not in the list; ``ended`` codes were of areas that ended: neither
    is touched.
    """

    new: list[Row] = field(default_factory=list)
    renamed: list[Changed] = field(default_factory=list)
    coded: list[Changed] = field(default_factory=list)
    gone: list[Area] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    above: dict[str, Area] = field(default_factory=dict)

    @property
    def unnamed(self) -> list[Row]:
        """Return the new areas whose name nobody gave."""
        return [row for row in self.new if row.name == row.code]

    @property
    def writes(self) -> int:
        """Return how many areas would change."""
        return len(self.new) + len(self.renamed) + len(self.coded)


def compare(top: Area, rows: Mapping[str, Row], names: Mapping[str, str]) -> Difference:
    """Return what a list would change below an area; ``names`` are given beside it, by code."""
    found = Difference()
    inside, odd = _inside(top, rows)
    found.told += odd
    whole = dict(sorted(_with_parents(inside, top).items(), key=lambda one: (-_zeros(one[0]),)))
    standing = {area.code: area for area in Area.objects.standing().below(top) if area.code}
    others = set(
        Area.objects.standing().filter(code__in=list(whole)).values_list("code", flat=True)
    ) - set(standing)
    ended = set(
        Area.objects.filter(ended_on__isnull=False, code__in=list(whole)).values_list(
            "code", flat=True
        )
    ) - set(standing)
    uncoded = _uncoded(top)
    found.above = {**standing, "": top}
    for code, row in whole.items():
        named = replace(row, name=names.get(code, "").strip() or row.name)
        parent = found.above.get(parent_code(code), top)
        match = top if _is_of(top, code) else uncoded.get((parent.pk, named.name, row.level))
        if code in standing:
            if named.name and named.name != standing[code].name:
                found.renamed.append(Changed(standing[code], named))
        elif code in others:
            found.told.append(_("代码 %s 已由别处的区划使用") % code)
        elif code in ended:
            found.ended.append(row)
        elif match:
            found.coded.append(Changed(match, named))
            found.above[code] = match
        else:
            found.new.append(replace(named, name=named.name or code))
    levels = {row.level for row in inside.values()}
    found.gone = [
        area for area in standing.values() if area.level in levels and area.code not in whole
    ]
    return found


def _zeros(code: str) -> int:
    """Return how many zeros a code ends with: more of them stand higher."""
    return len(code) - OF_LEVEL[Row(0, code).level]


def _inside(top: Area, rows: Mapping[str, Row]) -> tuple[dict[str, Row], list[str]]:
    """Return the rows that lie in an area, and how many do not."""
    digits = OF_LEVEL[Level(top.level)]
    prefixes = {code[:digits] for code in rows}
    if not top.code and len(prefixes) > 1:
        return {}, [
            _("代码属于%d个不同的上级，本区划自己没有代码；先写上本区划的代码") % len(prefixes)
        ]
    prefix = top.code[:digits] if top.code else next(iter(prefixes), "")
    inside = {code: row for code, row in rows.items() if code.startswith(prefix)}
    outside = len(rows) - len(inside)
    return inside, [_("%d行的代码不属于本区划，不写入") % outside] if outside else []


def _with_parents(rows: Mapping[str, Row], top: Area) -> dict[str, Row]:
    """Return the rows and the areas above them that no row is of, without names."""
    whole = dict(rows)
    for code in rows:
        above = parent_code(code)
        while above and above not in whole and not _is_of(top, above):
            if OF_LEVEL[Row(0, above).level] <= OF_LEVEL[Level(top.level)]:
                break
            whole[above] = Row(0, above)
            above = parent_code(above)
    return whole


def _is_of(top: Area, code: str) -> bool:
    """Say whether a code can only be that of the area without a code that a list is brought to."""
    return not top.code and Row(0, code).level == top.level


def _uncoded(top: Area) -> dict[tuple[int, str, Level], Area]:
    """Return the areas below that have no code yet, by parent, name and level."""
    rows = Placement.objects.open().filter(
        tree=Tree.ADMINISTRATIVE, area__code="", area__path__startswith=top.path
    )
    return {
        (row.parent_id, row.area.name, Level(row.area.level)): row.area
        for row in rows.select_related("area")
        if row.parent_id and row.area.level in OF_LEVEL
    }


def by_level(rows: list[Row]) -> Iterator[tuple[Level, list[Row]]]:
    """Yield the rows of each level, from the highest down."""
    for level in OF_LEVEL:
        of_level = [row for row in rows if row.level == level]
        if of_level:
            yield level, of_level
