"""Shapefiles in a zip: names and sizes are looked at, then the parts of one unpacked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from lifecircle.terms.errors import stop

SUFFIX = ".zip"
MOST_ENTRIES = 100
MOST_UNPACKED_BYTES = 512 * 2**20
NEEDED = (".shp", ".shx", ".dbf")
USED = (*NEEDED, ".prj", ".cpg")
PIECE = 2**20
REPACK = "把同一个图层的 .shp、.shx、.dbf、.prj 压成一个 zip"
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,  # zipfile's word for a packing it does not know
    UnicodeDecodeError,
    ValueError,
)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield the .shp of a zip with its companions beside it, under the name of the zip.

    No name of the zip becomes a path. Raises InputError where it holds no Shapefile or several,
    lacks a part, is locked with a password, or is larger unpacked than `MOST_UNPACKED_BYTES`.
    """
    with TemporaryDirectory(prefix="zip-") as folder:
        whole = Path(folder) / path.stem
        try:
            with zipfile.ZipFile(path) as package:
                parts = _parts(path, package.infolist())
                for suffix, entry in parts.items():
                    _unpack(package, entry, whole.with_name(f"{path.stem}{suffix}"))
        except _BROKEN as error:
            raise stop("不是完整的 zip 文件", file=path, remedy="重新压缩") from error
        layer = whole.with_name(f"{path.stem}.shp")
        if ".cpg" not in parts:
            _say_encoding(layer)
        yield layer


def says_system(layer: Path) -> bool:
    """Say whether a Shapefile says its coordinate system."""
    return layer.with_suffix(".prj").exists()


def _parts(path: Path, entries: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the parts of the one Shapefile by suffix."""
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or size > MOST_UNPACKED_BYTES:
        reason = f"解压后有{size // 2**20}兆、{len(entries)}个文件，太大"
        raise stop(reason, file=path, remedy="只压一个图层，或分成几个文件")
    parts: dict[str, zipfile.ZipInfo] = {}
    stems = set()
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        suffix = name.suffix.lower()
        if entry.is_dir() or name.name.startswith("._") or suffix not in USED:
            continue
        if entry.flag_bits & 1:
            raise stop("zip 加了密码", file=path, remedy="去掉密码再压缩")
        stems.add(str(name.with_suffix("")).lower())
        if suffix in parts or len(stems) > 1:
            raise stop("zip 里不止一个图层", file=path, remedy=f"只留一个：{REPACK}")
        parts[suffix] = entry
    missing = [suffix for suffix in NEEDED if suffix not in parts]
    if missing:
        raise stop(f"zip 里没有 {'、'.join(missing)}", file=path, remedy=REPACK)
    return parts


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path) -> None:
    """Write one part; zipfile reads no more than the size that was looked at."""
    with package.open(entry) as source, to.open("wb") as target:
        while piece := source.read(PIECE):
            target.write(piece)


def _say_encoding(layer: Path) -> None:
    """Say beside a table that names no encoding whether it is UTF-8 or the older Chinese one."""
    table = layer.with_suffix(".dbf")
    content = table.read_bytes()
    if len(content) < 32 or content[29]:
        return
    begin = int.from_bytes(content[8:10], "little")
    try:
        content[begin:].decode()
        encoding = "UTF-8"
    except UnicodeDecodeError:
        encoding = "GBK"
    layer.with_suffix(".cpg").write_text(encoding)
