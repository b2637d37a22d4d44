"""What an office asks of a plan: budget, shares, what is decided, limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from lifecircle.govern.plans.wording import decided_text
from lifecircle.place.planning import YearBudget
from lifecircle.plan.model.solving import Limits
from lifecircle.plan.planning import Effort
from lifecircle.plan.wishes import Decided, Wishes, decided_of, share_of
from lifecircle.terms.errors import Fault, InputError, raise_all, stop
from lifecircle.terms.figures import decimal_text

WAN = 10_000
MOST_YUAN = 10**12
SOURCE = "平台上填的预算"
_YEAR = re.compile(r"(?P<year>20\d\d)\s*年?\s*[=＝:：]\s*(?P<wan>\d+(?:\.\d{1,4})?)\s*(?:万元?)?")

Read = TypeVar("Read")


@dataclass(frozen=True)
class Asked:
    """What is asked for beside the office's forms.

    ``budget`` is (year, yuan), none where the form 预算 holds. Limits are in seconds, ``gap`` is a
    share of the optimum.
    """

    budget: tuple[tuple[int, int], ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    plans: int = 3
    seconds: float = 60.0
    explain_seconds: float = 60.0
    gap: float = 0.0

    def effort(self, stopped: Callable[[], bool]) -> Effort:
        """Return how long to look; ``stopped`` says that a person wants the end."""
        solving = Limits(seconds=self.seconds, gap=self.gap, stopped=stopped)
        explaining = Limits(seconds=self.explain_seconds, gap=self.gap, stopped=stopped)
        return Effort(solving, explaining, self.plans)

    def years(self) -> tuple[YearBudget, ...]:
        """Return the budget as the form 预算 would tell it."""
        return tuple(YearBudget(year, yuan, SOURCE) for year, yuan in self.budget)

    def wishes_plain(self) -> dict[str, Any]:
        """Return budget and wishes as JSON keeps them."""
        return {
            "budget": [list(row) for row in self.budget],
            "least_share": dict(sorted(self.wishes.least_share.items())),
            "decided": [asdict(one) for one in self.wishes.decided],
            "set_aside": list(self.wishes.set_aside),
            "barred": list(self.wishes.barred),
        }

    def effort_plain(self) -> dict[str, Any]:
        """Return the limits as JSON keeps them."""
        return {
            "plans": self.plans, "seconds": self.seconds, "gap": self.gap,
            "explain_seconds": self.explain_seconds,
        }  # fmt: skip

    @classmethod
    def of_plain(cls, wishes: Mapping[str, Any], effort: Mapping[str, Any]) -> Asked:
        """Return what `wishes_plain` and `effort_plain` told."""
        return cls(
            tuple((int(year), int(yuan)) for year, yuan in wishes.get("budget", ())),
            Wishes(
                wishes.get("least_share", {}),
                tuple(wishes.get("set_aside", ())),
                tuple(Decided(**one) for one in wishes.get("decided", ())),
                tuple(wishes.get("barred", ())),
            ),
            **effort,
        )

    def texts(self) -> dict[str, Any]:
        """Return it as a person writes it, one a line."""
        shares = [
            f"{name}={share:.10g}" if name else f"{share:.10g}"
            for name, share in sorted(self.wishes.least_share.items())
        ]
        return {
            "budget": "\n".join(f"{year}={decimal_text(y / WAN, 4)}" for year, y in self.budget),
            "shares": "\n".join(shares),
            "decided": "\n".join(map(decided_text, self.wishes.decided)),
            "set_aside": list(self.wishes.set_aside),
            "not_use": "\n".join(self.wishes.barred),
            **self.effort_plain(),
        }


def budget_of(text: str) -> tuple[tuple[int, int], ...]:
    """Read ``2026=500`` (万元), one a line; raises InputError with every bad line."""
    rows = dict(_each(text, _year, _("写 2026=500，单位是万元，一年一行")))
    return tuple(sorted(rows.items()))


def _year(line: str) -> tuple[int, int]:
    found = _YEAR.fullmatch(line)
    yuan = round(float(found["wan"]) * WAN) if found else -1
    if found is None or not 0 <= yuan <= MOST_YUAN:
        raise stop(line)
    return int(found["year"]), yuan


def shares_of(text: str) -> dict[str, float]:
    """Read ``30%`` or ``class=30%``, one a line; raises InputError with every bad line."""
    return dict(_each(text, share_of, _("写 30% 或 类=30%")))


def all_decided(text: str) -> tuple[Decided, ...]:
    """Read ``K001=社区助餐点@2027:改建``, one a line; raises InputError with every bad line."""
    return tuple(_each(text, decided_of, _("照上面的例子写")))


def words_of(text: str) -> tuple[str, ...]:
    """Read numbers of spaces, one a line."""
    return tuple(dict.fromkeys(_lines(text)))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _each(text: str, read: Callable[[str], Read], remedy: str) -> list[Read]:
    found: list[Read] = []
    faults: list[Fault] = []
    for line in _lines(text):
        try:
            found.append(read(line))
        except InputError:
            faults.append(Fault(_("读不懂 %(line)s") % {"line": line[:40]}, remedy=remedy))
    raise_all(faults)
    return found
