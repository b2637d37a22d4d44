"""What was published before, so that two publications together tell no more than each alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from lifecircle.publish.opendata.placing import Placing
from lifecircle.terms.errors import stop

MANIFEST, OFFICE = "manifest.json", "office.gpkg"
COMMUNITIES = "communities"
SAME_DEGREES2 = 1e-9
"""Outlines that differ by less (some 10 m2) are the same; nobody lives on it."""


@dataclass(frozen=True, eq=False)
class Earlier:
    """Outlines (n,) of an earlier publication, degrees of WGS84; from how many residents it told.

    ``run_sha256`` is that of its manifest.
    """

    run_sha256: str
    as_of: str
    smallest: int
    outlines: Any


def read_earlier(folder: Path) -> Earlier:
    """Read what an earlier publication of open data told; raises InputError in one sentence."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        run = manifest["run"]
        shapes = pyogrio.raw.read(folder / OFFICE, layer=COMMUNITIES)[2]
        placing = Placing(run.get("public", {}).get("datum", "wgs84"))
        return Earlier(
            str(manifest["run_sha256"]),
            str(run["as_of"]),
            int(run["persons"]["smallest"]),
            placing.back(shapely.from_wkb(shapes)),
        )
    except (OSError, ValueError, KeyError, TypeError, pyogrio.errors.DataSourceError) as error:
        raise stop(
            "不是以前写出的开放数据",
            file=folder,
            place="--before",
            remedy="给 lifecircle publish data 写出的文件夹",
        ) from error


def day_of(folder: Path) -> str:
    """Return the day of the open data in a folder, nothing where none are there."""
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["run"]["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def check_smallest(smallest: int, before: Sequence[Earlier]) -> None:
    """Raise InputError where an earlier publication told of fewer residents than now is safe."""
    for one in before:
        if one.smallest < smallest:
            raise stop(
                f"{one.as_of}的开放数据写了满{one.smallest}人的社区，"
                f"这次的规则要求满{smallest}人才能写，两次放在一起会推出个人",
                place="--before",
                remedy="这次不发布要求比例这么高的政策包",
            )


def redrawn(outlines: Sequence[Any], before: Sequence[Earlier]) -> list[bool]:
    """Say of each outline (c,) in degrees whether an earlier one overlaps it and is not the same.

    The people of such an area could be had by subtraction: of a community that was split, the
    people of its parts add up to those told before.
    """
    own = np.asarray(outlines, dtype=object)
    changed = np.zeros(len(own), dtype=np.bool_)
    for earlier in before:
        row, other = shapely.STRtree(earlier.outlines).query(own, predicate="intersects")
        shared = shapely.area(shapely.intersection(own[row], earlier.outlines[other]))
        beside = shapely.area(shapely.symmetric_difference(own[row], earlier.outlines[other]))
        changed[row[(shared > SAME_DEGREES2) & (beside > SAME_DEGREES2)]] = True
    return [bool(one) for one in changed]
