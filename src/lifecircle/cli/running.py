"""One assessment from its sources to its folder, for one city and for each of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.profiles import known
from lifecircle.assess.walks import network_of
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.publish.charts.gathered import walked
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.results import RESULTS, write_results
from lifecircle.terms.progress import Progress


@dataclass(frozen=True)
class Asked:
    """What a person asked for by options; empty is what the city's own file says."""

    packs: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, eq=False)
class Ran:
    """What a run read, found and wrote."""

    city: City
    found: list[Assessment]
    manifest: dict[str, Any]


def each_once(packs: Sequence[Pack]) -> None:
    """Refuse a pack given twice, by whatever name."""
    ids = [pack.id for pack in packs]
    if len(set(ids)) < len(ids):
        raise click.UsageError(f"同一个政策包给了两次：{'、'.join(ids)}。要比较请分两次评估。")


def packs_asked(sources: CitySources, packs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the packs named by options, else those the city's own file names."""
    if not packs and not sources.packs:
        raise click.UsageError("没有说按哪个政策包：加上 --pack xian-2020。")
    return packs or sources.packs


def assess_city(sources: CitySources, asked: Asked, out: Path, progress: Progress) -> Ran:
    """Read a city, judge it by the packs asked for and write the results into ``out``."""
    check_replaceable(out, RESULTS)
    names = packs_asked(sources, asked.packs)
    sources = sources.model_copy(update={"profiles": asked.profiles or sources.profiles})
    loaded = [load_pack(name) for name in names]
    each_once(loaded)
    beside = known(sources.profiles)
    city = read_city(sources, progress)
    progress("连接路网")
    network = network_of(city.streets)
    ground = Ground(city, network, asked.as_of or sources.as_of or date.today())
    found = [assess_on(ground, pack, progress, beside) for pack in loaded]
    minutes = {pack.id: walked(ground, pack) for pack in loaded}
    del ground  # what was walked is large, and writing takes memory of its own
    return Ran(city, found, write_results(out, city, network, found, progress, minutes))
