"""Grants to many people at once, out of rows that somebody pasted or brought as a table.

A row says the user name, the role, the area, and the days from and to. It is read, shown with what
would come of it, and given only when all rows are right; each is held against the same rules as a
single grant.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.accounts.services import GRANT, check, give
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.refused import Refused
from lifecircle.place.formats.sheets import read_sheets
from lifecircle.place.forms.cells import text_of

MOST_ROWS = 500
MOST_BYTES = 5 * 2**20
COLUMNS = 5
HEADING = "用户名"
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True)
class Wanted:
    """A row that can be given; ``held`` says that it is held already."""

    number: int
    user: User
    role: Role
    area: Area
    from_on: date
    to_on: date | None
    held: bool = False


@dataclass(frozen=True)
class Plan:
    """What came of the rows: those that can be given, and a sentence for each fault."""

    wanted: Sequence[Wanted]
    faults: Sequence[tuple[int, Refused]]

    @property
    def new(self) -> list[Wanted]:
        """Return the rows that give something."""
        return [one for one in self.wanted if not one.held]


def text_of_table(file: UploadedFile[bytes]) -> str:
    """Return the first sheet of a workbook or a CSV file as lines parted by tabs.

    Raises InputError for what is no table.
    """
    if (file.size or 0) > MOST_BYTES:
        raise Refused(_("文件太大"), remedy=_("只留要授权的行"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(file.name or '').suffix.lower()}"
        path.write_bytes(file.read())
        sheets = read_sheets(path)
    rows = sheets[0].rows if sheets else []
    return "\n".join("\t".join(_said(cell) for cell in row[:COLUMNS]) for row in rows)


def planned(actor: Actor, text: str) -> Plan:
    """Return what rows would give; asks the database the same few things however many they are."""
    rows = list(_rows(text))
    if len(rows) > MOST_ROWS:
        late = Refused(_("一次最多%(most)s行") % {"most": MOST_ROWS}, remedy=_("分几次办理"))
        return Plan((), [(rows[MOST_ROWS][0], late)])
    known = _Known(actor, [cells for _number, cells in rows])
    wanted: list[Wanted] = []
    faults: list[tuple[int, Refused]] = []
    first: dict[tuple[int, int, int], int] = {}
    for number, cells in rows:
        try:
            one = known.wanted(number, cells)
        except Refused as refusal:
            faults.append((number, refusal))
            continue
        same = first.setdefault((one.user.pk, one.role.pk, one.area.pk), number)
        if same == number:
            wanted.append(one)
        else:
            twice = Refused(_("和第%(row)s行重复") % {"row": same}, remedy=_("只留一行"))
            faults.append((number, twice))
    return Plan(wanted, faults)


@transaction.atomic
def give_all(actor: Actor, plan: Plan, reason: str) -> list[Grant]:
    """Give all rows of a plan or none, each group of equal ones with one entry in the audit."""
    given: list[Grant] = []
    for key, group in groupby(sorted(plan.new, key=_terms), key=_terms):
        rows = list(group)
        one = rows[0]
        assert key == _terms(one)
        given += give(
            actor, [row.user for row in rows], one.role, one.area,
            from_on=one.from_on, to_on=one.to_on, reason=reason,
        )  # fmt: skip
    return given


def _terms(one: Wanted) -> tuple[int, int, date, date]:
    return one.role.pk, one.area.pk, one.from_on, one.to_on or date.max


class _Known:
    """What the rows may name, found in one go."""

    def __init__(self, actor: Actor, rows: Sequence[list[str]]) -> None:
        self.actor, self.today = actor, timezone.localdate()
        names = {_name(cells[0]) for cells in rows}
        users = User.objects.visible_to(actor).filter(username__in=names)
        self.users = {user.username: user for user in users}
        self.roles = {
            word: role for role in Role.known() for word in (role.code, role.name, role.called)
        }
        words = {cells[2] for cells in rows if cells[2]}
        areas = Area.objects.visible_to(actor, GRANT).filter(Q(code__in=words) | Q(name__in=words))
        self.areas: dict[str, list[Area]] = {}
        for area in areas.standing():
            for word in {area.code, area.name} & words:
                self.areas.setdefault(word, []).append(area)
        open_ = Grant.objects.open(self.today).filter(user__in=self.users.values())
        self.held = {
            (one.user_id, one.role_id, one.area_id, one.to_on): one.from_on for one in open_
        }

    def wanted(self, number: int, cells: list[str]) -> Wanted:
        """Return what a row says. Raises Refused for one that cannot be given."""
        name, role_word, area_word, from_word, to_word = cells
        user = self.users.get(_name(name))
        if user is None:
            raise Refused(
                _("没有“%(name)s”这个账号，或者不在您的授权范围内") % {"name": name},
                remedy=_("核对用户名，没有账号的先新建"),
            )
        role = self.roles.get(role_word)
        if role is None:
            raise Refused(
                _("没有“%(role)s”这个角色") % {"role": role_word},
                remedy=_("照“角色和权限”一页的名称写"),
            )
        area = self._area(area_word)
        from_on, to_on = _day(from_word) or self.today, _day(to_word)
        check(self.actor, [user], role, area, from_on=from_on, to_on=to_on)
        since = self.held.get((user.pk, role.pk, area.pk, to_on))
        held = since is not None and since <= from_on
        return Wanted(number, user, role, area, from_on, to_on, held)

    def _area(self, word: str) -> Area:
        meant = self.areas.get(word, [])
        if not meant:
            raise Refused(_("您的区划里没有“%(word)s”") % {"word": word}, remedy=_("核对区划代码"))
        if len(meant) > 1:
            raise Refused(_("有几个区划都叫“%(word)s”") % {"word": word}, remedy=_("改写区划代码"))
        return meant[0]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their numbers, without a heading and without empty ones."""
    for number, cells in enumerate(_cells(text.splitlines()), start=1):
        said = [cell.strip() for cell in cells]
        if any(said) and said[0] != HEADING:
            yield number, (said + [""] * COLUMNS)[:COLUMNS]


def _cells(lines: Iterable[str]) -> Iterator[list[str]]:
    for line in lines:
        if "\t" in line:
            yield line.split("\t")
        else:
            yield next(csv.reader(io.StringIO(line.replace("，", ","))), [])


def _said(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return text_of(cell).replace("\t", " ")


def _name(said: str) -> str:
    return said.strip().lower()


def _day(said: str) -> date | None:
    """Return a day; nothing is none. Raises Refused for what is no day."""
    if not said:
        return None
    found = _DAY.fullmatch(said)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise Refused(_("“%(said)s”不是日期") % {"said": said}, remedy=_("写成 2027-01-31"))
