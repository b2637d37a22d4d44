"""`lifecircle assess`: files in, findings out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lifecircle.assess.profiles import WALKERS
from lifecircle.cli.cities import assess_cities
from lifecircle.cli.running import Asked, assess_city
from lifecircle.cli.showing import Stages
from lifecircle.cli.summing import summary
from lifecircle.place.areas.succession import trees_on
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    PeopleSource,
    read_sources,
)
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.results import PAGE, RESULTS

_FILE = click.Path(path_type=Path)


@click.command("assess")
@click.argument("folder", type=_FILE, required=False)
@click.option(
    "--pack",
    "packs",
    multiple=True,
    help="政策包的名称，或文件夹（写成 ./名称）；可以给多个，各判各的。",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(list(WALKERS)),
    help="并列计算的步行者（older 老年人、child 儿童、wheelchair 轮椅）：只作参考，不作判定。",
)
@click.option("--network", type=_FILE, help="路网：OpenStreetMap 的 .osm.pbf，或道路线图层。")
@click.option("--communities", type=_FILE, help="社区边界：GeoJSON 或 GeoPackage 的面。")
@click.option("--id-column", default="", help="社区编号在哪一列（默认找 id、code、编号、代码）。")
@click.option("--name-column", default="", help="社区名称在哪一列（默认找 name、名称）。")
@click.option(
    "--facilities",
    type=_FILE,
    multiple=True,
    help="设施：.osm.pbf，或带 category 列的 GeoJSON、GeoPackage、Excel、CSV；可以给多个。"
    "按不完整名录对待，要声明普查请写 lifecircle.toml。",
)
@click.option(
    "--population",
    type=_FILE,
    help="人口：带 residents 列的点或小区面。不给时按路网文件里的住宅推算分布。",
)
@click.option("--gates", type=_FILE, help="小区大门：带 estate 列的点。")
@click.option("--title", default="", help="城市名，写在结果上。")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="评估日期（默认今天），决定是否逾期。"
)
@click.option(
    "--cities",
    type=_FILE,
    help="一次评估多个城市：这个文件夹下每个放着 lifecircle.toml 的文件夹是一个城市。",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    help="--cities 同时评估几个城市（默认每个处理器一个）。",
)
@click.option("--out", type=_FILE, required=True, help="结果文件夹；已有的旧结果会整体替换。")
@click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON），不显示进度和表格。"
)
def assess_command(
    folder: Path | None,
    packs: tuple[str, ...],
    profiles: tuple[str, ...],
    as_of: datetime | None,
    cities: Path | None,
    processes: int | None,
    out: Path,
    *,
    as_json: bool,
    **files: Any,
) -> None:
    """按政策包评估一个城市，或用 --cities 一次评估多个。

    FOLDER 是放着 lifecircle.toml 的文件夹；也可以不给 FOLDER，用选项逐个指明文件：

    \b
    lifecircle assess --pack xian-2020 --network city.osm.pbf \\
        --communities areas.geojson --facilities city.osm.pbf --out 结果
    lifecircle assess --cities 各城市 --out 各市结果

    结果有 findings.csv、findings.parquet、findings.gpkg、rollup.csv、
    rollup_areas.csv、rollup_changes.csv、circle_against_walk.csv、levels.csv、
    manifest.json，
    以及双击即可打开的 index.html。
    """
    asked = Asked(packs, profiles, as_of.date() if as_of else None)
    if cities is not None:
        if folder is not None or any(files.values()):
            raise click.UsageError("--cities 自己找城市的文件夹，不要再给 FOLDER 和文件。")
        code = assess_cities(cities, asked, out, processes, as_json=as_json)
        click.get_current_context().exit(code)
    check_replaceable(out, RESULTS)
    sources = _from_options(files) if folder is None else _from_folder(folder, files)
    _run(sources, asked, out, as_json=as_json)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _from_folder(folder: Path, files: Mapping[str, Any]) -> CitySources:
    """Read the folder; options about files would be passed over, so they are refused."""
    beside = "、".join(_option(name) for name, value in files.items() if value)
    if beside:
        raise click.UsageError(f"给了 FOLDER 就不要再给 {beside}，写进 lifecircle.toml。")
    return read_sources(folder)


def _from_options(files: Mapping[str, Any]) -> CitySources:
    """Say by options what a lifecircle.toml says."""
    needed = ("network", "communities", "facilities")
    missing = "、".join(_option(name) for name in needed if not files[name])
    if missing:
        raise click.UsageError(f"缺少 {missing}（或给出放着 lifecircle.toml 的 FOLDER）。")
    if files["gates"] and not files["population"]:
        raise click.UsageError("--gates 要和 --population 一起给。")
    people = None
    if files["population"]:
        people = PeopleSource(file=files["population"], gates=files["gates"])
    return CitySources(
        title=files["title"],
        network=files["network"],
        communities=CommunitySource(
            file=files["communities"],
            id_column=files["id_column"],
            name_column=files["name_column"],
        ),
        facilities=tuple(FacilitySource(file=path) for path in files["facilities"]),
        people=people,
    )


def _run(sources: CitySources, asked: Asked, out: Path, *, as_json: bool) -> None:
    progress = Stages(quiet=as_json)
    ran = assess_city(sources, asked, out, progress)
    if as_json:
        click.echo(json.dumps(ran.manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    for mark in ("本次结果全部是模拟数据。",) if ran.city.simulated else ():
        click.echo(mark)
    for notice in trees_on(ran.city, ran.found[0].as_of).notices:
        click.echo(f"注意：{notice}")
    for assessment in ran.found:
        click.echo()
        summary(assessment)
    page = out / PAGE if len(ran.found) == 1 else out / ran.found[0].pack.id / PAGE
    click.echo(f"\n结果在 {out}，用浏览器打开 {page}")
