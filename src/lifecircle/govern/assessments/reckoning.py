"""Judges the city of the records by some packs, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.walks import network_of
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.network import Network


@dataclass(frozen=True, eq=False)
class Reckoned:
    """A city, its network and ground, and what each pack found."""

    city: City
    network: Network
    ground: Ground
    found: list[Assessment]


def reckon(
    packs: Sequence[Pack], as_of: date, profiles: Sequence[str] = (), progress: Progress = silent
) -> Reckoned:
    """Return what the packs find of the city of the records on a day."""
    del profiles
    city = city_of_records(settings.CITY, as_of, progress)
    network = network_of(city.streets)
    ground = Ground(city, network, as_of)
    return Reckoned(city, network, ground, [assess_on(ground, one, progress) for one in packs])
