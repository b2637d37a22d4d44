"""The streets of the map: bends of a few metres are straightened, all else stays."""

from __future__ import annotations

import numpy as np
import shapely

from lifecircle.place.tables import City
from lifecircle.publish.map_layers import STREET_PLACES, STREETS_TO_M, MapLayers
from lifecircle.walk.network import Network

#   4 --- 5           the chain 0-1-2-3-4 is 2 m off its straight line at 1 and 28 m at 2;
#   |  \              4-5 and 4-6 have no bend
#   |   6
#   3 -- 2 -- 1 -- 0
X_M = [300.0, 200.0, 100.0, 0.0, 0.0, 100.0, 100.0]
Y_M = [0.0, 13.0, 30.0, 0.0, 200.0, 200.0, 100.0]
SEGMENTS = [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [4, 6]]


def test_streets_are_those_of_each_chain_simplified_by_itself(example_city: City) -> None:
    network = Network.from_segments(
        np.arange(7), np.array(X_M), np.array(Y_M), np.array(SEGMENTS, dtype=np.int64)
    )
    feature = MapLayers(example_city, network).streets["features"][0]
    drawn = feature["geometry"]["coordinates"]
    expected = []
    for begin, end in zip(network.chain_start[:-1], network.chain_start[1:], strict=True):
        xy = np.column_stack([network.vertex_x_m, network.vertex_y_m])[begin:end]
        line = shapely.simplify(shapely.LineString(xy), STREETS_TO_M)
        x_m, y_m = shapely.get_coordinates(line).T
        lon, lat = example_city.plane.degrees(x_m, y_m, STREET_PLACES)
        expected.append(np.column_stack([lon, lat]).tolist())
    assert drawn == expected
    assert sorted(len(line) for line in drawn) == [2, 2, 4]
