"""Reads the YAML files that come with lifecircle, each in the room it belongs to."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

# the parser in C reads these files ten times as fast, but not every build of PyYAML has it
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_shipped(name: str, room: str = __package__) -> Any:
    """Return the content of the file ``name`` in the package ``room``."""
    text = resources.files(room).joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  a safe loader either way
