"""The attributes of areas, facilities and projects that rules may look at, with their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lifecircle.terms.codes import code_sets, title_zh
from lifecircle.terms.shipped import read_shipped


@dataclass(frozen=True)
class Attribute:
    """An attribute with its values: code to what people read."""

    zh: str
    values: Mapping[str, str]


@cache
def attributes() -> Mapping[str, Attribute]:
    """Return every attribute by its code."""
    found = {}
    for code, row in read_shipped("attributes.yaml").items():
        values = {value.code: value.zh for value in code_sets()[row["set"]].values()}
        found[code] = Attribute(title_zh(row["set"]), values | row.get("reads", {}))
    return found
