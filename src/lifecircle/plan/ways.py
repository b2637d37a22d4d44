"""Ways to have a site: each space by each mode from each year on, what it costs, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources

import yaml

from lifecircle.place.planning import ModePrice, Space, YearBudget
from lifecircle.place.tables import City
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import stop

MONTHS = 12
UNUSABLE = {"unsafe": "安全评估不合格", "in_use": "正在使用"}
TO_BUY, TO_RENT = "purchase", "lease"


@dataclass(frozen=True)
class Way:
    """One space by one mode from one year on.

    ``space`` is a row of the city's spaces, ``start`` the place of the year in the budget;
    ``begins_on`` the earliest day in it and ``months`` the works, None where nobody knows.
    ``hold_yuan`` is paid once by year for the whole site (t,), ``yuan_per_m2`` for works on each
    square metre that is used, nothing where the office gave the works of the whole site.
    ``caveats`` are what a planner has to see to first; ``assumed`` says that the mode is usual and
    nobody wrote it.
    """

    space: int
    mode: str
    start: int
    begins_on: date
    months: int | None
    floor_m2: float
    hold_yuan: tuple[int, ...]
    yuan_per_m2: int
    caveats: tuple[str, ...]
    assumed: bool

    def ready_on(self, fit_out_months: int | None) -> date | None:
        """Return the first day of the month in which it can open, None where nobody knows."""
        if self.months is None or fit_out_months is None:
            return None
        after = self.begins_on.month - 1 + self.months + fit_out_months
        whole = after + (self.begins_on.day > 1)
        return date(self.begins_on.year + whole // MONTHS, whole % MONTHS + 1, 1)


@dataclass(frozen=True)
class Refusal:
    """A space that cannot be planned with, by any mode (empty) or by one, and why."""

    space: int
    mode: str
    reason: str


@cache
def usual_modes() -> Mapping[str, tuple[str, ...]]:
    """Return how a space of each kind is usually made fit, where nobody said."""
    text = resources.files(__package__).joinpath("usual_modes.yaml").read_text(encoding="utf-8")
    return {kind: tuple(modes) for kind, modes in yaml.safe_load(text).items()}


def money_of(city: City, as_of: date) -> tuple[YearBudget, ...]:
    """Return the years whose money can still be spent; raises InputError where there is none."""
    rows = city.planning.budget
    left = tuple(row for row in rows if row.year >= as_of.year and row.yuan > 0)
    if not rows:
        raise stop("没有预算", place="“预算”表", remedy="按年度填写预算（lifecircle forms 有样表）")
    if not left:
        reason = f"{as_of.year}年起没有预算"
        raise stop(reason, place="“预算”表", remedy="填写今后各年的金额，或换一个 --as-of")
    return left


def ways_of(
    city: City, money: tuple[YearBudget, ...], as_of: date, barred: Sequence[str] = ()
) -> tuple[tuple[Way, ...], tuple[Refusal, ...]]:
    """Return every way to have every space, by space, year and mode, and what cannot be had.

    Nothing is done with the spaces ``barred``.
    """
    if not city.spaces:
        reason, remedy = "没有空间资源", "在“空间资源”表里登记可用的房和地"
        raise stop(reason, place="“空间资源”表", remedy=remedy)
    prices = {price.mode: price for price in city.planning.prices}
    ways: list[Way] = []
    refused: list[Refusal] = []
    for row, space in enumerate(city.spaces):
        reason = "这次不用" if space.id in barred else _unusable(space)
        if reason:
            refused.append(Refusal(row, "", reason))
            continue
        modes, assumed = modes_of(space)
        for mode in modes:
            reason = _unpriced(space, mode, prices)
            own = () if reason else tuple(_years(row, space, mode, prices, money, as_of))
            ways += [way if not assumed else replace(way, assumed=True) for way in own]
            if reason or not own:
                refused.append(Refusal(row, mode, reason or "预算年度内还不能交付"))
    order = list(code_sets()["build_mode"])
    return tuple(sorted(ways, key=lambda w: (w.space, w.start, order.index(w.mode)))), tuple(
        refused
    )


def _unusable(space: Space) -> str:
    """Return why nothing can be planned in a space, empty where something can."""
    if space.safety == "failed":
        return UNUSABLE["unsafe"]
    if space.condition in UNUSABLE:
        return UNUSABLE[space.condition]
    if space.community < 0:
        return "不在任何社区里" if space.x_m is not None else "没有坐标，也没有写所属社区"
    return "" if space.amounts.get("floor_m2") else "没有建筑面积（空地写可建面积）"


def modes_of(space: Space) -> tuple[tuple[str, ...], bool]:
    """Return by which modes a space can be had, and whether that is only what is usual."""
    if space.modes:
        return space.modes, False
    modes = ("extension",) if space.facility else usual_modes().get(space.kind, ("conversion",))
    bought = ((TO_BUY, space.purchase_yuan), (TO_RENT, space.rent_yuan_per_year))
    priced = tuple(mode for mode, yuan in bought if yuan is not None)
    return (priced or modes), True


def _unpriced(space: Space, mode: str, prices: Mapping[str, ModePrice]) -> str:
    zh = code_sets()["build_mode"][mode].zh
    if mode == TO_BUY and space.purchase_yuan is None:
        return "购置而没有购置价"
    if mode == TO_RENT and space.rent_yuan_per_year is None:
        return "租赁而没有年租金"
    if mode not in prices and space.works_yuan is None:
        return f"没有{zh}的单价，也没有写改造建设费"
    return ""


def _years(
    row: int,
    space: Space,
    mode: str,
    prices: Mapping[str, ModePrice],
    money: tuple[YearBudget, ...],
    as_of: date,
) -> Iterator[Way]:
    price = prices.get(mode)
    free_on = max(as_of, space.available_on or as_of)
    for start, year in enumerate(money):
        if free_on.year > year.year:
            continue
        yield Way(
            space=row,
            mode=mode,
            start=start,
            begins_on=max(free_on, date(year.year, 1, 1)),
            months=price.months if price else None,
            floor_m2=space.amounts["floor_m2"],
            hold_yuan=tuple(_hold(space, mode, start, at) for at in range(len(money))),
            yuan_per_m2=price.yuan_per_m2 if price and space.works_yuan is None else 0,
            caveats=tuple(_caveats(space)),
            assumed=False,
        )


def _hold(space: Space, mode: str, start: int, at: int) -> int:
    """Return what the whole site costs in a year: price and works at the start, rent from it on."""
    yuan = 0
    if at == start:
        yuan += space.works_yuan or 0
        yuan += (space.purchase_yuan or 0) * (mode == TO_BUY)
    if at >= start and mode == TO_RENT:
        yuan += space.rent_yuan_per_year or 0
    return yuan


def _caveats(space: Space) -> Iterator[str]:
    if space.safety != "passed":
        yield "先做安全评估"
    if space.condition in ("", "unknown"):
        yield "可用情况不清楚，先查看现场"
    if space.ownership in ("", "unknown"):
        yield "权属不清，先确认权属"
