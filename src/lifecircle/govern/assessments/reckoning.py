"""Reckons what packs find of the city of the records."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.profiles import known
from lifecircle.govern.assessments.networks import kept_network
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.place.sources import FILE_NAME, read_sources
from lifecircle.place.tables import City, RecordedWaiver
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.terms.errors import LifecircleError
from lifecircle.terms.memory import Remembering
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.network import Network

log = logging.getLogger(__name__)

MOST_REMEMBERED = 2000
"""So many parts of cities stay in the memory of a process, some 8 kB each; workbooks as large as
they are."""

_memory = Remembering(MOST_REMEMBERED)


@dataclass(frozen=True, eq=False)
class Reckoned:
    """What was found, one of each pack, and on what."""

    city: City
    network: Network
    ground: Ground
    found: list[Assessment]


def reckon(
    packs: Sequence[Pack],
    as_of: date,
    profiles: Sequence[str] = (),
    progress: Progress = silent,
    *,
    waivers: Sequence[RecordedWaiver] = (),
) -> Reckoned:
    """Judge the city of the records that hold on a day by packs; the rest are settings.CITY's.

    ``profiles`` are walkers beside each pack's own, judging nothing; ``waivers`` are excused beside
    those of the city's own file. Equal records, files and arguments give equal findings, whatever
    was reckoned before. Raises InputError with every fault of records and files.
    """
    beside = known(profiles)
    city = city_of_records(Path(settings.CITY), as_of, progress, _memory)
    city = replace(city, waivers=(*city.waivers, *waivers))
    progress("连接路网")
    network = kept_network(city.streets, Path(settings.NETWORKS))
    ground = Ground(city, network, as_of)
    found = [assess_on(ground, pack, progress, beside) for pack in packs]
    return Reckoned(city, network, ground, found)


def make_ready() -> None:
    """Reckon once, so that the first run that somebody asks for takes no longer than the next.

    Nothing where there is no city yet; what is wrong with one is told by the runs. Raises nothing.
    """
    try:
        if (Path(settings.CITY) / FILE_NAME).is_file():
            names = read_sources(Path(settings.CITY)).packs[:1]
            reckon([load_pack(name) for name in names], timezone.localdate())
    except (LifecircleError, DatabaseError, OSError):
        log.info("nothing to be made ready", exc_info=True)
    finally:
        connection.close()
