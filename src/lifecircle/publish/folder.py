"""Writes a folder all or nothing: a new run replaces an earlier one and nothing else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lifecircle.terms.errors import Fault, OutputError

NEVER_REPLACED = ""
"""The marker of folders that people go on writing in: an existing one is always refused."""


@contextmanager
def whole_folder(out: Path, marker: str) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``out`` when the block succeeds.

    ``marker`` is the file by which an earlier result of the same kind is known; a folder with
    other content is refused. On any failure ``out`` stays as it was.
    """
    check_replaceable(out, marker)
    parent = out.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=parent))
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


def check_replaceable(out: Path, marker: str) -> None:
    """Raise OutputError when ``out`` holds anything but an earlier result of the same kind."""
    if out.is_dir():
        if any(out.iterdir()) and not (out / marker).is_file():
            raise OutputError(
                Fault("文件夹里有别的内容，没有改动", str(out), "--out", "换一个空的或新的文件夹")
            )
    elif out.exists() or out.is_symlink():
        raise OutputError(Fault("已经有同名的文件，没有改动", str(out), "--out", "换一个文件夹"))


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
    reason = f"写不进去（{error.strerror or error}）"
    return OutputError(Fault(reason, str(out), "--out", "检查磁盘空间和权限，或换一个文件夹"))
