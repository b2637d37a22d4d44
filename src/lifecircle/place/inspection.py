"""Gathers what is wrong and what is doubtful while the files of a city are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from lifecircle.place.coordinates.declarations import CONTRADICTED, UNDECLARED
from lifecircle.place.sources import AcceptedSource, CitySources
from lifecircle.place.tables import AcceptedFault, City, Doubt
from lifecircle.terms.doubts import doubted
from lifecircle.terms.errors import Fault, InputError

ACCEPTABLE = frozenset({UNDECLARED, CONTRADICTED})
"""Faults that a named person may take upon themselves."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Inspection:
    """What reading a city found: the city where nothing stops it, every fault, every doubt."""

    city: City | None = None
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    accepted: list[AcceptedFault] = field(default_factory=list)

    def attempt(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what ``read`` returns, or None after taking down its faults."""
        try:
            return read(*args, **kwargs)
        except InputError as error:
            self.faults += [fault for fault in error.faults if fault not in self.faults]
            self.doubts += [Doubt(doubt, frozenset()) for doubt in error.doubts]
            return None


def _taken(source: AcceptedSource, fault: Fault) -> bool:
    """Say whether a named person took this fault or doubt upon themselves."""
    return (
        fault.code == source.code
        and (not source.file or Path(fault.file).name == source.file)
        and (not source.row or (fault.spot is not None and fault.spot.row == source.row))
    )


def unknown_accepted(sources: CitySources) -> list[Fault]:
    """Return a fault for each accepted code that does not exist."""
    return [
        Fault(
            f"没有名为 {one.code} 的疑点",
            "lifecircle.toml",
            "accepted",
            "照 lifecircle check 的 --json 写 code",
        )
        for one in sources.accepted
        if one.code not in doubted()
    ]


def accepted_faults(
    sources: CitySources, faults: list[Fault]
) -> tuple[list[Fault], list[AcceptedFault]]:
    """Take out the faults that may be accepted and were: a datum is a person's word in the end."""
    taken = []
    for one in sources.accepted:
        fits = [f for f in faults if f.code in ACCEPTABLE and _taken(one, f)]
        faults = [fault for fault in faults if fault not in fits]
        if fits:
            taken.append(AcceptedFault(one.code, one.by, one.as_of, one.reason, len(fits)))
    return faults, taken


def accepted_doubts(
    sources: CitySources, doubts: list[Doubt]
) -> tuple[list[Doubt], list[AcceptedFault]]:
    """Take out the doubts that a named person took upon themselves."""
    taken = []
    for one in sources.accepted:
        fits = [doubt for doubt in doubts if _taken(one, doubt.fault)]
        doubts = [doubt for doubt in doubts if not _taken(one, doubt.fault)]
        if one.code in ACCEPTABLE:
            continue
        if fits:
            taken.append(AcceptedFault(one.code, one.by, one.as_of, one.reason, len(fits)))
        else:
            reason = f"{one.by}认可的 {one.code} 一处也没有"
            remedy = "核对 code、file、row，或删去这一条"
            fault = Fault(reason, "lifecircle.toml", "accepted", remedy, "accepted-nothing")
            doubts = [*doubts, Doubt(fault, frozenset())]
    return doubts, taken
