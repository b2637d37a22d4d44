"""`lifecircle demo`: the example city as files."""

from __future__ import annotations

from pathlib import Path

import click

from lifecircle.demo.files import PLANTED, write_example


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到哪个文件夹。")
@click.option(
    "--communities",
    type=click.IntRange(1, 4000),
    default=12,
    show_default=True,
    help="多少个社区。不到24个时每4个一个镇街，从24个起每6个一个镇街、每5个镇街一个区县。",
)
@click.option(
    "--seed", type=int, default=2020, show_default=True, help="随机种子；相同则城市相同。"
)
@click.option(
    "--overwrite", is_flag=True, help="替换同一文件夹里以前写出的示例城市（包括改过的）。"
)
def demo_command(out: Path, communities: int, seed: int, *, overwrite: bool) -> None:
    """写出一座示例城市：路网、社区、小区和大门、设施、各区县填报的资料表、lifecircle.toml。

    全部是模拟数据。planted.csv 按政策包列出有意留下的缺口，评估结果里的未达标应与它完全一致；
    planted_doubts.csv 列出有意留下的疑点，lifecircle check 应正好找到这些。
    """
    gaps = write_example(out, communities, seed, overwrite=overwrite)
    click.echo(f"示例市（模拟数据）在 {out}：{communities}个社区，{gaps}处缺口见 {PLANTED}。")
    click.echo(f"下一步：lifecircle assess {out} --out 结果")
