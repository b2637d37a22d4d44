"""Files as Chinese offices have them: shapefiles with and without a coordinate system."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from lifecircle.place.formats.vector import read_vector
from lifecircle.terms.errors import InputError


def test_beijings_townships(shared_data: Path) -> None:
    layer = read_vector(shared_data / "beijing-townships" / "beijing.shp")
    assert len(layer) == 331
    assert set(shapely.get_type_id(layer.geometry)) <= {3, 6}
    west, south, east, north = shapely.total_bounds(layer.geometry)
    assert 115 < west < east < 118
    assert 39 < south < north < 42


def test_jinans_streets_have_no_coordinate_system(shared_data: Path) -> None:
    path = shared_data / "jinan" / "edges.shp"
    with pytest.raises(InputError, match=r"edges\.shp：没有说明坐标系"):
        read_vector(path)
    layer = read_vector(path, crs="EPSG:4326")
    assert len(layer) == 28_597
    assert np.all(shapely.get_type_id(layer.geometry) == 1)
