"""Networks of streets made ready once and loaded by hash afterwards; any may be deleted."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import numpy as np

from lifecircle import __version__
from lifecircle.assess.walks import network_of
from lifecircle.place.tables import Streets
from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network

KEPT = 4
"""So many stay: that of the streets as they are, and some of other days."""

IN_USE_S = 3600.0
"""What was used or begun so lately stays: another process may be at it."""


def kept_network(streets: Streets, folder: Path) -> Network:
    """Return the network of the streets, loaded from ``folder`` where it was made before.

    A note under the hash of the streets tells the hash of their network, and what is loaded is
    checked against that; what is missing or damaged is made anew. Files appear whole, so that two
    processes may be at it at once.
    """
    note = folder / f"streets-{hash_of(streets)}"
    network = _noted(note)
    if network is None:
        network = network_of(streets)
        path_of(network.sha256, folder).unlink(missing_ok=True)
        network.save(folder)
        _write(note, network.sha256)
        _prune(folder)
    return network


def hash_of(streets: Streets) -> str:
    """Return the hash of all that a network is made of, and of the software that makes it."""
    digest = hashlib.sha256(f"lifecircle {__version__}\n".encode())
    for one in fields(streets):
        value = getattr(streets, one.name)
        if isinstance(value, np.ndarray):
            digest.update(f"{one.name} {value.dtype.str} {value.shape}\n".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


def path_of(sha256: str, folder: Path) -> Path:
    """Return where `Network.save` puts the network of a hash."""
    return folder / f"network-{sha256}.npz"


def _noted(note: Path) -> Network | None:
    """Return the network that a note tells of, None where it is missing or damaged."""
    try:
        path = path_of(note.read_text(encoding="ascii"), note.parent)
        network = Network.load(path)
        for used in (note, path):
            os.utime(used)
    except (OSError, ValueError, InputError):
        return None
    return network


def _write(path: Path, text: str) -> None:
    handle, partial = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text)
    Path(partial).replace(path)


def _prune(folder: Path) -> None:
    """Delete networks and notes beyond those used last, and what was left half written."""
    long_ago = time.time() - IN_USE_S
    for kind, kept in (("network-*.npz", KEPT), ("streets-*", KEPT), ("*.partial", 0)):
        with suppress(FileNotFoundError):
            found = sorted(folder.glob(kind), key=_used, reverse=True)
            for old in found[kept:]:
                if _used(old) < long_ago:
                    old.unlink(missing_ok=True)


def _used(path: Path) -> float:
    return path.stat().st_mtime
