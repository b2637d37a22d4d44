"""The attributes of areas, facilities and projects that rules may look at, with their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True)
class Attribute:
    """An attribute with its values: code to what people read."""

    zh: str
    values: Mapping[str, str]


@cache
def attributes() -> Mapping[str, Attribute]:
    """Return every attribute by its code."""
    text = resources.files(__package__).joinpath("attributes.yaml").read_text(encoding="utf-8")
    return {code: Attribute(row["zh"], row["values"]) for code, row in yaml.safe_load(text).items()}
