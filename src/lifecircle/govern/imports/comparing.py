"""Holds what was read against what is on record: the difference, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.identity import IDENTITY, blanked, has_number, no_number
from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.reading import Entry, told_of
from lifecircle.govern.imports.targets import ReadRow, Target, targets
from lifecircle.govern.records.models import FRAME, Change, Version
from lifecircle.terms.errors import Fault

LONGEST_ID = 64
MOST_REMEMBERED = 20_000
NOT_HERE = Fault(_("没有这个社区，或者不在这次导入的区划内"), remedy=_("改正所属社区编号"))
NOT_SAID = Fault(_("没有写属于哪个社区"), remedy=_("写上所属社区编号"))
NOT_INSIDE = Fault(
    _("没有写属于哪个社区，坐标也不在这次导入的任何社区的边界里"),
    remedy=_("核对坐标，或写上所属社区编号"),
)
OF_THE_CITY = Fault(
    _("不在任何社区的边界里，算全市的"), remedy=_("核对坐标；属于社区的，写上所属社区编号")
)
NOT_MINE = Fault(_("这个编号不在您的授权范围内"), remedy=_("换一个编号，或找上级办理"))
TWICE = Fault(_("这个编号在表里出现了两次"), remedy=_("只留一行"))
BUSY = Fault(_("另一批导入正在写入这条档案"), remedy=_("等它结束后重新导入"))


class Places:
    """Finds the area of a row among those of a batch; what lies outside is as if it were not."""

    def __init__(self, batch: Batch) -> None:
        inside = Area.objects.standing().filter(path__startswith=batch.area.path)
        areas = list(inside.filter(level=Level.COMMUNITY))
        times = Counter(area.name for area in areas)
        self.by_word = {area.name: area for area in areas if times[area.name] == 1}
        self.by_word |= {area.code: area for area in areas if area.code}
        self.only = batch.area if batch.area.level == Level.COMMUNITY else None
        if batch.area.level == Level.CITY:
            # what lies in no community serves the city all the same, as where a folder is loaded
            self.by_word[""] = batch.area

    def of(self, row: ReadRow) -> Area | Fault:
        """Return the area of a row, or what is wrong with how it says that."""
        if not row.community:
            return self.only or NOT_SAID
        return self.by_word.get(row.community, NOT_HERE)

    def lying(self, row: ReadRow) -> Area | Fault:
        """Return the area whose outline a new row lies in that says none."""
        if row.lies is None:
            return NOT_SAID
        return self.by_word.get(row.lies, NOT_INSIDE)


class Comparison:
    """Compares the rows of one batch; the ids it has met are told a second time."""

    def __init__(self, batch: Batch, actor: Actor, entries: Sequence[Entry]) -> None:
        self.batch, self.actor, self.places = batch, actor, Places(batch)
        self.cleaner = _Cleaner()
        self.wholes: dict[tuple[str, str], Version | None] = {}
        self.first: dict[str, dict[str, Entry]] = defaultdict(dict)
        for entry in entries:
            if entry.read:
                self.first[entry.target.form].setdefault(entry.read.own_id, entry)

    def rows(self, entries: Iterable[Entry]) -> list[Row]:
        """Return the rows to be staged; of what is the same only those that a doubt is told of."""
        entries = list(entries)
        found: list[Row] = []
        for target in dict.fromkeys(entry.target.form for entry in entries):
            of_form = [entry for entry in entries if entry.target.form == target]
            now = open_versions(of_form[0].target, [one.read.own_id for one in of_form if one.read])
            found += [row for one in of_form if (row := self._row(one, now)) is not None]
        return found

    def _row(self, entry: Entry, open_now: dict[str, Version]) -> Row | None:
        read = entry.read
        row = Row(
            batch_id=self.batch.pk,
            form=entry.target.form,
            number=entry.number,
            told=list(entry.told),
        )
        if read is None:
            row.what = What.REJECTED
            return row
        row.own_id, row.name = read.own_id[:LONGEST_ID], read.name[:100]
        row.whole = " ".join(read.whole).strip()
        now = open_now.get(read.own_id)
        area = self._area(read, now)
        wrong = self._wrong(entry, read, area, now)
        if isinstance(area, Fault) or wrong:
            row.what = What.CONFLICT if wrong == [BUSY] else What.REJECTED
            row.told = [*entry.told, *(told_of(fault, error=True) for fault in wrong)]
            return row
        row.area_id = area.pk
        return self._compared(entry, row, read, area, now)

    def _area(self, read: ReadRow, now: Version | None) -> Area | Fault:
        """Return where a row lies: as it says, as its whole does, as it did, or by outlines."""
        area = self.places.of(read)
        if area is not NOT_SAID:
            return area
        form, own_id = read.whole
        whole_read = self.first[form].get(own_id) if form else None
        if now is None and whole_read and whole_read.read:
            return self._area(whole_read.read, self._whole(read))
        whole = now or self._whole(read)
        return self.places.lying(read) if whole is None else whole.record.area

    def _whole(self, read: ReadRow) -> Version | None:
        form, own_id = read.whole
        if not form:
            return None
        if read.whole not in self.wholes:
            self.wholes[read.whole] = open_versions(targets()[form], [own_id]).get(own_id)
        return self.wholes[read.whole]

    def _wrong(
        self, entry: Entry, read: ReadRow, area: Area | Fault, now: Version | None
    ) -> list[Fault]:
        """Return why a row may not be written at all; an area elsewhere is told as none."""
        if self.first[entry.target.form].get(read.own_id) is not entry:
            return [TWICE]
        if isinstance(area, Fault):
            return [area]
        right = entry.target.permission
        if not self.actor.may(right, area.path):
            return [NOT_HERE]
        return [] if now is None else self._closed(right, now)

    def _closed(self, right: str, now: Version) -> list[Fault]:
        """Return why what stands on record may not be changed."""
        there = now.record.area.path
        if not there.startswith(self.batch.area.path) or not self.actor.may(right, there):
            return [NOT_MINE]
        if now.since.state == Change.State.COMMITTING:
            return [BUSY]
        if self.batch.effective_on < now.since_on:
            return [
                Fault(
                    f"这条档案自{now.since_on}起已有更新的内容",
                    remedy=f"把“自何日起属实”写成{now.since_on}或以后",
                )
            ]
        return []

    def _compared(
        self, entry: Entry, row: Row, read: ReadRow, area: Area, now: Version | None
    ) -> Row | None:
        after: Any = entry.target.model.of_values(read.values())
        entry.target.settle(after, now)
        if "area" in entry.target.model.data_fields():
            after.area_id = area.pk
        wrong = self.cleaner.faults(after, read.own_id)
        if wrong:
            row.own_id, row.name = (blanked(text) for text in (row.own_id, row.name))
            row.what = What.REJECTED
            row.told = [*entry.told, *(told_of(fault, error=True) for fault in wrong)]
            return row
        data = after.data()
        if now is None:
            row.what, row.values = What.ADDED, data
            if area.level == Level.CITY:
                row.told = [*entry.told, told_of(OF_THE_CITY, error=False)]
            return row
        before = now.data()
        differs = {name: before[name] for name in data if before[name] != data[name]}
        row.record_id, row.seen = now.record_id, now.pk
        row.moved = now.record.area_id != area.pk
        if not differs and not row.moved and not now.removed:
            row.what = What.UNCHANGED
            return row if entry.told else None
        row.what, row.values, row.before = What.CHANGED, data, differs
        return row


def open_versions(target: Target, own_ids: Sequence[str]) -> dict[str, Version]:
    """Return the version of each id that no other has closed yet, also of a running batch."""
    found = target.model.versions.filter(
        record__kind=target.model.kind(), record__own_id__in=own_ids, until__isnull=True
    ).select_related("record__area", "since")
    return {version.record.own_id: version for version in found}


class _Cleaner:
    """Finds what the columns of the database would refuse; a register repeats its words."""

    def __init__(self) -> None:
        self.passed: set[tuple[str, Any]] = set()

    def faults(self, after: Version, own_id: str) -> list[Fault]:
        """Return what is wrong with the values of a version or with its id."""
        if not own_id or len(own_id) > LONGEST_ID:
            return [Fault("编号过长", remedy=f"编号不超过{LONGEST_ID}个字")]
        if has_number(own_id):
            return [Fault("编号是身份证号，本平台不收集", remedy="另编一个编号", code=IDENTITY)]
        found: list[Fault] = []
        said = after.__dict__
        for field, name, blank in _checked(type(after)):
            value = said[name]
            if blank and not value:
                continue
            known = (name, tuple(value) if isinstance(value, list) else value)
            if known not in self.passed:
                found += _refused(field, value, after)
                if not found and len(self.passed) < MOST_REMEMBERED:
                    self.passed.add(known)
        return found


@cache
def _checked(model: type[Version]) -> list[tuple[Any, str, bool]]:
    own = (one for one in model._meta.fields if one.name not in FRAME and one.name != "area")
    return [(one, one.attname, one.blank) for one in own]


def _refused(field: Any, value: Any, after: Version) -> list[Fault]:
    if isinstance(value, str) and "\x00" in value:
        return [Fault(f"“{field.verbose_name}”里有 NUL 字符", remedy="重新导出")]
    try:
        field.clean(value, after)
        if field.name in after.free_text():
            no_number(value)
    except ValidationError as error:
        return [
            Fault(
                f"“{field.verbose_name}”：{one.messages[0].rstrip('。')}",
                remedy="改正后重新导入",
                code=IDENTITY if one.code == IDENTITY else "",
            )
            for one in error.error_list
        ]
    return []
