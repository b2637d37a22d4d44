"""What the executable test suite of OGC API - Features (parts 1 and 2) looks at, one by one."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyproj
import pytest
from django.test import Client

from lifecircle.govern.publications.models import Publication
from tests.govern.features.placed import TRIANGLE

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
LAYERS = ("communities", "facilities")
ITEMS = "/ogc/collections/facilities/items"

pytestmark = pytest.mark.usefixtures("shown")


def links(told: dict[str, Any], rel: str) -> list[dict[str, str]]:
    return [one for one in told["links"] if one["rel"] == rel]


def got(reader: Client, href: str) -> Any:
    answer = reader.get(href.removeprefix("http://testserver"))
    assert answer.status_code == 200, (href, answer.content)
    return answer


def ids(reader: Client, query: str, layer: str = "facilities") -> list[str]:
    told = reader.get(f"/ogc/collections/{layer}/items?{query}").json()
    assert told["numberMatched"] == told["numberReturned"] == len(told["features"])
    return [one["id"] for one in told["features"]]


def test_landing_page_leads_everywhere(reader: Client) -> None:
    answer = got(reader, "/ogc/")
    told = answer.json()
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        (one,) = links(told, rel)
        assert got(reader, one["href"]).headers["Content-Type"].startswith(one["type"])
        assert f'<{one["href"]}>; rel="{rel}"' in answer.headers["Link"]


def test_the_landing_page_needs_no_slash(reader: Client) -> None:
    """QGIS 3.22 follows no redirect to a path, and people leave the slash out."""
    for query in ("", "?f=json", "?f=html"):
        bare, whole = reader.get(f"/ogc{query}"), reader.get(f"/ogc/{query}")
        assert bare.status_code == 200
        assert bare.content == whole.content


def test_every_operation_is_described(reader: Client) -> None:
    (where,) = links(reader.get("/ogc/").json(), "service-desc")
    told = got(reader, where["href"]).json()
    assert told["openapi"].startswith("3.0.")
    names = [one["get"]["operationId"] for one in told["paths"].values()]
    assert len(set(names)) == len(names)
    for layer in LAYERS:
        own = told["paths"][f"/collections/{layer}/items"]["get"]["parameters"]
        used = {one["$ref"].rpartition("/")[2] for one in own}
        assert {"limit", "bbox", "datetime", "crs", "bbox-crs", "name", "community"} <= used
    limit = told["components"]["parameters"]["limit"]["schema"]
    assert (limit["minimum"], limit["default"], limit["maximum"]) == (1, 100, 1000)
    references = set(re.findall(r'"#/components/(\w+)/([\w-]+)"', str(told).replace("'", '"')))
    assert references
    for kind, name in references:
        assert name in told["components"][kind]


def test_conformance_names_core_geojson_openapi_and_crs(reader: Client) -> None:
    told = got(reader, "/ogc/conformance").json()["conformsTo"]
    assert {one.rpartition("/")[2] for one in told} == {"core", "geojson", "oas30", "crs"}


def test_collections_are_told_alike_alone_and_together(reader: Client) -> None:
    told = got(reader, "/ogc/collections").json()
    assert [one["id"] for one in told["collections"]] == list(LAYERS)
    for one in told["collections"]:
        assert got(reader, links(one, "self")[0]["href"]).json() == one
        assert links(one, "items")[0]["type"] == "application/geo+json"
        assert one["storageCrs"] == one["crs"][0] == one["extent"]["spatial"]["crs"] == CRS84
        assert {f"{EPSG}{code}" for code in (4326, 3857, 4490)} < set(one["crs"])
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east
        assert south < north
        assert got(reader, links(one, "describedby")[0]["href"]).json()["type"] == "object"


@pytest.mark.parametrize("layer", LAYERS)
def test_items_are_geojson_with_their_figures(reader: Client, layer: str) -> None:
    answer = got(reader, f"/ogc/collections/{layer}/items?limit=2")
    told = answer.json()
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert answer.headers["Content-Crs"] == f"<{CRS84}>"
    assert told["type"] == "FeatureCollection"
    assert told["numberReturned"] == len(told["features"]) == 2
    assert told["numberMatched"] == {"communities": 2, "facilities": 12}[layer]
    assert told["timeStamp"] == "2026-07-01T01:00:00Z"
    assert [one["rel"] for one in links(told, "self")] == ["self"]
    for one in told["features"]:
        assert (one["type"], set(one["geometry"])) == ("Feature", {"type", "coordinates"})
        alone = got(reader, f"/ogc/collections/{layer}/items/{one['id'].replace('/', '%2F')}")
        assert alone.headers["Content-Type"] == "application/geo+json"
        whole = alone.json()
        assert got(reader, links(whole, "self")[0]["href"]).json() == whole
        assert got(reader, links(whole, "collection")[0]["href"]).json()["id"] == layer
        assert {name: whole[name] for name in one} == one


def test_next_leads_through_all_of_them_once(reader: Client) -> None:
    where, seen, pages = f"{ITEMS}?limit=5&f=json", [], 0
    while where:
        told = got(reader, where).json()
        seen += [one["id"] for one in told["features"]]
        where = next((one["href"] for one in links(told, "next")), "")
        pages += 1
    assert pages == 3
    assert sorted(seen) == sorted(f"F/{at}" for at in range(12))
    assert len(set(seen)) == 12


def test_a_next_link_survives_being_taken_apart_and_encoded_again(reader: Client) -> None:
    asked = {"limit": "5", "crs": f"{EPSG}4326", "bbox": "108,34,109,35", "bbox-crs": CRS84}
    told = reader.get(ITEMS, asked).json()
    (told_next,) = links(told, "next")
    query = told_next["href"].partition("?")[2]
    taken = dict(one.split("=", 1) for one in query.split("&"))
    assert {name: taken[name] for name in asked} == asked
    assert re.fullmatch(r"[\w-]+", taken["after"], re.ASCII)
    again = reader.get(ITEMS, taken)
    assert again.json()["numberReturned"] == 5


def test_the_boxes_of_the_executable_tests_are_answered(reader: Client) -> None:
    """The prime meridian, the equator, the date line, the poles; then the whole in each system."""
    for box in ("-1.5,50,1.5,53", "-80,-5,-70,5", "177,65,-177,70", "-180,85,180,90",
                "-180,-90,180,-85"):  # fmt: skip
        assert ids(reader, f"bbox={box}") == []
    layer = reader.get("/ogc/collections/facilities").json()
    everything = set(ids(reader, ""))
    for uri in layer["crs"]:
        crs = "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"
        move = pyproj.Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
        left, bottom, right, top = layer["extent"]["spatial"]["bbox"][0]
        sides = move.transform_bounds(left, bottom, right, top)
        more = 0.001 if abs(sides[0]) > 180 else 1e-6
        west, south, east, north = np.add(sides, [-more, -more, more, more])
        found = [
            set(ids(reader, f"bbox-crs={uri}&bbox=" + ",".join(f"{one:.7f}" for one in box)))
            for box in ((west, south, east, north), (south, west, north, east))
        ]
        # the tests of OGC give x first in every system: what comes is no error and nothing else
        assert everything in found, uri
        assert found[0] <= everything
        assert found[1] <= everything


def test_a_limit_above_the_most_is_the_most(reader: Client) -> None:
    assert len(ids(reader, "limit=1000000")) == 12


def test_a_box_keeps_what_meets_it(reader: Client) -> None:
    assert ids(reader, "bbox=108.015,34,108.035,35") == ["F/2", "F/3"]
    assert ids(reader, "bbox=108.02,34.01,108.02,34.01") == ["F/2"]
    assert ids(reader, "bbox=108.015,34,-100,108.035,35,9000") == ["F/2", "F/3"]
    assert ids(reader, "bbox=10,10,11,11") == []
    everywhere = ids(reader, "bbox=-180,-90,180,90")
    assert len(everywhere) == 12
    # over the date line: from 108.095 east all the way round to 108.005
    assert sorted(ids(reader, "bbox=108.095,-90,108.005,90")) == ["F/0", "F/10", "F/11"]


def test_a_box_asks_for_the_shape_not_for_the_box_around_it(reader: Client) -> None:
    assert TRIANGLE[0][2] == [109.0, 35.0]
    assert ids(reader, "bbox=108.05,34.9,108.1,34.95", "communities") == []
    assert ids(reader, "bbox=108.9,34.05,108.95,34.1", "communities") == ["C0"]
    assert ids(reader, "bbox=109,35,110,36", "communities") == ["C0", "C1"]


@pytest.mark.parametrize(
    ("code", "box"),
    [
        (4326, "34,108.015,35,108.035"),
        (4490, "34,108.015,35,108.035"),
        (3857, "12024174.8,4028802.0,12026401.3,4163881.1"),
    ],
)
def test_a_box_of_another_system(reader: Client, code: int, box: str) -> None:
    assert ids(reader, f"bbox={box}&bbox-crs={EPSG}{code}") == ["F/2", "F/3"]


def test_times_meet_the_day_of_the_data(reader: Client) -> None:
    meeting = ("2026-06-30T00:00:00Z", "2026-06-30", "2026-01-01/..", "../2026-06-30",
               "/2026-12-31T23:59:59Z", "2026-06-01/2026-07-01", "2026-06-28/P2D",
               "P1M/2026-07-30", "2026-01-31/P5M", "2026-06-29T23:00:00%2B08:00/PT1H",
               "2024-02-29/P2Y4M1DT1S", "2026-06-23/P1W")  # fmt: skip
    for when in meeting:
        assert len(ids(reader, f"datetime={when}")) == 12, when
    for when in ("2025-01-01T00:00:00Z", "2026-07-01/..", "../2026-06-29", "2026-06-28/P1D",
                 "2026-01-30/P4M", "P1M/2026-08-01",
                 "2026-06-29T22:00:00%2B08:00/PT1H"):  # fmt: skip
        assert ids(reader, f"datetime={when}") == [], when


def test_fields_filter(reader: Client) -> None:
    assert ids(reader, "name=春晖 F7") == ["F/7"]
    assert sorted(ids(reader, "community=C1")) == sorted(f"F/{at}" for at in range(1, 12, 2))
    assert ids(reader, "community=C1&bbox=108.015,34,108.035,35") == ["F/3"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=many", "limit=", "limit=1.5", "limit=1&limit=2",
        "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=", "bbox=0,1,0,0", "bbox=1,2,nan,4",
        "bbox=1,2,3,inf", "bbox-crs=EPSG:9", f"crs={EPSG}9", "crs=", "datetime=yesterday",
        "datetime=2026-13-01", "datetime=2026-02-01/2026-01-01", "datetime=", "datetime=/a",
        "datetime=0001-01-01T00:00:00%2B14:00/..9", "datetime=P1D", "datetime=2026-06-30/P",
        "datetime=P1D/P1D", "datetime=P1D/..", "datetime=../P1D", "datetime=2026-06-30/PT",
        "datetime=2026-06-30/P9999Y", "datetime=0001-01-01/P0D/", "datetime=P1D/0001-01-01",
        "after=MTI6Rg!", "after=MTpG%2BAA", "after=OjE", "after=F/1", "after=", "unknown=1",
        "f=xml", "f=html", "name=%00", "name=%FF", f"crs={CRS84}%00",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_told_in_a_sentence(reader: Client, query: str) -> None:
    answer = reader.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.content
    told = answer.json()
    assert told["code"] == "InvalidParameterValue"
    assert told["description"].endswith("。")


@pytest.mark.parametrize("path", ["", "api", "conformance", "collections"])
def test_no_parameter_is_passed_over(reader: Client, path: str) -> None:
    assert reader.get(f"/ogc/{path}?limit=1").status_code == 400
    assert reader.get(f"/ogc/{path}?f=xml").status_code == 400


@pytest.mark.parametrize(
    "path", ["collections/none", "collections/none/items", "collections/facilities/items/F%2F99",
             "collections/facilities/items/%00", "collections/none/schema", "nowhere"],
)  # fmt: skip
def test_what_is_not_there(reader: Client, path: str) -> None:
    answer = reader.get(f"/ogc/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")


def test_pages_of_others_may_read(reader: Client) -> None:
    for path in ("/ogc/", ITEMS, "/ogc/nowhere"):
        assert reader.get(path).headers["Access-Control-Allow-Origin"] == "*"
        assert reader.get(path).headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        asked = reader.options(path)
        assert (asked.status_code, asked.content) == (204, b"")
        assert asked.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert reader.post(path).status_code == 405
    head = reader.head(ITEMS)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == reader.get(ITEMS).headers["ETag"]


def test_everybody_gets_the_same_and_nobody_twice(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        answer = reader.get(ITEMS)
    assert not answer.cookies
    assert answer.headers["Cache-Control"].startswith("public")
    again = reader.get(ITEMS, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    with django_assert_max_num_queries(0):
        assert reader.get(ITEMS).content == answer.content


def test_a_browser_gets_a_page(reader: Client) -> None:
    for path in ("/ogc/", "/ogc/collections"):
        page = reader.get(path, headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
        assert page.headers["Content-Type"].startswith("text/html")
        assert page.content == reader.get(f"{path}?f=html").content.replace(b"%3Ff%3Dhtml", b"")
        assert reader.get(path, headers={"Accept": "*/*"}).json()
        assert "Accept" in page.headers["Vary"]


def test_nothing_is_published(shown: Publication, reader: Client) -> None:
    Publication.objects.all().update(state="withdrawn")
    assert reader.get("/ogc/collections").json()["collections"] == []
    assert reader.get(ITEMS).status_code == 404
    for path in ("/ogc/?f=html", "/ogc/collections?f=html", "/ogc/api"):
        assert reader.get(path).status_code == 200
