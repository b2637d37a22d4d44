"""The taxonomy of facility categories: codes, names, functions, and the tags and codes of maps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lifecircle.terms.shipped import read_shipped
from lifecircle.terms.spellings import Spellings, folded

PRIVATE_ACCESS = frozenset({"private", "no"})
AMAP_DIGITS = 6


@dataclass(frozen=True)
class Category:
    """A kind of facility.

    ``functions`` are codes of the set ``function``; ``names`` other spellings of offices; ``osm``
    alternative tag sets; ``amap`` type codes of Amap, less those of ``amap_except`` (see
    `categories_of_amap`); ``ground`` marks open ground entered from its edge; ``note`` says what
    is a judgement or unverified.
    """

    code: str
    zh: str
    en: str
    functions: tuple[str, ...]
    names: tuple[str, ...]
    osm: tuple[tuple[tuple[str, str], ...], ...]
    amap: tuple[str, ...]
    amap_except: tuple[str, ...]
    ground: bool
    note: str


@cache
def categories() -> Mapping[str, Category]:
    """Return every category by its code, in the order of the file."""
    return {
        code: Category(
            code=code,
            zh=row["zh"],
            en=row["en"],
            functions=tuple(row.get("functions", ())),
            names=tuple(row.get("names", ())),
            osm=tuple(tuple(sorted(tags.items())) for tags in row.get("osm", ())),
            amap=tuple(row.get("amap", ())),
            amap_except=tuple(row.get("amap_except", ())),
            ground=row.get("ground", False),
            note=row.get("note", ""),
        )
        for code, row in read_shipped("taxonomy.yaml")["categories"].items()
    }


@cache
def _spellings() -> Spellings:
    return Spellings((c.code, (c.zh, c.en, *c.names)) for c in categories().values())


def category_of(text: str) -> str | None:
    """Return the category that ``text`` names, or None where it names none.

    Codes, Chinese and English names and common names are known; width, case, spaces, brackets and
    other marks do not matter. A name that could mean two categories is known for neither.
    """
    return _spellings().code_of(text)


def suggestions(text: str) -> tuple[str, ...]:
    """Return the Chinese names of categories that ``text`` may mean, best first, at most 3."""
    return _spellings().close_to(text)


def matching(word: str) -> tuple[Category, ...]:
    """Return the categories that ``word`` may be about, in order, none where there is none.

    The category it names alone where it names one; of six digits, those of the Amap type code;
    otherwise those with the word in a name.
    """
    exact = category_of(word)
    if exact is not None:
        return (categories()[exact],)
    if re.fullmatch(r"[0-9]{6}", word):
        return tuple(categories()[code] for code in categories_of_amap(word))
    wanted = folded(word)
    return tuple(
        category
        for category in categories().values()
        if wanted
        and any(
            wanted in folded(name)
            for name in (category.code, category.zh, category.en, *category.names)
        )
    )


def categories_named(text: str, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the categories that ``text`` names, an office's ``own`` words first; none if none.

    ``own`` is keyed by folded words, as `lifecircle.place.forms.own_kinds.read_kinds` returns it.
    """
    if folded(text) in own:
        return own[folded(text)]
    code = category_of(text)
    return () if code is None else (code,)


@cache
def osm_pairs() -> frozenset[tuple[str, str]]:
    """Return the tags one of which every OpenStreetMap object that is a facility has."""
    return frozenset(_by_tag())


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
    if index.keys().isdisjoint(tags.items()):  # most buildings; asked for each of them
        return ()
    found = {
        code
        for pair in tags.items()
        for code, wanted in index.get(pair, ())
        if all(tags.get(key) == value or (value == "*" and key in tags) for key, value in wanted)
    }
    return tuple(sorted(found))


def categories_of_amap(typecodes: str) -> tuple[str, ...]:
    """Return the codes of all categories that Amap type codes stand for, sorted.

    ``typecodes`` is as Amap exports it: six digits, several parted by ``|``; zeros that a
    spreadsheet dropped from the front are put back. A code of the taxonomy that ends in ``00``
    covers its children: 060200 covers 060200 to 060299, 060000 all from 060000 to 069999; a
    category's own ``amap_except`` are left out of that. What is no type code stands for nothing.
    """
    found = {
        code
        for typecode in re.findall(r"[0-9]+", typecodes)
        if len(typecode) <= AMAP_DIGITS
        for code in _of_typecode(typecode.zfill(AMAP_DIGITS))
    }
    return tuple(sorted(found))


@cache
def _of_typecode(typecode: str) -> frozenset[str]:
    return frozenset(
        cat.code
        for cat in categories().values()
        if _covered(typecode, cat.amap) and not _covered(typecode, cat.amap_except)
    )


def _covered(typecode: str, wanted: tuple[str, ...]) -> bool:
    return any(typecode.startswith(prefix) for prefix in _prefixes(wanted))


def _prefixes(typecodes: tuple[str, ...]) -> Iterator[str]:
    """Yield the digits that say something: pairs of zeros at the end stand for any child."""
    for typecode in typecodes:
        yield re.sub(r"(00)+$", "", typecode)


def osm_tags_text(code: str) -> str:
    """Return in one phrase which OpenStreetMap tags were looked for, for the evidence."""
    return "、".join(
        "+".join(f"{key}={value}" for key, value in tags) for tags in categories()[code].osm
    )


def names_zh(codes: tuple[str, ...] | list[str]) -> str:
    """Return the Chinese names of ``codes``, joined."""
    return "、".join(categories()[code].zh for code in codes)
