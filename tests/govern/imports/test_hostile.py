"""Files that nobody should open: refused in a sentence, quickly, with little memory."""

from __future__ import annotations

import io
import json
import resource
import time
import zipfile

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.imports.models import Batch, BatchState, Row
from lifecircle.govern.imports.services import bring_in
from tests.govern.conftest import SmallCity
from tests.govern.imports.conftest import MAY, work


def checked(city: SmallCity, name: str, content: bytes) -> Batch:
    batch = bring_in(system("test"), [content], name, city["bridge"], MAY)
    work()
    batch.refresh_from_db()
    return batch


def bomb() -> bytes:
    """Return a workbook of half a megabyte whose sheet unpacks to half a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(128):
                sheet.write(b" " * 2**22)
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<kml><Document><Placemark><name>&c;&x;</name></Placemark></Document></kml>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", bomb()),
        ("laughs.kml", LAUGHS),
        ("cut.gpkg", b"SQLite format 3\x00" + b"x" * 99),
    ],
    ids=["bomb", "laughs", "cut"],
)
def test_what_nobody_should_open_is_refused_quickly(
    small_city: SmallCity, name: str, content: bytes
) -> None:
    before_kb, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    batch = checked(small_city, name, content)
    assert time.process_time() - begun < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 200_000
    assert batch.state == BatchState.FAILED
    assert batch.faults[0]["reason"]
    assert "root:" not in json.dumps(batch.faults)


def test_characters_that_a_database_refuses_are_a_rejected_row(small_city: SmallCity) -> None:
    place = {"type": "Point", "coordinates": [108.9, 34.2]}
    features = [
        {
            "type": "Feature",
            "properties": {
                "设施编号": own_id,
                "设施名称": name,
                "设施类别": "公园",
                "所属社区编号": "mill",
            },
            "geometry": place,
        }
        for own_id, name in (("A", "a\x00b"), ("B", "=cmd|' /C calc'!A1"), ("C", "<script>"))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    batch = checked(small_city, "a.geojson", content)
    assert batch.state == BatchState.CHECKED
    assert sum(batch.counts.values()) == 3
    assert all("\x00" not in str(row.values) for row in Row.objects.all())
