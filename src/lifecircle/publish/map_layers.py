"""The layers that every pack's map shows of a city, as GeoJSON values."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.circles import centres, radii_m
from lifecircle.assess.people import People
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word
from lifecircle.walk.network import Network

STREETS_TO_M = 4.0
PLACES = 6
STREET_PLACES = 5


class MapLayers:
    """The communities, facilities and streets of one city; each layer is made once."""

    def __init__(self, city: City, network: Network) -> None:
        """Take the city and the streets to show."""
        self.city = city
        self._network = network

    @cached_property
    def communities(self) -> dict[str, Any]:
        """Return the outlines with the people of each community and what they rest on."""
        areas = self.city.communities
        people = People.by_community(self.city)
        about = [
            {
                "id": own_id,
                "name": name,
                "people": residents,
                "people_basis": word("basis", basis),
                "people_estimated": basis == "raster",
            }
            for own_id, name, residents, basis in zip(
                areas.id, areas.name, people.known("residents"), people.basis(), strict=True
            )
        ]
        return _collection(self.city.plane.to_degrees(areas.shape), about)

    @cached_property
    def facilities(self) -> dict[str, Any]:
        """Return a point for each facility, an empty one where its place is unknown."""
        places = self.city.facilities
        about = [
            {
                "id": own_id,
                "name": name,
                "category": names_zh(codes),
                "layer": self.city.layers[layer].name,
            }
            for own_id, name, codes, layer in zip(
                places.id, places.name, places.categories, places.layer, strict=True
            )
        ]
        points = shapely.point_on_surface(places.shape)
        return _collection(self.city.plane.to_degrees(points), about)

    @cached_property
    def streets(self) -> dict[str, Any]:
        """Return the ways as lines simplified to a few metres, enough to find one's bearings."""
        network = self._network
        xy = np.column_stack([network.vertex_x_m, network.vertex_y_m])
        chain = np.repeat(np.arange(network.chains), np.diff(network.chain_start))
        lines = shapely.linestrings(xy, indices=chain)
        bent = np.diff(network.chain_start) > 2
        lines[bent] = shapely.simplify(lines[bent], STREETS_TO_M)
        xy, line = shapely.get_coordinates(lines, return_index=True)
        lon, lat = self.city.plane.degrees(xy[:, 0], xy[:, 1], STREET_PLACES)
        points = np.column_stack([lon, lat]).tolist()
        begin = np.searchsorted(line, np.arange(len(lines) + 1)).tolist()
        parts = [points[one:two] for one, two in pairwise(begin)]
        shape = {"type": "MultiLineString", "coordinates": parts}
        feature = {"type": "Feature", "properties": {}, "geometry": shape}
        return {"type": "FeatureCollection", "features": [feature]}

    def circles(self, pack: Pack) -> dict[str, Any]:
        """Return the circle of each community, nothing where the pack draws none."""
        if pack.header.circle is None:
            return _collection([], [])
        rounds = shapely.buffer(
            centres(self.city), radii_m(self.city, pack.header.circle), quad_segs=24
        )
        about = [{"id": own_id} for own_id in self.city.communities.id]
        return _collection(self.city.plane.to_degrees(rounds), about)


def _collection(shapes: Any, properties: list[dict[str, Any]]) -> dict[str, Any]:
    """Return shapes in degrees with what is said of each."""
    rounded = shapely.set_precision(shapes, 10.0**-PLACES, mode="pointwise")
    features = [
        {"type": "Feature", "properties": about, "geometry": shapely.geometry.mapping(shape)}
        for shape, about in zip(rounded, properties, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
