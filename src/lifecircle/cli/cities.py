"""Many cities below one folder, in processes: each all or nothing, one's faults not another's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lifecircle.cli.crew import Crew, Outcome, processors
from lifecircle.cli.ending import BAD_INPUT, BROKEN, DONE, keep_report
from lifecircle.cli.running import Asked, assess_city
from lifecircle.cli.showing import Board, table
from lifecircle.place.sources import FILE_NAME, read_sources
from lifecircle.publish.cities import CITIES, check_cities, city_columns, write_cities
from lifecircle.publish.folder import clear_partial
from lifecircle.publish.tables import Columns
from lifecircle.terms.errors import Fault, raise_all, stop
from lifecircle.terms.progress import Progress

MOST_FAULTS = 5
"""Of each city; `lifecircle check` tells them all."""


@dataclass(frozen=True)
class Order:
    """One city to be assessed: its folder, what was asked for, and where the results go."""

    name: str
    folder: Path
    asked: Asked
    out: Path


@dataclass(frozen=True)
class Ended:
    """What comes back from a city: plain values only."""

    manifest: dict[str, Any]
    columns: Columns
    packs: tuple[str, ...]
    communities: int
    simulated: bool


def assess_one(order: Order, progress: Progress) -> Ended:
    """Assess one city; runs in a process of its own."""
    ran = assess_city(read_sources(order.folder), order.asked, order.out, progress)
    return Ended(
        ran.manifest,
        city_columns(order.name, ran.city, ran.found),
        tuple(one.pack.id for one in ran.found),
        len(ran.city.communities),
        ran.city.simulated,
    )


def city_folders(parent: Path) -> dict[str, Path]:
    """Return every folder below ``parent`` with a lifecircle.toml, by its path from there.

    Raises InputError where there is none, or where one stands inside another.
    """
    if (parent / FILE_NAME).is_file():
        remedy = "不加 --cities，直接给这个文件夹"
        raise stop("这本身就是一个城市的文件夹", file=parent, place="--cities", remedy=remedy)
    # folders that are links are followed only right below
    files = {*parent.glob(f"*/{FILE_NAME}"), *parent.rglob(FILE_NAME)}
    found = {file.parent.relative_to(parent).as_posix(): file.parent for file in sorted(files)}
    found = {name: at for name, at in found.items() if not _hidden(name)}
    if not found:
        remedy = f"给出一个文件夹，里面每个城市一个放着 {FILE_NAME} 的文件夹"
        raise stop("里面没有城市", file=parent, place="--cities", remedy=remedy)
    raise_all(
        Fault(f"城市的文件夹在另一个城市 {outer} 里面", str(at), remedy="挪出来")
        for name, at in found.items()
        for outer in found
        if name.startswith(f"{outer}/")
    )
    return found


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def assess_cities(
    parent: Path, asked: Asked, out: Path, processes: int | None, *, as_json: bool
) -> int:
    """Assess every city below ``parent`` into ``out`` and return the exit code."""
    folders = city_folders(parent)
    check_cities(out / CITIES)
    orders = {name: Order(name, at, asked, out / name) for name, at in folders.items()}
    most = min(processes or processors(), len(orders))
    board = Board(len(orders), quiet=as_json)
    outcomes: dict[str, Outcome] = {}
    with Crew(assess_one, most) as crew:
        for name, outcome in crew.run(orders, board):
            outcomes[name] = outcome
            if outcome.result is None:
                clear_partial(orders[name].out)
            board.ended(name, "完成" if outcome.result else "没有评估")
    board.done()
    outcomes = {name: outcomes[name] for name in orders}
    faults = {name: _faults(name, outcome) for name, outcome in outcomes.items()}
    ended = {name: one.result for name, one in outcomes.items() if one.result}
    said = {name: str(found[0]) for name, found in faults.items() if found}
    write_cities(out / CITIES, [one.columns for one in ended.values()], said)
    if as_json:
        _write_json(ended, faults)
    else:
        _tell(ended, faults, out)
    broken = any(one.report for one in outcomes.values())
    return BROKEN if broken else BAD_INPUT if said else DONE


def _faults(name: str, outcome: Outcome) -> tuple[Fault, ...]:
    if not outcome.report:
        return outcome.faults
    log = keep_report(outcome.report, name.replace("/", "-"))
    return (Fault("程序自身出错", remedy=f"把 {log} 交给维护人员"),)


def _write_json(ended: Mapping[str, Ended], faults: Mapping[str, tuple[Fault, ...]]) -> None:
    by_city = {
        name: ended[name].manifest if name in ended else {"faults": [str(one) for one in found]}
        for name, found in faults.items()
    }
    click.echo(json.dumps(by_city, ensure_ascii=False, indent=2, sort_keys=True))


def _tell(ended: Mapping[str, Ended], faults: Mapping[str, tuple[Fault, ...]], out: Path) -> None:
    rows = [
        (name, str(one.communities), "、".join(one.packs), "模拟数据" if one.simulated else "")
        for name, one in ended.items()
    ]
    if rows:
        table("已评估的城市", ("城市", "社区", "政策包", "说明"), rows, texts=4)
    for name, found in faults.items():
        for fault in found[:MOST_FAULTS]:
            click.echo(f"错误：{name}：{fault}", err=True)
        if len(found) > MOST_FAULTS:
            click.echo(f"{name}另有{len(found) - MOST_FAULTS}处错误。", err=True)
    failed = sum(bool(found) for found in faults.values())
    click.echo(f"\n{len(ended)}个城市评估完成，{failed}个没有评估。结果在 {out}，对照见 {CITIES}。")
