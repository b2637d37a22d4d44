"""Where records lay on a day: in communities that may since have been merged, split or renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from lifecircle.govern.areas.choices import Level
from lifecircle.govern.inventory.standing import Standing
from lifecircle.terms.errors import Fault


class Home(NamedTuple):
    """The community of a record on a day.

    ``cell`` is its id, empty where only the place can tell, None of what lies in no community;
    ``moved`` says whether it is another, or called otherwise, than when the files were loaded.
    """

    cell: str | None = None
    moved: bool = False


NOWHERE = Home()


class Homes:
    """Tells the community of records on a day, and which a split left without one."""

    def __init__(self, standing: Standing) -> None:
        """Take the areas of the day."""
        self._standing = standing
        self._known: dict[tuple[int, int], Home] = {}
        self._left: Counter[int] = Counter()

    def of(self, version: Any) -> Home:
        """Return where a record lay."""
        written, lies = version.area_id, version.record.area_id
        if (written, lies) not in self._known:
            self._known[written, lies] = self._home(written, lies)
        found = self._known[written, lies]
        if found.cell == "":
            self._left[written] += 1
        return found

    def _home(self, written: int, lies: int) -> Home:
        standing = self._standing
        if standing.areas[written].level != Level.COMMUNITY:
            return NOWHERE
        home = standing.home(written, lies)
        if home is None:
            return Home("", moved=True)
        if not standing.state(home):
            return NOWHERE
        called = standing.called(home), standing.name(home)
        return Home(called[0], home != written or standing.loaded.get(home) != called)

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each community whose records nothing assigns to one of its parts."""
        for area, number in self._left.items():
            if not self._is_drawn(area):
                reason = (
                    f"社区 {self._standing.areas[area].name} 拆分了，还有{number}条档案没有归到"
                    "新社区，新社区又没有边界，分不清在哪一个"
                )
                yield Fault(reason, remedy="在区划页把它们归到新社区，或画上新边界", code="split")

    def notices(self) -> Iterator[str]:
        """Yield a sentence for each split whose records are told apart by the new outlines."""
        for area, number in self._left.items():
            name = self._standing.areas[area].name
            yield f"社区 {name} 拆分以后有{number}条档案没有归到新社区，按坐标在哪个新边界里算。"

    def _is_drawn(self, area: int) -> bool:
        """Say whether all that an area was split into has outlines of its own."""
        standing = self._standing
        if standing.areas[area].began_on > standing.day:
            return True
        parts = [row.target_id for row in standing.out_of.get(area, ())]
        return all(
            standing.outline(one) is not None if standing.stands(one) else self._is_drawn(one)
            for one in parts
        )
