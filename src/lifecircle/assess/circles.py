"""Measures by the policy's own geometry: a circle around the geometric centre."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import shapely

from lifecircle.assess.measured import Measured, knowledge, upper
from lifecircle.place.tables import City, Floats, Geometries
from lifecircle.policy.models import Circle
from lifecircle.terms.figures import decimal_text

SAME_PLACE_M = 1e-6


def centres(city: City) -> Geometries:
    """Return the geometric centre of each community (c,)."""
    return np.asarray(shapely.centroid(city.communities.shape))


def radii_m(city: City, circle: Circle) -> Floats:
    """Return the radius for each community (c,): the policy's, or a recorded wider one.

    A wider radius counts only for a size that the policy names.
    """
    areas = city.communities
    may_widen = np.isin(np.array(areas.attributes["size"]), circle.widened_for)
    wider = may_widen & (areas.radius_m > circle.radius_m)
    return np.where(wider, areas.radius_m, circle.radius_m)


def count_in_circle(
    city: City, circle: Circle, categories: tuple[str, ...], *, serves_all: bool
) -> list[Measured]:
    """Measure #{facilities f : |f - centre| <= radius} for each community (c,).

    With ``serves_all`` the figure is 1 where there is at least one and 0 otherwise: by the
    policy's geometry a facility in the circle serves every resident. Clause: ``circle`` of the
    pack.
    """
    middle, radius_m = centres(city), radii_m(city, circle)
    rows = city.of_categories(categories)
    shapes = city.facilities.shape[rows]
    counts, nearest, distance_m = _in_reach(middle, radius_m, shapes)
    doubts = knowledge(city, categories)
    measured = []
    for row, count in enumerate(counts.tolist()):
        figure = Fraction(min(count, 1) if serves_all else count)
        near = nearest[row] >= 0
        measured.append(
            Measured(
                at_least=figure,
                at_most=upper(figure, doubts, Fraction(1)) if serves_all else upper(figure, doubts),
                observed=str(count),
                unit="count",
                facilities=len(rows),
                facility=city.facilities.id[rows[nearest[row]]] if near else "",
                origin="centre",
                distance_m=decimal_text(float(distance_m[row]), 0) if near else "",
                reasons=doubts + _may_widen(city, circle, row),
            )
        )
    return measured


def _may_widen(city: City, circle: Circle, row: int) -> tuple[str, ...]:
    """Tell where the policy would allow a wider circle but nobody recorded how wide."""
    areas = city.communities
    unrecorded = (
        np.isnan(areas.radius_m[row]) and areas.attributes["size"][row] in circle.widened_for
    )
    return ("circle-may-widen",) if unrecorded else ()


def _in_reach(
    middle: Geometries, radius_m: Floats, shapes: Geometries
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[int], Floats]:
    """Return the number within the radius, the nearest (first of a tie, -1) and its distance."""
    counts = np.zeros(len(middle), dtype=np.int64)
    nearest = [-1] * len(middle)
    distance_m = np.full(len(middle), np.inf)
    for row, centre in enumerate(middle if len(shapes) else ()):
        away_m = shapely.distance(shapes, centre)
        counts[row] = int((away_m <= radius_m[row] + SAME_PLACE_M).sum())
        nearest[row] = int(np.argmin(away_m))
        distance_m[row] = away_m[nearest[row]]
    return counts, nearest, distance_m
