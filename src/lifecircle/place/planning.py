"""What an office plans with: spaces, permits, stated needs, standards, prices, money by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lifecircle.terms.errors import Spot

NOWHERE = Spot()


@dataclass(frozen=True)
class Space:
    """A site: rooms or land that could hold a facility; ``community`` is a row, -1 unknown.

    ``amounts`` holds floor_m2, usable_m2, site_m2: on land floor_m2 is what may be built there.
    ``modes`` are codes of build_mode that the office thinks of, none where it did not say;
    ``condition`` a code of space_condition and ``safety`` one of safety_check, empty where nobody
    wrote it. ``facility`` is the id of the facility whose rooms it extends. What it costs, in whole
    yuan and None where unknown: ``purchase_yuan`` to buy it, ``rent_yuan_per_year``, and
    ``works_yuan`` for all works instead of the price per square metre.
    """

    id: str
    name: str
    community: int
    x_m: float | None
    y_m: float | None
    kind: str
    ownership: str
    amounts: Mapping[str, float]
    available_on: date | None
    remark: str
    owner: str = ""
    terms: str = ""
    planning_use: str = ""
    condition: str = ""
    safety: str = ""
    facility: str = ""
    modes: tuple[str, ...] = ()
    purchase_yuan: int | None = None
    rent_yuan_per_year: int | None = None
    works_yuan: int | None = None
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Permit:
    """What a planning permit promised in an estate, and what became of it.

    ``estate`` is its name; ``community`` a row, -1 unknown. ``category`` is a facility category;
    areas are square metres of gross floor, None where nobody wrote them. ``actual`` is a code of
    permit_state, empty where nobody checked; ``space`` the id of the space that stands for it, if
    the office listed one.
    """

    id: str
    estate: str
    community: int
    category: str
    permitted_m2: float | None
    actual_m2: float | None
    actual: str
    owner: str
    space: str
    remark: str
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class StatedNeed:
    """What residents asked for: how many persons asked for a function in a community (a row)."""

    community: int
    function: str
    people: int
    channel: str
    collected_on: date | None
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class BuildStandard:
    """What one facility of a category takes: floor, people it serves, money, months.

    ``floor_m2`` is gross floor area, None where the policy's planning size says it;
    ``capacity_people`` None where it serves all who reach it; ``fit_out_yuan_per_m2`` equips it,
    beside what the mode costs. ``operating_mode`` is a code, empty where nobody chose.
    """

    category: str
    floor_m2: float | None
    capacity_people: int | None
    fit_out_yuan_per_m2: int
    months: int | None
    operating_mode: str
    source: str
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class ModePrice:
    """What works cost by mode, per square metre of gross floor, and how long they take."""

    mode: str
    yuan_per_m2: int
    months: int | None
    source: str
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class YearBudget:
    """Money of one year, in whole yuan; what is not spent lapses."""

    year: int
    yuan: int
    source: str
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Planning:
    """What the office's forms say for planning; each sorted by its key, empty where not filled in.

    Amounts that the office wrote wrong are faults when the forms are read: nothing here is
    negative, no category, mode or function is unknown.
    """

    permits: tuple[Permit, ...] = ()
    needs: tuple[StatedNeed, ...] = ()
    standards: tuple[BuildStandard, ...] = ()
    prices: tuple[ModePrice, ...] = ()
    budget: tuple[YearBudget, ...] = ()


NO_PLANNING = Planning()
