"""Matches the rows of tables by the values of their columns, as numbers and not as objects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

TEXT = pa.dictionary(pa.int32(), pa.string())
"""A column of text in which each value is kept once."""

Numbers = NDArray[np.int64]
_MOST = 2**62


def numbered(tables: Sequence[pa.Table], names: Sequence[str]) -> list[Numbers]:
    """Return an array for each table: a number for each row, from 0 on.

    Rows of whichever table have the same number where the named columns, of `TEXT`, are equal.
    """
    found, width = np.zeros(sum(map(len, tables)), np.int64), 1
    for name in names:
        codes, count = _codes([table[name] for table in tables])
        if width * count > _MOST:
            found, width = _dense(found)
        found, width = found * count + codes, width * count
    ends = np.cumsum([len(table) for table in tables])[:-1]
    return np.split(_dense(found)[0], ends)


def _codes(columns: Sequence[pa.ChunkedArray]) -> tuple[Numbers, int]:
    """Return a number for each value of columns, 0 for none, and how many there may be."""
    chunks = [chunk for column in columns for chunk in column.chunks if len(chunk)]
    if not chunks:
        return np.zeros(0, np.int64), 1
    chunks = pa.chunked_array(chunks).unify_dictionaries().chunks
    codes = [chunk.indices.fill_null(-1).to_numpy() for chunk in chunks]
    return np.concatenate(codes).astype(np.int64) + 1, len(chunks[-1].dictionary) + 1


def _dense(numbers: Numbers) -> tuple[Numbers, int]:
    different, found = np.unique(numbers, return_inverse=True)
    return found.astype(np.int64), len(different)


def last_at(numbers: Numbers, count: int) -> Numbers:
    """Return where each number below ``count`` comes last, -1 where it never does."""
    at = np.full(count, -1, np.int64)
    at[numbers] = np.arange(len(numbers))
    return at


def count_of(*numbers: Numbers) -> int:
    """Return how many numbers there are in arrays of `numbered`."""
    return max((int(some.max()) + 1 for some in numbers if len(some)), default=0)


def distinct(table: pa.Table, names: Sequence[str], *more: str) -> list[tuple[str, ...]]:
    """Return the different values of the named columns, as they first come in a table.

    The values of ``more`` columns, of the last row of each, follow them.
    """
    (numbers,) = numbered([table], names)
    last = last_at(numbers, count_of(numbers))
    first = np.sort(np.unique(numbers, return_index=True)[1])
    return tuples(table.select([*names, *more]).take(last[numbers[first]]))


def tuples(table: pa.Table) -> list[tuple[str, ...]]:
    """Return the rows of a table."""
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def mapped(
    table: pa.Table, names: Sequence[str], into: Callable[..., str]
) -> pa.ChunkedArray:  # fmt: skip
    """Return a column made of others, reckoned once for each of their different values."""
    (numbers,) = numbered([table], names)
    last = last_at(numbers, count_of(numbers))
    values = [into(*row) for row in tuples(table.select(names).take(last))]
    column = pa.array(values, pa.string()).take(pa.array(numbers)).dictionary_encode()
    return pa.chunked_array([column.cast(TEXT)])


def unlike(tables: Sequence[pa.Table], key: Sequence[str], *more: str) -> list[pa.Table]:
    """Return the rows of two tables whose keys have not the same rows in both.

    Rows are the same where ``key`` and ``more`` columns are; how often each comes counts.
    """
    keys, rows = numbered(tables, key), numbered(tables, [*key, *more])
    count = count_of(*rows)
    came, went = (np.bincount(own, minlength=count) for own in rows)
    odd = np.zeros(count_of(*keys), bool)
    for own, row in zip(keys, rows, strict=True):
        odd[own[(came != went)[row]]] = True
    return [table.filter(pa.array(odd[own])) for table, own in zip(tables, keys, strict=True)]


def aligned(
    one: Iterator[pa.Table], other: Iterator[pa.Table], key: Sequence[str], none: pa.Table
) -> Iterator[list[pa.Table]]:
    """Yield two tables, each given in parts and sorted by ``key``, by stretches of the same keys.

    Of neither more than about a part is held at a time; ``none`` is a table without rows.
    """
    sides, going = (one, other), [True, True]
    held = [none, none]

    def at(side: int, row: int) -> tuple[str, ...]:
        return tuple(held[side][name][row].as_py() for name in key)

    def last(side: int) -> tuple[str, ...]:
        return at(side, -1) if len(held[side]) else ()

    while any(going):
        behind = min((side for side in (0, 1) if going[side]), key=last)
        part = next(sides[behind], None)
        if part is None:
            going[behind] = False
        else:
            held[behind] = pa.concat_tables([held[behind], part])
        ends = [last(side) for side in (0, 1) if going[side]]
        cuts = [
            bisect_left(range(len(held[side])), min(ends), key=partial(at, side))
            if ends
            else len(held[side])
            for side in (0, 1)
        ]
        if any(cuts):
            yield [table.slice(0, cut) for table, cut in zip(held, cuts, strict=True)]
            held = [table.slice(cut) for table, cut in zip(held, cuts, strict=True)]
