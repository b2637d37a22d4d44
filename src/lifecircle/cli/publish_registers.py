"""`lifecircle publish registers`: findings, gaps, sites and actions in Excel."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from lifecircle.cli.of_city import of_city
from lifecircle.cli.publishing import judged
from lifecircle.cli.showing import Stages
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.registers.actions import read_plan
from lifecircle.publish.registers.writing import REGISTER, REGISTERS, write_registers
from lifecircle.terms.errors import stop

_PATH = click.Path(path_type=Path)


@click.command("registers")
@of_city
@click.option(
    "--plan", "plan_folder", type=_PATH, help="lifecircle plan 的结果文件夹，加一张“行动”。"
)
@click.option("--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON）。")
def registers_command(
    folder: Path,
    out: Path,
    packs: tuple[str, ...],
    as_of: datetime | None,
    plan_folder: Path | None,
    *,
    as_json: bool,
) -> None:
    """评估 FOLDER 里的城市，写出台账（Excel）：结论、短板、空间，有方案时加行动。

    \b
    lifecircle publish registers 示例市 --out 台账 --plan 规划结果
    """
    check_replaceable(out, REGISTERS)
    plan = read_plan(plan_folder) if plan_folder else None
    progress = Stages(quiet=as_json)
    found = judged(folder, packs, as_of.date() if as_of else None, progress)
    known = [one.pack.id for one in found.found]
    if plan is not None and plan.pack not in known:
        reason = f"方案是政策包 {plan.pack} 的，这次评估的是{'、'.join(known)}"
        raise stop(reason, file=plan_folder, remedy=f"加 --pack {plan.pack}")
    if plan is not None and plan_folder is not None:
        plan.check_of(found.ground.city, plan_folder)
    manifest = write_registers(out, found.ground, found.found, plan, progress)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    if found.ground.city.simulated:
        click.echo("全部是模拟数据。")
    click.echo(f"{REGISTER} 在 {out}")
