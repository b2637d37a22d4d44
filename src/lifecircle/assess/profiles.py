"""The profiles that come with lifecircle, every default with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lifecircle.policy.models import Pack
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.shipped import read_shipped
from lifecircle.terms.streets import PASSAGES
from lifecircle.walk.profiles import BARRED, Profile


@dataclass(frozen=True)
class Figure:
    """One default of a profile: where it comes from, and whether that was read."""

    name: str
    value: float | None
    source: str
    read: Literal["text", "abstract", "no"]


@cache
def profiles() -> Mapping[str, Profile]:
    """Return the profiles that come with lifecircle, by name."""
    return {name: _profile(name, told) for name, told in _told().items()}


def figures(name: str) -> tuple[Figure, ...]:
    """Return the figures of a profile with their sources."""
    return tuple(
        Figure(key, own["value"], own["source"], own["read"])
        for key, own in _told()[name].items()
        if key != "zh"
    )


def _told() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = read_shipped("profiles.yaml")
    return found


@cache
def unhindered(name: str) -> Profile:
    """Return a profile without the slowing figures that nobody verified: no one fails by them."""
    return _profile(name, _told()[name], read_only=True)


_NEUTRAL = {"steps_up": 1.0, "steps_down": 1.0, "tobler": 0.0, "steepest": 1.0}


def _profile(name: str, told: Mapping[str, Any], *, read_only: bool = False) -> Profile:
    def worth(key: str) -> float:
        value, read = told[key]["value"], told[key]["read"]
        if read_only and read == "no" and key != "speed_m_per_min":
            return _NEUTRAL.get(key, 0.0)
        return BARRED if value is None else float(value)

    up, down = worth("steps_up"), worth("steps_down")
    pace = {"steps": (up + down) / 2, "steps-up": up, "steps-down": down, "closed": BARRED}
    steepest = worth("steepest")
    return Profile(
        name=name,
        speed_m_per_min=worth("speed_m_per_min"),
        pace=tuple(pace.get(word, 1.0) for word in PASSAGES),
        wait_s=tuple(worth(f"{word}_s") if f"{word}_s" in told else 0.0 for word in PASSAGES),
        tobler=bool(worth("tobler")),
        steepest=steepest if steepest < 1 else BARRED,
    )


def walkers_of(pack: Pack) -> tuple[Profile, Profile]:
    """Return who walks for a pack, and the same unhindered by what nobody verified.

    For a pack that judges nothing by walking an adult does; no verdict comes of it.
    """
    walking = pack.header.walking
    if walking is None:
        return profiles()["adult"], unhindered("adult")
    pace = walking.speed_m_per_min
    return profiles()[walking.profile].at(pace), unhindered(walking.profile).at(pace)


def known(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of profiles as they are; raises InputError for one that there is not."""
    raise_all(
        Fault(
            f"没有叫 {name} 的步行者",
            "lifecircle.toml",
            "profiles",
            f"改为{'、'.join(WALKERS)}之一",
        )
        for name in names
        if name not in WALKERS
    )
    return tuple(names)


WALKERS: Mapping[str, str] = {name: str(told["zh"]) for name, told in _told().items()}
"""The Chinese name of each profile."""
