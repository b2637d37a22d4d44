"""Every number that stands by a word for persons in what is published, whatever the file.

Text is read as a person reads it: PDF and Word by their text, scripts and JSON by their strings and
by the numbers under keys that speak of persons. Tables that `attack` reads as equations are left.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf

from lifecircle.publish.opendata.persons import K

WORDS = "居民|老年人|老人|儿童|兒童|孩子|人口|人次|人"
"""In simplified and traditional characters."""
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_BEFORE = re.compile(
    rf"(?P<n>{_NUMBER})(?P<span>\s*(?:至|到|—|–|-|~|～)\s*(?P<m>{_NUMBER}))?\s*"
    rf"(?P<scale>万|千|百)?[多余]?\s*[名位个]?\s*(?:{WORDS})"
)
_AFTER = re.compile(
    rf"(?:{WORDS})(?:总?数|合计)?[为是有共约]?(?:至少|至多)?[：:（(]?[ \t\u3000]*"
    rf"(?P<n>(?>{_NUMBER}))(?:\s*(?:至|到|—|–|-|~|～)\s*(?P<m>(?>{_NUMBER})))?(?!\s*(?:分钟|米|%|处|个|年|岁|条|项|号|月))"
)
_KEYS = re.compile(r"people|residents|older|child|persons|affected|heads|人", re.IGNORECASE)
_SCALES = {"万": 10_000, "千": 1000, "百": 100, None: 1}
_TABLES = frozenset({"communities.csv", "verdicts.csv", "totals.csv"})


@dataclass(frozen=True)
class Told:
    """A number of persons, or a span of them, and the words around it; ``where`` names the file."""

    least: float
    most: float
    around: str
    where: str = ""

    @property
    def fine(self) -> bool:
        """Say whether it is finer than any span: a number not said to be an end, a narrow span."""
        if self.least == self.most:
            return re.search("至少|至多|不到|不满|以上|以下|least|most", self.around) is None
        return self.most - self.least < K - 1


def in_text(text: str, where: str = "") -> list[Told]:
    """Return every number by a word for persons in running text."""
    found = []
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            scale = _SCALES[match.groupdict().get("scale")]
            ends = [_number(match[one]) * scale for one in ("n", "m") if match[one]]
            around = text[max(0, match.start() - 12) : match.end() + 12].replace("\n", " ")
            found.append(Told(ends[0], ends[-1], around, where))
    return found


def in_json(value: Any, where: str = "", key: str = "") -> Iterator[Told]:
    """Yield the numbers of a JSON value: of its strings, and under keys that speak of persons.

    Under such a key two numbers side by side (a list of two, ``at_least`` and ``at_most``) are a
    span; every other number stands for itself.
    """
    if isinstance(value, str):
        yield from in_text(value, where)
    elif isinstance(value, Mapping):
        for name, own in value.items():
            yield from in_json(own, where, f"{key}.{name}" if _KEYS.search(key) else str(name))
    elif isinstance(value, list) and _KEYS.search(key) and _is_span(value):
        yield Told(float(value[0]), float(value[1]), key, where)
    elif isinstance(value, list):
        for own in value:
            yield from in_json(own, where, key)
    elif _is_number(value) and _KEYS.search(key):
        yield Told(float(value), float(value), key, where)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_span(value: Any) -> bool:
    pair = isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))
    return pair and value[0] < value[1]


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def in_file(path: Path) -> list[Told]:
    """Return every number of persons that a published file tells outside the tables."""
    where, form = path.name, path.suffix.lower()
    if where in _TABLES:
        return []
    if form == ".json":
        return list(in_json(json.loads(path.read_text(encoding="utf-8")), where))
    if form == ".js":
        text = path.read_text(encoding="utf-8")
        return [*in_text(text, where), *in_json(_payloads(text), where)]
    if form in (".html", ".md", ".csv", ".txt", ".svg"):
        text = path.read_text(encoding="utf-8-sig")
        return in_text(re.sub("<[^>]+>", " ", text) if form in (".html", ".svg") else text, where)
    if form == ".pdf":
        with pypdf.PdfReader(path) as book:
            return in_text("\n".join(page.extract_text() for page in book.pages), where)
    if form == ".docx":
        with zipfile.ZipFile(path) as file:
            xml = file.read("word/document.xml").decode()
        return in_text(re.sub("<[^>]+>", "", xml.replace("</w:p>", "\n")), where)
    return []


def _payloads(script: str) -> list[Any]:
    """Return the values that a script sets: all JSON to the right of an equals sign."""
    found, after = [], 0
    for match in re.finditer(r"=\s*(?=[\[{])", script):
        if match.end() < after:
            continue
        try:
            value, after = json.JSONDecoder().raw_decode(script, match.end())
        except ValueError:
            continue
        found.append(value)
    return found


def in_folder(folder: Path) -> list[Told]:
    """Return every number of persons that a published folder tells outside the tables."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return [told for path in files for told in in_file(path)]


def ends_told(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> frozenset[float]:
    """Return both ends of every span in the tables of open data."""
    return frozenset(
        float(value)
        for rows in tables.values()
        for row in rows
        for name, value in row.items()
        if name.endswith(("_at_least", "_at_most")) and value not in ("", None)
    )


def gives_away(
    told: Iterable[Told], tables: Mapping[str, Iterable[Mapping[str, Any]]], known: Iterable[float]
) -> list[Told]:
    """Return what is finer than the tables, or no end of their spans; ``known`` are rules' words.

    A number on its own passes where it is said to be an end ("at least 30") that the tables tell
    too, a span where both its ends are: what is told twice adds nothing to an attack on the tables.
    """
    words, ends = frozenset(known), ends_told(tables)
    return [
        one
        for one in told
        if not {one.least, one.most} <= words and (one.fine or not {one.least, one.most} <= ends)
    ]
