"""Entries as text and their hashes; no database, so that a small script can verify an export."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64
"""Stands before the first entry."""


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one text of a content: JSON with sorted keys and no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """Return the one text of a moment: UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link(previous: str, content: str) -> str:
    """Return the hash of an entry: SHA-256 over the hash before it, a line break and its text."""
    return hashlib.sha256(f"{previous}\n{content}".encode("utf-8", "surrogateescape")).hexdigest()


def root(rows: list[str]) -> str:
    """Return the hash that stands for the rows of a batch, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(hashlib.sha256(row.encode()).digest())
    return digest.hexdigest()
