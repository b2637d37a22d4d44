"""Photographs: when and where they were taken, and a copy that does not say so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from django.utils import timezone as local
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from lifecircle.govern.refused import Refused

MOST_PIXELS = {"JPEG": 120_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""JPEG is decoded at a fraction of its size; the others only whole, in 4 bytes a pixel."""

PUBLIC_PIXELS = 2048
"""The longer side of the public copy at most."""

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011


@dataclass(frozen=True)
class Evidence:
    """What a photograph says of itself, as the camera wrote it: nobody vouches for it.

    ``lon`` and ``lat`` are degrees; the standard means WGS84.
    """

    width: int
    height: int
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def evidence_of(path: Path) -> Evidence:
    """Return what a photograph says of itself; raises Refused for one that is none or too large."""
    with _opened(path) as image:
        try:
            exif = image.getexif()
            told, where = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
        except Exception:  # noqa: BLE001 - whatever stands there, it is no evidence
            told, where = {}, {}
        place = _place(where)
        return Evidence(*image.size, _taken(told), *place)


def write_public(path: Path, out: Path) -> None:
    """Write a JPEG for everybody: upright, of a screen's size, without any of its metadata."""
    try:
        with _opened(path) as image:
            image.draft("RGB", (PUBLIC_PIXELS, PUBLIC_PIXELS))
            image.load()
            image.thumbnail((PUBLIC_PIXELS, PUBLIC_PIXELS))
            upright = ImageOps.exif_transpose(image)
            bare = Image.new("RGB", upright.size, "white")
            alpha = upright.convert("RGBA") if upright.mode in ("RGBA", "LA", "P") else None
            bare.paste(upright.convert("RGB"), mask=alpha.getchannel("A") if alpha else None)
        bare.save(out, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused(_("照片不完整"), remedy=_("重新拍照或重新导出")) from error


def _opened(path: Path) -> Image.Image:
    """Open a photograph after a look at its header: a bomb never unpacks."""
    try:
        image = Image.open(path, formats=tuple(MOST_PIXELS))
    except Image.DecompressionBombError as error:
        raise Refused(_("照片的像素太多"), remedy=_("缩小后再传")) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(_("照片不完整"), remedy=_("重新拍照或重新导出")) from error
    if image.width * image.height > MOST_PIXELS[image.format or "PNG"]:
        image.close()
        raise Refused(_("照片的像素太多"), remedy=_("缩小后再传"))
    return image


def _taken(told: Any) -> datetime | None:
    try:
        at = datetime.strptime(str(told[_TAKEN]).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except (KeyError, ValueError):
        return None
    try:
        sign, hours, minutes = told[_OFFSET][0], *map(int, told[_OFFSET][1:6].split(":"))
        off = timedelta(hours=hours, minutes=minutes)
        return at.replace(tzinfo=timezone(-off if sign == "-" else off))
    except (KeyError, ValueError, IndexError, TypeError):
        return local.make_aware(at)


def _place(where: Any) -> tuple[float, float] | tuple[None, None]:
    try:
        lat = _degrees(where[2]) * (-1 if where[1] == "S" else 1)
        lon = _degrees(where[4]) * (-1 if where[3] == "W" else 1)
    except (KeyError, ValueError, TypeError, ZeroDivisionError, IndexError):
        return None, None
    whole = math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90
    return (lon, lat) if whole else (None, None)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
