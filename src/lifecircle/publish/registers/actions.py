"""The actions of a plan as a sheet, read from the folder that `lifecircle plan` wrote."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lifecircle.place.tables import City
from lifecircle.publish.planning.writing import ACTIONS, MANIFEST
from lifecircle.publish.registers.sheets import Amount, Column, Kind, Sheet
from lifecircle.terms.errors import stop

_SHOWN: dict[str, tuple[str, str, Kind]] = {
    "plan": ("方案", "第几个方案，1是推荐的", "whole"),
    "action": ("行动", "行动的编号", "text"),
    "space": ("空间编号", "用哪处空间", "text"),
    "space_name": ("空间", "空间的名称", "text"),
    "community": ("社区编号", "在哪个社区", "text"),
    "community_name": ("社区", "社区的名称", "text"),
    "category_zh": ("设施", "建什么设施", "text"),
    "siting_zh": ("布局", "综合体，或插花式", "text"),
    "mode_zh": ("方式", "新建、改建、购置、租赁等", "text"),
    "mode_assumed": ("方式推定", "方式是软件推定的，办公室没有写", "text"),
    "floor_m2": ("建筑面积", "平方米", "figure"),
    "capacity_people": ("容量", "能服务多少人", "whole"),
    "yuan": ("花费", "这个设施的花费，元", "whole"),
    "site_yuan": ("场地花费", "整处空间的花费，元；同一处每行都写，只算一次", "whole"),
    "start_year": ("开工年份", "哪一年开始", "text"),
    "ready_on": ("建成日期", "预计具备运营条件的日期", "date"),
    "operating_mode_zh": ("运营方式", "建成后由谁、怎样运营", "text"),
    "people": ("新服务的人", "人次：一人得到几种服务计几次", "whole"),
    "rules_met": ("新达标", "因它变为达标的结论条数", "whole"),
    "lost_people": (
        "去掉少服务的人",
        "去掉这一项重新求解，最优先的一类少服务多少人",
        "whole",
    ),
    "lost_class": ("少服务的优先类", "是第几个优先类", "whole"),
    "lost_yuan": ("去掉多花的钱", "元，负数是少花", "whole"),
    "lost_status": ("重算", "去掉重算到了什么程度", "text"),
    "caveats": ("注意", "做之前要弄清的事", "long"),
    "source": ("标准出处", "面积和容量按什么标准", "text"),
    "category": ("类别代码", "设施类别的代码", "text"),
    "mode": ("方式代码", "方式的代码", "text"),
    "simulated": ("数据性质", "模拟数据会写明", "text"),
    "pack": ("政策包", "方案按哪个政策包排出", "text"),
}
"""Of each column of the table of actions: header, meaning, and how its cells are written."""


@dataclass(frozen=True)
class Plan:
    """The actions of a plan, the pack it is of, the hash of its run, and the spaces it uses."""

    pack: str
    run_sha256: str
    sheet: Sheet
    spaces: frozenset[str] = frozenset()

    def check_of(self, city: City, folder: Path) -> None:
        """Raise InputError where the plan uses a space that the city does not have."""
        foreign = sorted(self.spaces - {space.id for space in city.spaces})
        if foreign:
            reason = f"空间 {foreign[0]} 不在这个城市里"
            raise stop(reason, file=folder, remedy="用同一个城市文件夹重新规划")


def read_plan(folder: Path) -> Plan:
    """Read the actions of a plan; raises InputError where the folder holds none."""
    remedy = "给出 lifecircle plan --out 的文件夹"
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        pack, run = str(manifest["run"]["pack"]["id"]), str(manifest["run_sha256"])
        with (folder / ACTIONS).open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file))
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise stop(f"这里没有方案（读不到 {ACTIONS}）", file=folder, remedy=remedy) from error
    if "lifecircle_plan" not in manifest or not table:
        raise stop("这里不是方案的结果", file=folder, remedy=remedy)
    header, *rows = table
    if any(len(row) != len(header) for row in rows):
        raise stop("有的行列数不对", file=folder / ACTIONS, remedy="重新运行 lifecircle plan")
    place = {name: at for at, name in enumerate(header)}
    shown = [name for name in _SHOWN if name in place]
    shown += [name for name in header if name not in _SHOWN]
    columns = [_column(name, [row[place[name]] for row in rows]) for name in shown]
    says = "lifecircle plan 排出的行动，每个设施一行；几个方案都列，看“方案”一列。"
    at = place.get("space")
    spaces = frozenset(row[at] for row in rows if row[at]) if at is not None else frozenset()
    return Plan(pack, run, Sheet("行动", says, tuple(columns)), spaces)


def _column(name: str, cells: Sequence[str]) -> Column:
    zh, says, kind = _SHOWN.get(name, (name, "方案表里的列", "text"))
    return Column(zh, says, kind, [_value(kind, cell) for cell in cells])


def _value(kind: Kind, cell: str) -> Any:
    """Return a cell as its kind; what does not read so stays text."""
    if kind == "figure":
        return Amount(cell, "")
    try:
        if kind == "whole" and cell:
            return int(cell)
        if kind == "date" and cell:
            return date.fromisoformat(cell)
    except ValueError:
        return cell
    return cell
