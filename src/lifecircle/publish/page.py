"""The self-contained HTML page of findings.

The page opens by double click: everything it needs travels inside it, and its
content security policy forbids every request that would leave the file.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files

SCRIPTS = ("page-data.js", "page-lists.js", "page-map.js")
_PLACEHOLDER = re.compile(r"@@([A-Z_]+)@@")


def render(payload: Mapping[str, object], charts: str = "") -> str:
    """Return the whole page as one HTML document; ``charts`` is markup.

    Equal payloads give equal documents. Title, marks, notices and attributions
    are written into the markup itself, so that no failing script can hide them.
    """
    script = "\n".join(_asset(name) for name in SCRIPTS)
    pack = payload.get("pack")
    parts = {
        "POLICY": html.escape(_policy(script)),
        "TITLE": _text(payload.get("title")),
        "PACK": _text(pack.get("title_zh") if isinstance(pack, Mapping) else None),
        "PACK_EN": _text(pack.get("title_en") if isinstance(pack, Mapping) else None),
        "DATE": _text(payload.get("date")),
        "MARKS": _items(payload.get("marks")),
        "NOTICES": _items(payload.get("notices")),
        "ATTRIBUTIONS": _items(payload.get("attributions")),
        "CHARTS": charts,
        "LICENCE": html.escape(_asset("vendor", "maplibre-gl-LICENSE.txt")),
        "LIBRARY_CSS": _asset("vendor", "maplibre-gl.css"),
        "CSS": _asset("page.css"),
        "LIBRARY": _inert(_asset("vendor", "maplibre-gl.mjs")),
        "WORKER": _inert(_asset("vendor", "maplibre-gl-worker.mjs")),
        "DATA": _inert(dict(payload)),
        "SCRIPT": script,
    }
    # One pass over the template only: text put in is never searched again, so a
    # name that looks like a placeholder stays a name.
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], _asset("page.html"))


def _asset(*path: str) -> str:
    """Read one text file of the package's assets."""
    place = files("lifecircle.publish") / "assets"
    for step in path:
        place = place / step
    return place.read_text(encoding="utf-8")


def _inert(value: object) -> str:
    """Write a value as JSON that no HTML parser can take for markup."""
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.replace("<", "\\u003c")


def _text(value: object) -> str:
    """Escape one payload text for markup; nothing for a missing one."""
    return "" if value is None else html.escape(str(value))


def _items(value: object) -> str:
    """Write a payload list of sentences as list items."""
    sentences = value if isinstance(value, list | tuple) else ()
    return "".join(f"<li>{_text(sentence)}</li>" for sentence in sentences)


def _policy(script: str) -> str:
    """Allow this one script and what it makes itself, and nothing from outside."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'sha256-{digest}' blob:",
            "worker-src blob: data:",
            "connect-src blob: data:",
            "img-src blob: data:",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
