"""`lifecircle publish`: what people read of an assessment; each kind of publication a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.walks import network_of
from lifecircle.cli.lazily import Lazy, LazyGroup
from lifecircle.cli.running import each_once, packs_asked
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, read_sources
from lifecircle.policy.packs import load_pack
from lifecircle.terms.progress import Progress

COMMANDS: dict[str, Lazy] = {
    "handbook": Lazy(
        "lifecircle.cli.publish_handbook:handbook_command",
        "写出便民服务手册（PDF）：每个社区一本，全市一本。",
    ),
    "map": Lazy("lifecircle.cli.publish_map:map_command", "便民服务地图：双击即可打开的文件夹。"),
    "documents": Lazy(
        "lifecircle.cli.publish_documents:documents_command",
        "公文：月通报、季排名、评估报告、公示（Word）。",
    ),
    "registers": Lazy(
        "lifecircle.cli.publish_registers:registers_command",
        "台账：结论、短板、空间、行动（Excel）。",
    ),
    "templates": Lazy(
        "lifecircle.cli.publish_documents:templates_command",
        "写出公文模板，供办公室改。",
    ),
    "data": Lazy("lifecircle.cli.publish_data:data_command", "写出可以公开的数据，附说明和许可。"),
}
"""Every kind of publication; its module is imported when it is run."""


@click.group("publish", cls=LazyGroup, lazy=COMMANDS)
def publish_group() -> None:
    """把评估结果变成给人看的：地图、手册、公文、台账、开放数据。"""


@dataclass(frozen=True, eq=False)
class Judged:
    """A city judged by its packs, the material of every publication, and what its file says."""

    ground: Ground
    found: list[Assessment]
    sources: CitySources


def judged(folder: Path, packs: tuple[str, ...], as_of: date | None, progress: Progress) -> Judged:
    """Read a city and judge it by the packs asked for, else by those its own file names."""
    sources = read_sources(folder)
    loaded = [load_pack(name) for name in packs_asked(sources, packs)]
    each_once(loaded)
    city = read_city(sources, progress)
    progress("连接路网")
    ground = Ground(city, network_of(city.streets), as_of or sources.as_of or date.today())
    return Judged(ground, [assess_on(ground, pack, progress) for pack in loaded], sources)
