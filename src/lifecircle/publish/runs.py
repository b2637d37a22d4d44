"""What a publication was made of, in its manifest: the run, and the hash of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from lifecircle import __version__
from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground


def run_of(ground: Ground, found: Assessment) -> dict[str, Any]:
    """Return what a run was made of: software, pack, day, city, the hash of every input."""
    pack, city = found.pack, ground.city
    return {
        "software": {"name": "lifecircle", "version": __version__},
        "pack": {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256},
        "as_of": found.as_of.isoformat(),
        "profile": found.profile,
        "city": {"title": city.title, "simulated": city.simulated},
        "inputs": [vars(file) for file in city.files],
        "network_sha256": found.network_sha256,
    }


def run_hash(run: Mapping[str, Any]) -> str:
    """Return the hash of a run, the same on every machine."""
    canonical = json.dumps(run, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
