"""Which gates of the estates people walk from: those they may pass, at the hour asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import numpy as np
import numpy.typing as npt

from lifecircle.place.forms.hours import open_at
from lifecircle.place.tables import Communities, Doubt, Origins
from lifecircle.terms.errors import Fault

OPEN_TO_RESIDENTS = frozenset({"", "everyone", "residents"})
"""Who may pass a gate that residents pass; nobody said is taken for them."""

Flags = npt.NDArray[np.bool_]


def with_open_gates(
    communities: Communities, origins: Origins, at: time | None
) -> tuple[Origins, list[str], list[Doubt]]:
    """Return the origins with the gates that are walked from ``at`` a time, notices and doubts.

    Without a time, hours do not matter; unknown hours are open, an unknown public are residents.
    Where no gate of an estate is open all of them count, with a doubt that weakens the walks: the
    estate's own point would lead through its wall.
    """
    gates = len(origins.gate_of)
    hours = origins.gate_hours or ("",) * gates
    people = origins.gate_open_to or ("",) * gates
    barred = np.array([who not in OPEN_TO_RESIDENTS for who in people], dtype=np.bool_)
    closed = (at is not None and own != "" and not open_at(own, at) for own in hours)
    shut = np.fromiter(closed, dtype=np.bool_, count=gates)
    walked = ~(barred | shut)
    walled = np.setdiff1d(origins.gate_of, origins.gate_of[walked])
    walked |= np.isin(origins.gate_of, walled)
    doubts = [_doubt(communities, origins, int(row), at) for row in walled]
    known = np.array([own != "" for own in hours], dtype=np.bool_)
    notices = _notices(at, gates, barred & ~walked, shut & ~barred & ~walked, known[~barred])
    return replace(origins, gate_open=walked), notices, doubts


def _doubt(communities: Communities, origins: Origins, row: int, at: time | None) -> Doubt:
    count = int((origins.gate_of == row).sum())
    when = f"{at:%H:%M}时" if at else ""
    reason = f"小区 {origins.id[row]} 登记的{count}个门{when}都不能走，按都能走计"
    spot = origins.spots[row]
    remedy = "核对大门的开放时间和谁能走，补上漏登的门"
    fault = Fault(reason, spot.file, spot.place, remedy, "no-open-gate", spot)
    return Doubt(fault, frozenset([communities.id[origins.community[row]]]), aspect="walks")


def _notices(at: time | None, gates: int, barred: Flags, shut: Flags, known: Flags) -> list[str]:
    """Say how many gates nobody starts from, and what was taken for granted.

    ``known`` says of the gates that people may pass whether their hours are recorded.
    """
    away = f"{barred.sum()}个只走车或常闭"
    if at is None:
        said = [f"大门里{away}，步行不从这些门出发。"] if barred.any() else []
        unasked = f"大门里{known.sum()}个写了开放时间；没有写 people.at，都按开着算。"
        return said + ([unasked] if known.any() else [])
    if not gates:
        return [f"没有登记大门，people.at（{at:%H:%M}）没有用上。"]
    closed = f"{shut.sum()}个这时关着" + (f"，{away}" if barred.any() else "")
    unknown = "" if known.all() else f"，{(~known).sum()}个没有写开放时间、按开着算"
    return [f"按{at:%H:%M}能走的门计：共{gates}个门，{closed}{unknown}。"]
