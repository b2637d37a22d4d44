"""The taxonomy of facility categories: codes, names, and the OpenStreetMap tags for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

PRIVATE_ACCESS = frozenset({"private", "no"})


@dataclass(frozen=True)
class Category:
    """A kind of facility.

    ``osm`` holds alternative tag sets; ``ground`` marks open ground entered from its edge.
    """

    code: str
    zh: str
    en: str
    osm: tuple[tuple[tuple[str, str], ...], ...]
    ground: bool
    note: str


@cache
def categories() -> Mapping[str, Category]:
    """Return every category by its code, in the order of the file."""
    text = resources.files(__package__).joinpath("taxonomy.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["categories"]
    return {
        code: Category(
            code=code,
            zh=row["zh"],
            en=row["en"],
            osm=tuple(tuple(sorted(tags.items())) for tags in row["osm"]),
            ground=row.get("ground", False),
            note=row.get("note", ""),
        )
        for code, row in rows.items()
    }


@cache
def osm_keys() -> frozenset[str]:
    """Return the tag keys that can make an OpenStreetMap object a facility."""
    return frozenset(key for cat in categories().values() for tags in cat.osm for key, _ in tags)


@cache
def _by_tag() -> Mapping[tuple[str, str], tuple[tuple[str, tuple[tuple[str, str], ...]], ...]]:
    """Index the tag sets by one exact tag of each, so that a lookup touches few rows."""
    index: dict[tuple[str, str], list[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for cat in categories().values():
        for tags in cat.osm:
            exact = next(pair for pair in tags if pair[1] != "*")
            index.setdefault(exact, []).append((cat.code, tags))
    return {pair: tuple(rows) for pair, rows in index.items()}


def categories_of_tags(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes of all categories that ``tags`` stand for, sorted; none when private."""
    if tags.get("access") in PRIVATE_ACCESS:
        return ()
    index = _by_tag()
    found = {
        code
        for pair in tags.items()
        for code, wanted in index.get(pair, ())
        if all(tags.get(key) == value or (value == "*" and key in tags) for key, value in wanted)
    }
    return tuple(sorted(found))


def osm_tags_text(code: str) -> str:
    """Return in one phrase which OpenStreetMap tags were looked for, for the evidence."""
    return "、".join(
        "+".join(f"{key}={value}" for key, value in tags) for tags in categories()[code].osm
    )


def names_zh(codes: tuple[str, ...] | list[str]) -> str:
    """Return the Chinese names of ``codes``, joined."""
    return "、".join(categories()[code].zh for code in codes)
