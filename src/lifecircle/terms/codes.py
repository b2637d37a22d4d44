"""The code sets of forms and records: codes, names, and the words of a policy they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lifecircle.terms.shipped import read_shipped
from lifecircle.terms.spellings import Spellings


@dataclass(frozen=True)
class Code:
    """One code of a set.

    ``names`` are other spellings; ``clauses`` maps a policy to its words, verbatim, and is empty
    where the code is ``ours``; ``functions`` are the nearest of the nine, a judgement of ours.
    """

    code: str
    zh: str
    en: str
    names: tuple[str, ...]
    clauses: Mapping[str, str]
    functions: tuple[str, ...]
    note: str

    @property
    def ours(self) -> bool:
        """Say whether no policy prints this code and we chose it."""
        return not self.clauses


@cache
def _file() -> Mapping[str, Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = read_shipped("codes.yaml")
    return rows


@cache
def code_sets() -> Mapping[str, Mapping[str, Code]]:
    """Return every code set by its name: code to what it stands for, in the order of the file."""
    return {
        name: {code: _code(code, row, body) for code, row in body["codes"].items()}
        for name, body in _file().items()
    }


def _code(code: str, row: Mapping[str, Any], body: Mapping[str, Any]) -> Code:
    clauses = {} if row.get("ours") else row.get("clauses") or body.get("clauses", {})
    return Code(
        code=code,
        zh=row["zh"],
        en=row["en"],
        names=tuple(row.get("names", ())),
        clauses=clauses,
        functions=tuple(row.get("functions", ())),
        note=row.get("note", ""),
    )


def title_zh(set_name: str) -> str:
    """Return what a person reads for a set; KeyError for a set that does not exist."""
    title: str = _file()[set_name]["zh"]
    return title


@cache
def _spellings(set_name: str) -> Spellings:
    codes = code_sets()[set_name].values()
    return Spellings((code.code, (code.zh, code.en, *code.names)) for code in codes)


def code_of(set_name: str, text: str) -> str | None:
    """Return the code of a set that ``text`` stands for, or None where it stands for none.

    Codes, Chinese and English names and common spellings are known; width, case, spaces, brackets
    and other marks do not matter. KeyError for a set that does not exist: that is a bug.
    """
    return _spellings(set_name).code_of(text)


def suggestions_in(set_name: str, text: str) -> tuple[str, ...]:
    """Return the Chinese names of a set that ``text`` may have meant, best first, at most 3."""
    return _spellings(set_name).close_to(text)


def choices_zh(set_name: str) -> tuple[str, ...]:
    """Return the Chinese names of a set in order, as a drop-down list shows them."""
    return tuple(code.zh for code in code_sets()[set_name].values())
