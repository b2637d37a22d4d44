"""What an office decides beside its forms: shares, what is fixed, what is out of the question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lifecircle.place.planning import YearBudget
from lifecircle.place.tables import City
from lifecircle.plan.offers import Offers
from lifecircle.plan.ways import Way
from lifecircle.policy.models import Pack
from lifecircle.terms.codes import code_of, code_sets
from lifecircle.terms.errors import Fault, raise_all, stop
from lifecircle.terms.taxonomy import categories as taxonomy
from lifecircle.terms.taxonomy import category_of

PER_CENT = 100.0
_DECIDED = re.compile(r"(?P<space>[^=]+)=(?P<kind>[^@]+)@(?P<year>\d{4})(?:[:：](?P<mode>.+))?")


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


def share_of(text: str, place: str = "--least-share") -> tuple[str, float]:
    """Read ``30%``, ``0.3`` or ``class=30%``; raises InputError."""
    name, _, share = text.rpartition("=")
    try:
        percent = share.strip().endswith(("%", "％"))
        value = float(share.strip().rstrip("%％"))
    except ValueError:
        raise stop(f"读不懂 {text}", place=place, remedy="写 30% 或 类=30%") from None
    return name.strip(), value / PER_CENT if percent else value


def decided_of(text: str, place: str = "--decided") -> Decided:
    """Read ``K001=社区助餐点@2027:改建``, the mode where there are several; raises InputError."""
    form = "写 K001=社区助餐点@2027，几种方式的后面加 :改建"
    found = _DECIDED.fullmatch(text.strip())
    category = category_of(found["kind"]) if found else None
    mode = code_of("build_mode", found["mode"]) if found and found["mode"] else ""
    if found is None or category is None or mode is None:
        raise stop(f"读不懂 {text}", place=place, remedy=form)
    return Decided(found["space"].strip(), category, int(found["year"]), mode)


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
