"""A round at a glance: how far each township and community is, and who is late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.surveys.lateness import Lateness
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.on_file import above

DONE = frozenset({Return.State.REVIEWED, Return.State.CLOSED})


@dataclass
class Line:
    """A community, or a township with all of its communities."""

    pk: int
    name: str
    asked: int = 0
    answered: int = 0
    communities: int = 0
    handed_in: int = 0
    reviewed: int = 0
    late: int = 0
    late_days: int = 0

    @property
    def percent(self) -> int:
        """Return how much of what was asked is answered, in whole percent, rounded down."""
        return 100 * self.answered // self.asked if self.asked else 100


@dataclass
class Overview:
    """The townships of a round and its communities, as far as one may see them."""

    townships: list[Line] = field(default_factory=list)
    backs: list[tuple[Return, Line]] = field(default_factory=list)
    total: Line = field(default_factory=lambda: Line(0, ""))
    calendar: bool = True

    @classmethod
    def of(cls, round_: Round, actor: Actor, today: date) -> Overview:
        """Count a round as it stands on a day."""
        seen = cls()
        late = Lateness.of(round_.due_on, today)
        late_review = Lateness.of(round_.review_due_on, today)
        seen.calendar = late.known and late_review.known
        by_path: dict[str, Line] = {}
        fields = ("area__id", "area__name", "area__path", "state", "asked", "answered")
        rows = Return.objects.visible_to(actor).filter(round=round_).select_related("area")
        rows = rows.only("id", "handed_in_at", "reviewed_at", *fields)
        for back in rows.order_by("area__path"):
            line = _line(back, late, late_review, today)
            seen.backs.append((back, line))
            path = above(back.area.path)
            for sum_ in (by_path.setdefault(path, Line(_id(path), "")), seen.total):
                _add(sum_, line)
        names = Area.objects.in_bulk([line.pk for line in by_path.values()])
        for line in by_path.values():
            line.name = names[line.pk].name if line.pk in names else ""
        seen.townships = list(by_path.values())
        return seen

    def filtered(self, township: str, state: str, *, late: bool) -> list[tuple[Return, Line]]:
        """Return the communities that are asked for."""
        return [
            (back, line)
            for back, line in self.backs
            if (not township or str(_id(above(back.area.path))) == township)
            and (not state or back.state == state)
            and (not late or line.late)
        ]


def _line(back: Return, late: Lateness, late_review: Lateness, today: date) -> Line:
    """Count one community; it is late until it was handed in, then until it was reviewed."""
    days = late.days(_day(back.handed_in_at) or today)
    if back.state == Return.State.HANDED_IN:
        days = late_review.days(today)
    if back.state == Return.State.SENT_BACK:
        days = late.days(today)
    done = back.state in DONE
    return Line(
        back.area_id, back.area.name, back.asked, back.answered, 1,
        int(done or back.state == Return.State.HANDED_IN), int(done),
        int(days > 0), days,
    )  # fmt: skip


def _add(sum_: Line, line: Line) -> None:
    for name in ("asked", "answered", "communities", "handed_in", "reviewed", "late"):
        setattr(sum_, name, getattr(sum_, name) + getattr(line, name))


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def _id(path: str) -> int:
    return int(path.rstrip(".").rsplit(".", 1)[-1] or 0) if path else 0
