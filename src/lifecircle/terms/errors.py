"""The base of every message about bad input: file, place, reason, remedy."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: rows count from 1 as in the file; 0 or an empty word is the whole."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    header: str = ""
    cell: str = ""

    @property
    def place(self) -> str:
        """Say the row as a person finds it."""
        sheet = f"“{self.sheet}”表" if self.sheet else ""
        unit = "行" if self.cell or self.sheet else "个要素"
        return f"{sheet}第{self.row}{unit}" if self.row else sheet


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input, said so that a person can mend it.

    ``reason`` is a clause without a full stop; ``place`` is a row, a line, a field or an option.
    ``code`` names the kind of fault and never changes; ``spot`` says the place to a program.
    """

    reason: str
    file: str = ""
    place: str = ""
    remedy: str = ""
    code: str = ""
    spot: Spot | None = None

    def __str__(self) -> str:
        where = "，".join(part for part in (self.file, self.place) if part)
        sentence = f"{where}：{self.reason}" if where else self.reason
        return f"{sentence}；请{self.remedy}。" if self.remedy else f"{sentence}。"


class LifecircleError(Exception):
    """Base of the errors a person may see; carries every fault found, not only the first.

    ``doubts`` are what was doubted before the faults stopped the reading.
    """

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("an error needs at least one fault")
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
        self.doubts: tuple[Fault, ...] = ()


class InputError(LifecircleError):
    """The input cannot be used as it is."""


class OutputError(LifecircleError):
    """The result cannot be written where it was asked for."""


def stop(reason: str, *, file: object = "", place: str = "", remedy: str = "") -> InputError:
    """Build an `InputError` with a single fault; the caller raises it."""
    return InputError(Fault(reason, str(file), place, remedy))


_SYSTEM = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只读",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "超出配额",
    errno.ENOENT: "没有这个位置",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "已经有同名的文件",
    errno.EISDIR: "这是文件夹",
    errno.ENAMETOOLONG: "名字太长",
}


def why(error: OSError) -> str:
    """Return what the system said, in its own words only where it is rare."""
    return _SYSTEM.get(error.errno or 0) or error.strerror or str(error)


def raise_all(faults: Iterable[Fault], doubts: Iterable[Fault] = ()) -> None:
    """Raise one `InputError` for all ``faults``, or return when there are none."""
    found = tuple(faults)
    if found:
        error = InputError(*found)
        error.doubts = tuple(doubts)
        raise error
