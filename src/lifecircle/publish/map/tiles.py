"""Street lines as vector tiles in one file (PMTiles 3), for the map to take what it shows.

GDAL writes them (PMTiles driver); equal streets give equal bytes with the same GDAL.
"""

from __future__ import annotations

import base64
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyogrio
import shapely

from lifecircle.publish.map.shown import Shown
from lifecircle.walk.network import Network

LAYER = "streets"
FARTHEST_ZOOM, NEAREST_ZOOM = 8, 13
"""Beyond the nearest, a tile's 4096 steps being about a metre, the map enlarges what it has."""

_OPTIONS = {
    "NAME": LAYER,
    "MINZOOM": FARTHEST_ZOOM,
    "MAXZOOM": NEAREST_ZOOM,
    # the driver would drop whatever goes beyond its own limits
    "MAX_SIZE": 50_000_000,
    "MAX_FEATURES": 2_000_000,
}


def street_tiles(network: Network, shown: Shown, said: str) -> bytes:
    """Return the chains of a network as a PMTiles file in the public datum; ``said`` its terms."""
    lon, lat = shown.degrees(network.vertex_x_m, network.vertex_y_m)
    chain = np.repeat(np.arange(network.chains), np.diff(network.chain_start))
    lines = shapely.linestrings(np.column_stack([lon, lat]), indices=chain)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{LAYER}.pmtiles"
        pyogrio.raw.write(
            path,
            shapely.to_wkb(lines),
            field_data=[],
            fields=np.array([], dtype=object),
            geometry_type="LineString",
            crs="EPSG:4326",
            layer=LAYER,
            driver="PMTiles",
            dataset_options={**_OPTIONS, "DESCRIPTION": said},
        )
        return path.read_bytes()


def as_text(tiles: bytes) -> str:
    """Return tiles as a script carries them to a page that may not read files."""
    return base64.b64encode(tiles).decode("ascii")
