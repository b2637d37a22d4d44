"""One folder a pack, where a city is judged by several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lifecircle.assess.findings import Assessment
from lifecircle.publish.results import MANIFEST, write_json


def of_each_pack(
    folder: Path,
    found: Sequence[Assessment],
    write: Callable[[Path, Assessment], dict[str, Any]],
    kind: str,
) -> dict[str, Any]:
    """Write what each pack has, of several into a folder each; return the manifest of the whole.

    ``kind`` is the key by which the manifest is known.
    """
    packs = {}
    for one in found:
        below = folder if len(found) == 1 else folder / one.pack.id
        below.mkdir(exist_ok=True)
        packs[one.pack.id] = write(below, one)
    if len(packs) == 1:
        return next(iter(packs.values()))
    manifest = {kind: 1, "packs": packs}
    write_json(folder / MANIFEST, manifest)
    return manifest
