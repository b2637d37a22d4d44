"""Restores a backup: checked whole before anything is touched, loaded in one transaction."""

from __future__ import annotations

import gzip
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from lifecircle.govern.audit import guard
from lifecircle.govern.backups.making import MANIFEST, file_hash, folders, migrations
from lifecircle.govern.backups.rows import AT_ONCE, digest, filled, lines, tables
from lifecircle.terms.errors import InputError, stop, why


@dataclass(frozen=True)
class Opened:
    """A backup laid out in a folder, every part of it checked against the manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    def told(self, model: type[Model]) -> Iterator[str]:
        """Yield the lines of a table."""
        file = self.folder / "tables" / f"{model._meta.label_lower}.jsonl"
        with file.open(encoding="utf-8") as content:
            for line in content:
                yield line.removesuffix("\n")


def restore(backup: Path) -> Mapping[str, Any]:
    """Put the database and the files back as a backup has them; return its manifest.

    Raises InputError where the backup is damaged or of another version; then nothing changed.
    """
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore.", dir=media.parent) as scratch:
        opened = _open(backup, Path(scratch))
        _check_version(backup, opened.manifest)
        _put_files(opened, media)
        with transaction.atomic():
            _load(backup, opened)
            _swap_folders(backup, opened)
    return opened.manifest


def _open(backup: Path, folder: Path) -> Opened:
    """Lay a backup out and hold every part against its hash."""
    try:
        _read_whole(backup)
        with tarfile.open(backup, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        wanted = {f"tables/{name}.jsonl": one["sha256"] for name, one in manifest["tables"].items()}
        wanted |= manifest["files"]
        wrong = [name for name, hashed in wanted.items() if file_hash(folder / name) != hashed]
    except FileNotFoundError as error:
        reason = "没有这个文件" if not backup.exists() else "备份不完整"
        raise _refuse(backup, reason) from error
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        zlib.error,
    ) as error:
        raise _refuse(backup, "备份损坏，读不出来") from error
    except tarfile.TarError as error:
        raise _refuse(backup, "不是备份，或者已经损坏") from error
    if wrong:
        raise _refuse(backup, f"备份里的{wrong[0]}与登记的指纹不符")
    return Opened(folder, manifest)


def _read_whole(backup: Path) -> None:
    """Read to the end, where gzip holds all against its checksum: tarfile stops before it."""
    with gzip.open(backup) as content:
        while content.read(1 << 20):
            pass


def _check_version(backup: Path, manifest: Mapping[str, Any]) -> None:
    here = migrations("default")
    if sorted(manifest.get("migrations", [])) != here:
        raise stop(
            f"备份由软件版本{manifest.get('software')}写出，数据库结构与现在的不同",
            file=backup,
            remedy="用写出它的版本恢复，再升级；现有数据没有动",
        )


def _put_files(opened: Opened, media: Path) -> None:
    """Put files where they belong; one that is there already has its hash as its name."""
    for name in opened.manifest["files"]:
        if name.startswith("files/"):
            target = media / name.removeprefix("files/")
            target.parent.mkdir(parents=True, exist_ok=True)
            (opened.folder / name).replace(target)


def _swap_folders(backup: Path, opened: Opened) -> None:
    """Put the other folders back whole: what came into them since is gone, as are its rows."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name, folder in folders().items():
            kept, aside = opened.folder / name, opened.folder / f"before.{name}"
            if name == "files":
                continue
            if folder.exists():
                folder.rename(aside)
                moved.append((folder, aside))
            if kept.exists():
                folder.parent.mkdir(parents=True, exist_ok=True)
                kept.rename(folder)
                moved.append((kept, folder))
    except OSError as error:
        for before, now in reversed(moved):
            now.rename(before)
        raise _refuse(backup, f"文件夹放不回去（{why(error)}）") from error


def _load(backup: Path, opened: Opened) -> None:
    guard.take_down(connection)
    models = tables()
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our own tables
    for model in models:
        told = opened.told(model)
        while some := list(islice(told, AT_ONCE)):
            _insert(model, [filled(model, line) for line in some])
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    guard.put_up(connection)
    for model in models:
        name = model._meta.label_lower
        if digest(lines(model, "default"))[1] != opened.manifest["tables"][name]["sha256"]:
            raise _refuse(backup, f"{name}恢复后与备份不一致")


def _insert(model: type[Model], rows: list[Model]) -> None:
    """Insert rows as they are: `bulk_create` would set moments of making to now."""
    fields = model._meta.concrete_fields
    at_once = connection.ops.bulk_batch_size(fields, rows) or AT_ONCE
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        model._base_manager._insert(some, fields=fields, using="default", raw=True)  # type: ignore[attr-defined]


def _refuse(backup: Path, reason: str) -> InputError:
    return stop(reason, file=backup, remedy="换一份完好的备份；现有数据没有动")
