"""What an office decides beside its forms: shares, what is fixed, what is out of the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lifecircle.place.planning import YearBudget
from lifecircle.place.tables import City
from lifecircle.plan.offers import Offers
from lifecircle.plan.ways import Way
from lifecircle.policy.models import Pack
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.taxonomy import categories as taxonomy


@dataclass(frozen=True)
class Decided:
    """A facility that every plan has: a category on a space, from a year on.

    ``mode`` may stay empty where the space has only one.
    """

    space: str
    category: str
    year: int
    mode: str = ""

    @property
    def says(self) -> str:
        """Return it as a planner reads it."""
        mode = code_sets()["build_mode"][self.mode].zh if self.mode else ""
        return f"{self.space}的{taxonomy()[self.category].zh}（{self.year}年{mode}）"


@dataclass(frozen=True)
class Wishes:
    """What an office decides.

    ``least_share`` maps a class of the pack's priorities, or nothing for all together, to the
    share of the people short in each county-level unit whom the plan has to serve; ``set_aside``
    are precedences that shall not hold, ``barred`` ids of spaces that nothing is done with.
    """

    least_share: Mapping[str, float] = field(default_factory=dict)
    set_aside: tuple[str, ...] = ()
    decided: tuple[Decided, ...] = ()
    barred: tuple[str, ...] = ()


def check_wishes(pack: Pack, city: City, wishes: Wishes) -> None:
    """Raise InputError for a class, a precedence or a space that there is not, all at once."""
    classes = [one.id for one in pack.planning.priority]
    precedences = [one.id for one in pack.planning.precedence]
    spaces = {space.id for space in city.spaces}
    faults = [
        Fault(f"政策包 {pack.id} 没有名为 {name} 的先后", "", "--set-aside", _one_of(precedences))
        for name in wishes.set_aside
        if name not in precedences
    ]
    for name, share in wishes.least_share.items():
        if name and name not in classes:
            reason = f"政策包 {pack.id} 没有名为 {name} 的优先类"
            faults.append(Fault(reason, "", "--least-share", f"{_one_of(classes)}，或只写比例"))
        if not 0 <= share <= 1:
            faults.append(Fault("比例应在0到1之间", "", "--least-share", "写 0.3 或 30%"))
    faults += [
        Fault(f"没有编号为 {name} 的空间", "", option, "照“空间资源”表改正编号")
        for option, names in (
            ("--not-use", wishes.barred),
            ("--decided", [one.space for one in wishes.decided]),
        )
        for name in names
        if name not in spaces
    ]
    raise_all(faults)


def _one_of(names: Sequence[str]) -> str:
    return f"用 {'、'.join(names)}" if names else "不写这个选项，政策包里没有"


def decided_among(
    city: City,
    offers: Offers,
    ways: Sequence[Way],
    money: Sequence[YearBudget],
    wishes: Wishes,
) -> list[int]:
    """Return the offers that are decided; InputError for what is not there, or not clearly."""
    found, faults = [], []
    for one in wishes.decided:
        rows = [
            number
            for number, offer in enumerate(offers.offers)
            if city.spaces[ways[offer.way].space].id == one.space
            and city.planning.standards[offer.standard].category == one.category
            and money[ways[offer.way].start].year == one.year
            and one.mode in ("", ways[offer.way].mode)
        ]
        if len(rows) == 1:
            found += rows
            continue
        modes = [code_sets()["build_mode"][ways[offers.offers[row].way].mode].zh for row in rows]
        reason, remedy = f"{one.says}不在可做的事里", "见 sites.csv：为什么不用、给谁让位"
        if rows:
            reason, remedy = f"{one.says}有几种方式", f"在后面写上 :{' 或 :'.join(modes)}"
        faults.append(Fault(reason, "", "--decided", remedy))
    raise_all(faults)
    return found
