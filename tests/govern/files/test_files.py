"""Files: kept once by content, photographs bare in public, nothing that a browser would run."""

from __future__ import annotations

import io
import resource
import struct
import time
import zlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lifecircle.govern.actor import system
from lifecircle.govern.files.choices import kind_of
from lifecircle.govern.files.models import Attachment, StoredFile
from lifecircle.govern.files.services import attach, keep, safe_name
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.models import Record
from lifecircle.govern.records.services import put
from lifecircle.govern.refused import Refused
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    plain_pages(settings)


@pytest.fixture
def mill_record(small_city: SmallCity) -> Record:
    values = {"name": "mill", "area": small_city["mill"], "categories": ["community_canteen"]}
    version = put(
        system("test"), Facility, "F1", small_city["mill"], values,
        permission="inventory.change", effective_on=date(2026, 1, 1),
    )  # fmt: skip
    return version.record


def photograph(colour: str = "red", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a JPEG lying on its side, taken at 108.95 E 34.25 N at noon in Shanghai."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2026:05:01 12:00:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (34.0, 15.0, 0.0), "E", (108.0, 57.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.django_db
def test_a_photograph_keeps_its_evidence_and_shows_none() -> None:
    kept = keep([photograph()])
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 60, 40)
    assert kept.taken_at == datetime.fromisoformat("2026-05-01T12:00:00+08:00")
    assert (kept.lon, kept.lat) == (108.95, 34.25)
    assert kept.path.read_bytes() == photograph()
    assert kept.public is not None
    with Image.open(kept.public.path) as public:
        assert public.size == (40, 60), "it stands upright"
        assert not public.getexif()
    for hidden in (b"Exif", b"2026:05:01"):
        assert hidden not in kept.public.path.read_bytes()


