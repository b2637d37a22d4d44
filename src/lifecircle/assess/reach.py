"""What is reached: isochrones, the circle walked, capacity and evenness, for one pack and city."""

from __future__ import annotations

from dataclasses import dataclass

from lifecircle.assess.capacity import Supply, supplies
from lifecircle.assess.circle_walkable import Centres, CircleShare, Isochrone
from lifecircle.assess.evenness import Evenness, evenness
from lifecircle.assess.profiles import walkers_of
from lifecircle.assess.walks import Walks
from lifecircle.place.tables import City
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile


@dataclass(frozen=True, eq=False)
class Reach:
    """All that `reach` finds; isochrones and shares by community, evenness by rule and area."""

    pack: Pack
    minutes: tuple[float, ...]
    profile: Profile
    network_sha256: str
    origins: tuple[str, ...]
    isochrones: tuple[Isochrone, ...]
    shares: tuple[CircleShare, ...]
    supplies: tuple[Supply, ...]
    evenness: tuple[Evenness, ...]


def minutes_of(pack: Pack) -> tuple[float, ...]:
    """Return the minutes on foot that a pack speaks of, rising; none where it names no pace."""
    if pack.header.walking is None:
        return ()
    said = {rule.measure.minutes for rule in pack.rules if isinstance(rule.measure, WalkMeasure)}
    circle = pack.header.circle
    return tuple(sorted(said | set(circle.minutes if circle else ())))


def reach(
    pack: Pack,
    city: City,
    network: Network,
    minutes: tuple[float, ...],
    progress: Progress = silent,
) -> Reach:
    """Return isochrones of ``minutes`` (rising, at least one), circles, capacity and evenness.

    ``pack`` holds the rules in force and names a pace. Pure: equal input gives equal answers.
    """
    assert pack.header.walking is not None
    walks = Walks(city, network, *walkers_of(pack))
    circle = pack.header.circle
    longest_min = max(minutes + (circle.minutes if circle else ()))
    middles = Centres(city, network, walks, longest_min)
    wanted = tuple(sorted({*minutes, *(circle.minutes if circle else ())}))
    isochrones = middles.isochrones(wanted, progress)
    progress("设施容量")
    capacity = supplies(city, network, walks, pack, longest_min)
    progress("均等程度")
    return Reach(
        pack=pack,
        minutes=wanted,
        profile=walks.profile,
        network_sha256=network.sha256,
        origins=city.origins.id,
        isochrones=tuple(isochrones),
        shares=tuple(middles.shares(circle, isochrones)) if circle else (),
        supplies=tuple(capacity),
        evenness=tuple(evenness(city, walks, pack)),
    )
