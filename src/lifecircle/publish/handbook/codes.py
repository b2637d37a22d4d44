"""QR codes: addresses inside the published map, drawn as SVG."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

import segno

PAGE = "index.html"
"""The page of the published map; what stands after its # is opened there."""


def map_url(base: str) -> str:
    """Return the address of the map in the folder at ``base``."""
    return f"{base.rstrip('/')}/{PAGE}"


def facility_url(base: str, own_id: str) -> str:
    """Return the address that opens the map at a facility."""
    return f"{map_url(base)}#facility={quote(own_id, safe='')}"


def community_url(base: str, own_id: str) -> str:
    """Return the address that opens the map at a community."""
    return f"{map_url(base)}#community={quote(own_id, safe='')}"


@cache
def qr(url: str) -> str:
    """Return a QR code of a web address as SVG."""
    code = segno.make(url, error="m", micro=False)
    side = code.symbol_size(border=2)[0]
    drawn = code.svg_inline(border=2, svgclass=None, lineclass=None, omitsize=True)
    assert f'viewBox="0 0 {side} {side}"' in drawn
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
