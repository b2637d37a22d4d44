"""The city as a run saw it, kept for a while, so that its verdicts can be explained later."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from lifecircle import __version__
from lifecircle.place.tables import City
from lifecircle.publish.folder import whole_file
from lifecircle.terms.errors import LifecircleError

KEPT = 5
"""So many stay: whoever asks why of an older run is told by the records of today, and told so."""


def keep_city(sha256: str, city: City) -> None:
    """Keep a city under the hash of its run; that it cannot be kept harms nobody."""
    path = _path(sha256)
    with suppress(OSError, LifecircleError):
        with whole_file(path, overwrite=True) as partial:
            partial.write_bytes(pickle.dumps(city, protocol=pickle.HIGHEST_PROTOCOL))
        found = sorted(path.parent.glob("city-*.kept"), key=lambda one: one.stat().st_mtime)
        for old in found[:-KEPT]:
            old.unlink(missing_ok=True)


def kept_city(sha256: str) -> City | None:
    """Return the city of a run, None where it is not kept, or by another version."""
    try:
        # only this process's own account writes there: see `keep_city`
        city = pickle.loads(_path(sha256).read_bytes())  # noqa: S301
    except Exception:  # noqa: BLE001 - whatever a stale file raises, it is as if there were none
        return None
    return city if isinstance(city, City) else None


def _path(sha256: str) -> Path:
    return Path(settings.NETWORKS) / f"city-{__version__}-{sha256}.kept"
