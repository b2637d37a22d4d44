"""Where the things of a publication made by hand lie: facilities in a row, communities beside.

Facility n lies at (108 + n / 100, 34 + n / 200) degrees, starting again in time. Community 0 is the
triangle below the diagonal of the square from (108, 34); others are the square from (110, 34) on.
"""

from __future__ import annotations

from typing import Any

from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.subjects import bounds

TRIANGLE = [[[108.0, 34.0], [109.0, 34.0], [109.0, 35.0], [108.0, 34.0]]]
SQUARE = [[[110.0, 34.0], [111.0, 34.0], [111.0, 35.0], [110.0, 35.0], [110.0, 34.0]]]


def place(publication: Publication) -> None:
    """Move the things of a publication to their places."""
    rows = list(PublicFeature.objects.filter(publication=publication))
    for row in rows:
        number = int("".join(filter(str.isdigit, row.own_id)))
        row.geometry = geometry_of(row.collection, number)
        sides = bounds(row.geometry)
        assert sides
        row.west, row.south, row.east, row.north = sides
        row.pk = None
    PublicFeature.objects.filter(publication=publication).delete()
    PublicFeature.objects.bulk_create(rows, batch_size=500)


def geometry_of(collection: str, number: int) -> dict[str, Any]:
    """Return the shape of a thing."""
    if collection == "communities":
        return {"type": "Polygon", "coordinates": SQUARE if number else TRIANGLE}
    return {
        "type": "Point",
        "coordinates": [round(108 + number % 150 / 100, 6), round(34 + number % 190 / 200, 6)],
    }
