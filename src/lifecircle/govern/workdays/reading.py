"""Reads a year's holidays as an office writes them down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from lifecircle.place.formats.sheets import read_sheets
from lifecircle.terms.errors import Fault, raise_all, stop

YES, NO = frozenset({"是", "上班", "1", "yes"}), frozenset({"否", "放假", "休息", "0", "no"})


def read_year(path: Path) -> tuple[int, Mapping[date, tuple[bool, str]]]:
    """Return the year of a table and its days: whether worked, and why.

    Columns are day, worked, name; a first row without a date is its header. Raises InputError.
    """
    rows = read_sheets(path)[0].rows
    faults: list[Fault] = []
    days: dict[date, tuple[bool, str]] = {}
    for number, row in enumerate(rows, start=1):
        cells = [*(str(cell).strip() for cell in row), "", "", ""][:3]
        if not any(cells):
            continue
        try:
            day = date.fromisoformat(cells[0][:10].replace("/", "-"))
        except ValueError:
            if number > 1:
                reason = f"“{cells[0]}”不是日期"
                faults.append(Fault(reason, str(path), f"第{number}行", "写成 2027-01-01"))
            continue
        if cells[1].lower() not in YES | NO:
            reason = f"“{cells[1]}”看不出上不上班"
            faults.append(Fault(reason, str(path), f"第{number}行", "写 是 或 否"))
        days[day] = (cells[1].lower() in YES, cells[2])
    raise_all(faults)
    years = {day.year for day in days}
    if len(years) != 1:
        raise stop("要正好是一年的日期", file=path, remedy="一年一个文件")
    return years.pop(), days
