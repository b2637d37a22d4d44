"""The gate every file passes before anything reads it: an ordinary file of an ordinary size."""

from __future__ import annotations

import stat
from pathlib import Path

from lifecircle.terms.errors import stop

_MB = 2**20
_SPLIT, _AS_GEOPACKAGE = "检查文件来源，或拆成几个文件", "导出为 GeoPackage"
MOST_BYTES = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), (256 * _MB, _SPLIT)),
    ".csv": (128 * _MB, _SPLIT),
    **dict.fromkeys((".toml", ".yaml", ".yml"), (_MB, "检查文件来源")),
    **dict.fromkeys((".geojson", ".json", ".kml", ".gml", ".mif"), (256 * _MB, _AS_GEOPACKAGE)),
}
"""What is read whole: beyond these bytes no office wrote it, or another format serves better.

Other files are read in pieces, and may be as large as a country."""


def check_readable(path: Path) -> None:
    """Refuse what is not an ordinary file of an ordinary size, before anything opens it.

    A link to an ordinary file is one; devices, pipes and circles of links are not. Raises
    InputError in one sentence.
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise stop("没有这个文件", file=path, remedy="检查文件名") from error
    except (OSError, RuntimeError) as error:
        raise stop("打不开", file=path, remedy="检查文件名和权限") from error
    except ValueError as error:
        raise stop("文件名里有控制字符", file=repr(str(path)), remedy="改正文件名") from error
    if stat.S_ISDIR(found.st_mode):
        raise stop("这是文件夹，不是文件", file=path, remedy="检查文件名")
    if not stat.S_ISREG(found.st_mode):
        raise stop("不是普通文件", file=path, remedy="换成普通文件")
    if found.st_size == 0:
        raise stop("文件是空的", file=path, remedy="重新导出")
    most, remedy = MOST_BYTES.get(path.suffix.lower(), (0, ""))
    if most and found.st_size > most:
        reason = f"有{found.st_size // _MB}兆，超过{most // _MB}兆"
        raise stop(reason, file=path, remedy=remedy)


def text_of_file(path: Path, suffixes: tuple[str, ...]) -> str:
    """Return the text (UTF-8) of a small file with one of ``suffixes``; no other file is opened.

    The messages about such a file quote it, so that a path that leads to somebody else's file
    must not get this far. Raises InputError in one sentence.
    """
    if path.suffix.lower() not in suffixes:
        shown = "、".join(suffixes)
        raise stop(f"文件名应以 {shown} 结尾", file=path, remedy="改正文件名")
    check_readable(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise stop("不是 UTF-8 编码的文本", file=path, remedy="另存为 UTF-8") from error
    except OSError as error:
        raise stop("打不开", file=path, remedy="检查文件名和权限") from error
