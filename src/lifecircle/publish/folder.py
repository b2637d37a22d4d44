"""Writes a folder all or nothing: a new run replaces an earlier one and nothing else."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lifecircle.terms.errors import Fault, OutputError, why


@dataclass(frozen=True)
class Kind:
    """What a folder of ours looks like: the names it may hold, and a file whose text proves it.

    A folder with any other name in it is somebody's work and is never replaced.
    """

    names: frozenset[str]
    marker: str
    proof: str


@contextmanager
def whole_folder(out: Path, kind: Kind | None) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``out`` when the block succeeds.

    An earlier folder of the same ``kind`` is replaced; with None nothing ever is. On any failure
    ``out`` stays as it was.
    """
    check_replaceable(out, kind)
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        partial.chmod(0o755)
        yield partial
        _swap(partial, out)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def clear_partial(out: Path) -> None:
    """Remove what a writer of ``out`` left half written that was killed without notice."""
    for partial in out.parent.glob(f".{glob.escape(out.name)}.*.partial"):
        shutil.rmtree(partial, ignore_errors=True)


def check_replaceable(out: Path, kind: Kind | None) -> None:
    """Raise OutputError when ``out`` holds anything but an earlier result of the same kind.

    Also where nothing can be written there, so that nobody waits for an assessment first.
    """
    reason = ""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        reason = "已经有同名的文件，没有改动"
    elif out.is_dir() and Path.cwd().is_relative_to(out.resolve()):
        reason = "这是当前所在的文件夹（或它的上级），没有改动"
    elif out.is_dir() and any(out.iterdir()) and not (kind and _is_ours(out, kind)):
        reason = "文件夹里有别的内容，没有改动"
    else:
        reason = _closed(out.absolute().parent)
    if reason:
        raise OutputError(Fault(reason, str(out), "--out", "换一个空的或新的文件夹"))


def _closed(folder: Path) -> str:
    """Say why nothing can be written into a folder that is there or will be made, else nothing."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir():
        return f"上级 {there} 不是文件夹，写不进去"
    return "" if os.access(there, os.W_OK) else f"没有权限写进 {there}"


def _is_ours(folder: Path, kind: Kind) -> bool:
    """Say whether a folder holds only what a run wrote; folders in it are such folders too."""
    marker = folder / kind.marker
    if not marker.is_file() or kind.proof not in marker.read_text(
        encoding="utf-8", errors="replace"
    ):
        return False
    return all(
        _named(entry, kind) or _is_ours(entry, kind) if entry.is_dir() else entry.name in kind.names
        for entry in folder.iterdir()
    )


def _named(folder: Path, kind: Kind) -> bool:
    """Say whether a folder inside is one of the named, with nothing but named files in it."""
    return folder.name in kind.names and all(
        entry.is_file() and entry.name in kind.names for entry in folder.iterdir()
    )


def _swap(partial: Path, out: Path) -> None:
    if not out.exists():
        partial.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=partial.parent))
    out.rename(aside / out.name)
    try:
        partial.rename(out)
    except OSError:
        (aside / out.name).rename(out)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _cannot_write(out: Path, error: OSError) -> OutputError:
    reason = f"写不进去（{why(error)}）"
    return OutputError(Fault(reason, str(out), "--out", "检查磁盘空间和权限，或换一个文件夹"))


@contextmanager
def whole_file(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a path to write; it takes the place of ``out`` when the block succeeds."""
    check_new(out, overwrite=overwrite)
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as aside:
            part = Path(aside) / out.name
            yield part
            part.replace(out)
    except OSError as error:
        raise _cannot_write(out, error) from error


def check_new(out: Path, *, overwrite: bool) -> None:
    """Raise OutputError when ``out`` is there already and may not be replaced."""
    if out.is_dir():
        raise OutputError(Fault("这是文件夹，要写的是文件", str(out), "", "写上文件名"))
    if out.exists() and not overwrite:
        raise OutputError(
            Fault("已经有同名的文件，没有改动", str(out), "", "换个名字，或加 --overwrite")
        )
