"""Places in every system, pages that hold while something else is published, GDAL as a reader."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.govern.features.asking import going_on
from lifecircle.govern.features.systems import CRS84, EVERYWHERE, epsg, systems_at
from lifecircle.govern.public import live
from lifecircle.govern.publications.models import Publication, PublicFeature
from tests.govern.features.placed import place
from tests.govern.platform import Platform
from tests.govern.publications.stock import published_in, superseded

ITEMS = "/ogc/collections/facilities/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def placed(reader: Client, code: int) -> list[float]:
    """Return the coordinates of facility 3, which lies at (108.03, 34.015)."""
    answer = reader.get(f"{ITEMS}/F%2F3?crs={EPSG}{code}")
    assert answer.headers["Content-Crs"] == f"<{EPSG}{code}>"
    told: list[float] = answer.json()["geometry"]["coordinates"]
    return told


def test_each_system_has_the_axes_of_its_register(shown: Publication, reader: Client) -> None:
    assert reader.get(f"{ITEMS}/F%2F3").json()["geometry"]["coordinates"] == [108.03, 34.015]
    for code in (4326, 4490):
        assert placed(reader, code) == [34.015, 108.03]
    mercator = np.array([108.03, 0]) / 180 * np.pi * 6378137
    assert placed(reader, 3857)[0] == pytest.approx(mercator[0], abs=0.001)
    # the zone of 108 degrees east: northing first, false easting 500 km
    northing, easting = placed(reader, 4545)
    assert 3_764_000 < northing < 3_767_000
    assert 502_700 < easting < 502_800


@pytest.mark.parametrize(("lon", "code"), [(75.2, 4534), (108.9, 4545), (113.3, 4547), (135, 4554)])
def test_the_zone_of_a_city(lon: float, code: int) -> None:
    zone = systems_at(lon)[-1]
    assert zone == epsg(code)
    meridian = pyproj.CRS(zone.code).to_cf()["longitude_of_central_meridian"]
    assert abs(meridian - lon) <= 1.5


def test_no_zone_elsewhere() -> None:
    assert systems_at(None) == systems_at(2.3) == systems_at(-100) == EVERYWHERE


@given(
    st.sampled_from(systems_at(108.9)),
    st.floats(107.6, 110.2), st.floats(33.0, 35.0), st.floats(0.001, 0.4), st.floats(0.001, 0.4),
)  # fmt: skip
def test_a_box_in_a_system_holds_just_the_points_that_lie_in_it_there(
    system: Any, west: float, south: float, wide: float, high: float
) -> None:
    low, top = system.told(shapely.points([[west, south], [west + wide, south + high]]))
    sides = (*shapely.get_coordinates(low)[0], *shapely.get_coordinates(top)[0])
    x1, x2, y1, y2 = (*sorted(sides[::2]), *sorted(sides[1::2]))
    (box,) = system.boxes((x1, y1, x2, y2))
    lons, lats = np.meshgrid(np.linspace(107, 111, 23), np.linspace(32.5, 36, 23))
    points = shapely.points(lons.ravel(), lats.ravel())
    there = shapely.get_coordinates(system.told(points))
    inside = (there[:, 0] >= x1) & (there[:, 0] <= x2) & (there[:, 1] >= y1) & (there[:, 1] <= y2)
    edge = shapely.distance(points, shapely.boundary(box.area)) < 1e-5
    assert (shapely.intersects(box.area, points) == inside)[~edge].all()


def test_a_slanted_box_of_a_zone(shown: Publication, reader: Client) -> None:
    corner, far = placed(reader, 4545), [0.0, 0.0]
    far = [corner[0] + 1000, corner[1] + 1200]
    box = ",".join(map(str, [corner[0] - 1, corner[1] - 1, *far]))
    told = reader.get(f"{ITEMS}?bbox={box}&bbox-crs={EPSG}4545").json()
    assert [one["id"] for one in told["features"]] == ["F/3", "F/4"]
    assert told["numberMatched"] == 2


def test_what_is_shown_in_another_datum_has_no_shape(shown: Publication, reader: Client) -> None:
    PublicFeature.objects.update(geometry=None, west=None, south=None, east=None, north=None)
    told = reader.get(f"{ITEMS}?crs={EPSG}4326").json()
    assert {one["geometry"] for one in told["features"]} == {None}
    layer = reader.get("/ogc/collections/facilities").json()
    assert "spatial" not in layer["extent"]
    assert "不是 WGS 84" in layer["description"]
    assert reader.get(f"{ITEMS}?bbox=-180,-90,180,90").json()["numberMatched"] == 0


def follow(reader: Client, answer: Any) -> Any:
    (href,) = [one["href"] for one in answer.json()["links"] if one["rel"] == "next"]
    return reader.get(href.removeprefix("http://testserver"))


def replaced(shown: Publication, **told: Any) -> Publication:
    superseded(shown)
    made = published_in(shown.area, "新", 2, 20, published_at=timezone.now(), **told)
    place(made)
    live.forget()
    return made


def test_who_has_begun_reads_to_the_end_what_he_began(shown: Publication, reader: Client) -> None:
    page = reader.get(f"{ITEMS}?limit=5")
    seen = [one["id"] for one in page.json()["features"]]
    replaced(shown)
    for _ in range(2):
        page = follow(reader, page)
        assert page.status_code == 200
        assert page.json()["numberMatched"] == 12
        assert {one["properties"]["name"][:2] for one in page.json()["features"]} == {"春晖"}
        seen += [one["id"] for one in page.json()["features"]]
    assert sorted(seen) == sorted(f"F/{at}" for at in range(12))
    assert reader.get(ITEMS).json()["numberMatched"] == 20


def test_what_was_wrong_is_not_read_on(shown: Publication, reader: Client) -> None:
    page = reader.get(f"{ITEMS}?limit=5")
    replaced(shown, corrects=shown, correction="电话写错了")
    answer = follow(reader, page)
    assert answer.status_code == 409
    assert answer.json()["description"] == "公开的结果已经更新；请从第一页重新取。"


def test_a_part_of_what_was_there_is_never_taken_for_all(
    shown: Publication, reader: Client
) -> None:
    page = reader.get(f"{ITEMS}?limit=5")
    replaced(shown)
    PublicFeature.objects.filter(publication=shown, own_id="F/9").delete()
    assert follow(reader, page).status_code == 409


def test_after_an_hour_one_begins_again(shown: Publication, reader: Client) -> None:
    page = reader.get(f"{ITEMS}?limit=5")
    made = replaced(shown)
    early = timezone.now() - timedelta(minutes=61)
    Publication.objects.filter(pk=made.pk).update(published_at=early)
    assert follow(reader, page).status_code == 409


def test_what_is_withdrawn_is_not_read_on(shown: Publication, reader: Client) -> None:
    page = reader.get(f"{ITEMS}?limit=5")
    made = replaced(shown)
    superseded(shown, "withdrawn")
    live.forget()
    answer = follow(reader, page)
    assert (answer.status_code, answer.json()["code"]) == (410, "Withdrawn")
    superseded(made, "withdrawn")
    live.forget()
    assert follow(reader, page).status_code == 410


def test_a_token_reaches_nothing_that_was_not_public(shown: Publication, reader: Client) -> None:
    secret = published_in(shown.area, "密", 2, 3, state="proposed", published_at=None)
    for number in (secret.pk, 10**17):
        assert reader.get(f"{ITEMS}?after={going_on(number, 'F/0')}").status_code == 404


def test_two_areas_each_have_their_layers(
    shown: Publication, reader: Client, small_city: Any
) -> None:
    other = published_in(small_city["east"], "东", 1, 2)
    names = [one["id"] for one in reader.get("/ogc/collections").json()["collections"]]
    assert names[:2] == ["communities", "facilities"]
    past = f"facilities-run-{shown.area_id}"
    assert set(names[2:]) == {f"communities-run-{shown.area_id}", past}
    assert reader.get(ITEMS).json()["numberMatched"] == 2
    assert reader.get(f"/ogc/collections/{past}/items").json()["numberMatched"] == 12
    assert other.pk > shown.pk


def test_gdal_reads_page_by_page(platform: Platform) -> None:
    address = f"OAPIF:{platform.url}/ogc/"
    options = {"PAGE_SIZE": "2", "INITIAL_REQUEST_PAGE_SIZE": "1"}
    assert {name for name, _ in pyogrio.list_layers(address)} == {"communities", "facilities"}
    meta, _, shapes, columns = pyogrio.raw.read(address, layer="facilities", **options)
    told = dict(zip(meta["fields"], columns, strict=True))
    assert sorted(told["id"]) == ["F/0", "F/1", "F/2"]
    assert set(told["name"]) == {f"Rivermouth F{at}" for at in range(3)}
    assert {shapely.from_wkb(one).wkt for one in shapes} == {"POINT (108.5 34.5)"}
    assert {str(one) for one in told["as_of"]} == {"2026-06-30"}
    assert CRS84.code == "OGC:CRS84"
