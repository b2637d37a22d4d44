"""Looks into an old .xls before calamine makes a full rectangle of its cells.

calamine also asks for as much memory as the numbers in the file say, and ends the process where
there is none; so that these are held against the size of the file.

Sources: [MS-CFB] for the compound file, [MS-XLS] for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from lifecircle.terms.errors import stop

_NO_SECTOR = 0xFFFFFFFA
"""Numbers from here on are marks, not sectors."""

_ENCRYPTED, _DIMENSIONS, _TEXTS, _SHEET, _LAST = 0x002F, 0x0200, 0x00FC, 0x0085, 0x000A
_SMALL = 4096
"""Streams below this lie in small sectors; the specification leaves no choice."""

_SEVERAL_CELLS = frozenset({0x00BD, 0x00BE})
_ONE_CELL = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD})


def sheet_sizes(path: Path) -> Iterator[tuple[int, int]]:
    """Yield the rows and columns of the rectangle from the first cell on to each sheet's farthest.

    Raises InputError for a password; ValueError, struct.error or IndexError for a broken file.
    """
    stream = _Compound(path.read_bytes()).workbook()
    if stream is None:
        raise stop("工作簿加了密码，或者不是工作簿", file=path, remedy="去掉密码再另存为 .xlsx")
    starts, walked = [0], 0
    for start in starts:
        rows, columns = 0, 0
        for at, kind, length in _records(stream, start):
            walked += length + 4
            if walked > 2 * len(stream):
                raise ValueError("sheets that lie in one another")
            if kind == _ENCRYPTED:
                raise stop("工作簿加了密码", file=path, remedy="去掉密码再另存为 .xlsx")
            if kind == _SHEET and start == 0:
                starts.append(struct.unpack_from("<I", stream, at)[0])
            if kind == _TEXTS and 3 * struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
                raise ValueError("more texts than bytes")
            row, column = _reach(stream, at, kind, length)
            rows, columns = max(rows, row), max(columns, column)
        yield rows, columns


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield where the body of each record begins, its kind and length, up to the last one."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _LAST:
            return
        yield at + 4, kind, length
        at += 4 + length


def _reach(stream: bytes, at: int, kind: int, length: int) -> tuple[int, int]:
    """Return the rows and columns that a record needs, none where it is no cell."""
    if kind == _DIMENSIONS:
        _, rows, _, columns = struct.unpack_from("<IIHH", stream, at)
        return rows, columns
    if kind not in _ONE_CELL and kind not in _SEVERAL_CELLS:
        return 0, 0
    row, column = struct.unpack_from("<HH", stream, at)
    if kind in _SEVERAL_CELLS:
        (column,) = struct.unpack_from("<H", stream, at + length - 2)
    return row + 1, column + 1


class _Compound:
    """A compound file: sectors, the table that chains them, and a directory of streams."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._sector = 1 << min(struct.unpack_from("<H", content, 30)[0], 16)
        counts = (struct.unpack_from("<I", content, at)[0] for at in (40, 44, 64, 72))
        cutoff = struct.unpack_from("<I", content, 56)[0]
        if cutoff != _SMALL or max(counts) * self._sector > len(content):
            raise ValueError("more sectors than bytes")
        listed = list(struct.unpack_from("<109I", content, 76))
        following = struct.unpack_from("<I", content, 68)[0]
        for _ in range(len(content) // self._sector):
            if following >= _NO_SECTOR:
                break
            *more, following = self._numbers(following)
            listed += more
        self._next = [n for one in listed if one < _NO_SECTOR for n in self._numbers(one)]

    def workbook(self) -> bytes | None:
        """Return the stream of the workbook, None where there is none."""
        directory = self._stream(struct.unpack_from("<I", self._content, 48)[0])
        entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(directory) - 127, 128):
            length = struct.unpack_from("<H", directory, at + 64)[0]
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            found = struct.unpack_from("<II", directory, at + 116)
            entries.setdefault(name.lower(), found)
            if found[1] > len(self._content):
                raise ValueError("a stream larger than the file")
        start, size = entries.get("workbook", entries.get("book", (_NO_SECTOR, 0)))
        if start >= _NO_SECTOR:
            return None
        small = size < _SMALL
        return (self._small(entries["root entry"][0], start) if small else self._stream(start))[
            :size
        ]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        at = (sector + 1) * self._sector
        return struct.unpack_from(f"<{self._sector // 4}I", self._content, at)

    def _stream(self, start: int) -> bytes:
        """Return the sectors chained from ``start``; a circle ends with the file."""
        pieces, sector = [], start
        for _ in range(len(self._next)):
            if sector >= _NO_SECTOR:
                break
            at = (sector + 1) * self._sector
            pieces.append(self._content[at : at + self._sector])
            sector = self._next[sector]
        return b"".join(pieces)

    def _small(self, root: int, start: int) -> bytes:
        """Return a small stream, which lies in sectors of 64 bytes within the root's."""
        whole = self._stream(root)
        table = self._stream(struct.unpack_from("<I", self._content, 60)[0])
        following = struct.unpack(f"<{len(table) // 4}I", table)
        pieces, sector = [], start
        for _ in range(len(following)):
            if sector >= _NO_SECTOR:
                break
            pieces.append(whole[sector * 64 : sector * 64 + 64])
            sector = following[sector]
        return b"".join(pieces)