def test_two_equal_photographs_are_one_content_attached_twice(
    small_city: SmallCity, mill_record: Record
) -> None:
    for caption in ("a", "b"):
        kept = keep([photograph()])
        attach(
            system("test"), kept, small_city["mill"], name="x.jpg", caption=caption,
            record=mill_record,
        )  # fmt: skip
    assert Attachment.objects.count() == 2
    assert StoredFile.objects.count() == 2, "the original and its public copy"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "照片不完整"),
        (b"\xff\xd8\xff\xe0 no photograph", "照片不完整"),
        (b"MZ\x90\x00", "这是程序"),
        (b"", "文件是空的"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_file_of_an_office_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(Refused, match=told):
        keep([content])
    assert not StoredFile.objects.count()


@pytest.mark.django_db
def test_too_large_is_refused_while_it_comes() -> None:
    with pytest.raises(Refused, match="超过1兆"):
        keep((b"x" * 2**19 for _ in range(100)), most_bytes=2**20)


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few kilobytes that says to be of so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10**7)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(20_000, 20_000), (65_000, 65_000), (6_000, 5_000)])
@pytest.mark.django_db
def test_a_bomb_is_refused_before_it_unpacks(size: tuple[int, int]) -> None:
    before_kb, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(Refused, match="像素太多"):
        keep([bomb(*size)])
    assert time.process_time() - begun < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 200_000


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"<svg onload='alert(1)'>", "text/xml"),
        (b"\xef\xbb\xbf  <html>", "text/xml"),
        ("编号,名称\n1,甲\n".encode(), "text/plain"),
        ("编号,名称\n1,甲\n".encode("gb18030"), "text/plain"),
        (b'{"type": "FeatureCollection"}', "application/geo+json"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_the_type_comes_from_the_content(content: bytes, media_type: str, tmp_path: Path) -> None:
    path = tmp_path / "harmless.jpg"
    path.write_bytes(content)
    assert kind_of(path).media_type == media_type


def test_markup_is_never_served_in_the_page(
    small_city: SmallCity, granted: Granted, mill_record: Record
) -> None:
    kept = keep([b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"])
    one = attach(system("test"), kept, small_city["mill"], name="photo.jpg", record=mill_record)
    response = signed_in(granted("in", "bridge", "file.view")).get(f"/files/{one.pk}/shown/")
    assert response.getvalue().startswith(b"<svg")
    response.close()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_who_sees_a_file_and_who_its_original(
    small_city: SmallCity, granted: Granted, mill_record: Record
) -> None:
    one = attach(
        system("test"), keep([photograph()]), small_city["mill"], name="x.png", record=mill_record
    )
    inside = signed_in(granted("inside", "bridge", "file.view"))
    public = inside.get(f"/files/{one.pk}/shown/")
    assert public.headers["Content-Type"] == "image/jpeg"
    assert b"2026:05:01" not in public.getvalue()
    assert inside.get(f"/files/{one.pk}/original/").status_code == 403
    keeper = signed_in(granted("keeper", "mill", "file.view", "file.evidence"))
    assert b"2026:05:01" in keeper.get(f"/files/{one.pk}/original/").getvalue()
    for name, area in (("outside", "west"), ("nobody", None)):
        stranger = signed_in(granted(name, area, "file.view", "file.evidence"))
        for route in (f"{one.pk}/shown/", f"{one.pk}/original/", f"of/{mill_record.pk}/"):
            assert stranger.get(f"/files/{route}").status_code == 404


def test_a_photograph_is_added_on_the_page_and_by_the_api(
    granted: Granted, mill_record: Record
) -> None:
    client = signed_in(granted("inside", "bridge", "file.view", "file.add"))
    page = f"/files/of/{mill_record.pk}/"
    sent = {"file": SimpleUploadedFile("../../甲.jpg", photograph()), "caption": "门口"}
    assert client.post(page, sent).status_code == 302
    assert "门口" in client.get(page).content.decode()
    assert Attachment.objects.get().name == "甲.jpg"
    bad = {"file": SimpleUploadedFile("a.jpg", b"\xff\xd8\xff bad")}
    assert "照片不完整" in client.post(page, bad).content.decode()
    answer = client.post(
        f"/api{page}add", {"file": SimpleUploadedFile("b.jpg", photograph())},
        headers={"Idempotency-Key": "k1"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert len(client.get(f"/api{page}".rstrip("/")).json()) == 2


def test_names_lose_folders_and_tricks() -> None:
    assert safe_name("..\\..\\a/b\u202egpj.exe") == "b_gpj.exe"
    assert safe_name("...") == "file"


def boxed(kind: bytes, *brands: bytes) -> bytes:
    """Return the beginning of a file made of boxes, with what phones write of a place."""
    body = brands[0] + b"\0\0\0\0" + b"".join(brands[1:]) if brands else b""
    return struct.pack(">I", 8 + len(body)) + kind + body + b"\0\0\x10\0meta" + PLACE


PLACE = b"GPSLatitude 34.25 GPSLongitude 108.95" * 9
SEALED = [
    (boxed(b"ftyp", b"heic", b"mif1", b"heic"), "image/heic"),
    (boxed(b"ftyp", b"mif1", b"heic"), "image/heic"),
    (boxed(b"ftyp", b"abcd", b"efgh", b"mif1"), "image/heic"),
    (boxed(b"ftyp", b"avif", b"mif1"), "image/avif"),
    (boxed(b"ftyp", b"isom", b"mp42"), "video/mp4"),
    (boxed(b"ftyp", b"qt  "), "video/mp4"),
    (boxed(b"moov"), "video/quicktime"),
    (boxed(b"JXL "), "image/jxl"),
    (b"II*\0" + PLACE, "image/tiff"),
    (b"MM\0*" + PLACE, "image/tiff"),
    (b"GIF89a" + PLACE, "image/gif"),
]


@pytest.mark.parametrize(("content", "media_type"), SEALED)
def test_what_cannot_be_bared_is_never_shown(
    small_city: SmallCity, granted: Granted, mill_record: Record, content: bytes, media_type: str
) -> None:
    kept = keep([content])
    assert (kept.media_type, kept.public) == (media_type, None)
    one = attach(system("test"), kept, small_city["mill"], name="a.jpg", record=mill_record)
    # also of a file that came before its kind was known
    StoredFile.objects.update(media_type="application/octet-stream")
    inside = signed_in(granted("inside", "bridge", "file.view"))
    keeper = signed_in(granted("keeper", "mill", "file.view", "file.evidence"))
    for client, route, status in (
        (inside, "shown", 403), (inside, "original", 403), (keeper, "shown", 403),
    ):  # fmt: skip
        answer = client.get(f"/files/{one.pk}/{route}/")
        assert answer.status_code == status
        assert b"GPS" not in answer.content
    assert "改存为 JPEG" in inside.get(f"/files/{one.pk}/shown/").content.decode()
    original = keeper.get(f"/files/{one.pk}/original/")
    assert b"".join(original.streaming_content) == content  # type: ignore[attr-defined]


def test_who_uploads_what_cannot_be_shown_is_told(granted: Granted, mill_record: Record) -> None:
    client = signed_in(granted("inside", "bridge", "file.view", "file.add"))
    page = f"/files/of/{mill_record.pk}/"
    sent = {"file": SimpleUploadedFile("甲.heic", SEALED[0][0])}
    assert "只留作证据" in client.post(page, sent, follow=True).content.decode()
    plain = {"file": SimpleUploadedFile("a.csv", b"a,b")}
    assert "只留作证据" not in client.post(page, plain, follow=True).content.decode()
