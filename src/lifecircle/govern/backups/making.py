"""Makes a backup while others write: one snapshot of the database, then the files it names."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from lifecircle import __version__
from lifecircle.govern.audit.models import Head
from lifecircle.govern.backups.rows import lines, tables
from lifecircle.publish.folder import whole_file

MANIFEST = "manifest.json"
SNAPSHOT = "snapshot"
"""The name of the connection that reads one state of the database while others write."""

SUFFIX = ".lifecircle-backup"


@dataclass(frozen=True)
class Made:
    """What a backup holds."""

    file: Path
    rows: int
    files: int
    audit_number: int
    audit_hash: str


def back_up(target: Path) -> Made:
    """Write a backup of the database and all files to a new file, whole or not at all."""
    with (
        whole_file(target, overwrite=False) as path,
        tarfile.open(path, "w:gz", compresslevel=5) as archive,
        tempfile.TemporaryDirectory() as scratch,
        snapshot(),
    ):
        head = Head.objects.using(SNAPSHOT).get()
        told = [_put_table(archive, model, Path(scratch)) for model in tables()]
        files: dict[str, str] = {}
        for name, folder in folders().items():
            files |= _put_files(archive, name, folder)
        manifest = {
            "software": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": migrations(SNAPSHOT),
            "audit": {"number": head.number, "hash": head.hash},
            "tables": {table["name"]: table for table in told},
            "files": files,
        }
        _put(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    count = sum(table["rows"] for table in told)
    return Made(target, count, len(files), head.number, head.hash)


@contextmanager
def snapshot() -> Iterator[None]:
    """Open the connection `SNAPSHOT`: it sees one state of the database and locks nobody out."""
    own = dict(connections.databases["default"])
    options = dict(own.get("OPTIONS", {}))
    if own["ENGINE"] == "django.db.backends.sqlite3":
        options["transaction_mode"] = "DEFERRED"
    else:
        options["isolation_level"] = _repeatable_read()
    connections.databases[SNAPSHOT] = {**own, "OPTIONS": options}
    try:
        with transaction.atomic(using=SNAPSHOT):
            yield
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT]
        del connections.databases[SNAPSHOT]


def migrations(using: str) -> list[str]:
    """Return the migrations that a database has, in order of name."""
    applied = MigrationRecorder(connections[using]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def file_hash(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _repeatable_read() -> Any:
    from psycopg import IsolationLevel  # noqa: PLC0415 - only where PostgreSQL is used

    return IsolationLevel.REPEATABLE_READ


def _put_table(archive: tarfile.TarFile, model: type[Model], scratch: Path) -> dict[str, Any]:
    name = model._meta.label_lower
    file, count, hashed = scratch / name, 0, hashlib.sha256()
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines(model, SNAPSHOT):
            out.write(f"{line}\n")
            hashed.update(f"{line}\n".encode())
            count += 1
    archive.add(file, f"tables/{name}.jsonl")
    file.unlink()
    columns = [field.attname for field in model._meta.concrete_fields]
    return {"name": name, "rows": count, "sha256": hashed.hexdigest(), "columns": columns}


def folders() -> dict[str, Path]:
    """Return the folders that a backup holds, by their name in it."""
    return {
        "files": Path(settings.MEDIA_ROOT),
        "city": Path(settings.CITY),
        "runs": Path(settings.RUNS),
        "plans": Path(settings.PLANS),
        "publications": Path(settings.PUBLICATIONS),
    }


def _put_files(archive: tarfile.TarFile, name: str, folder: Path) -> dict[str, str]:
    hashes: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        parts = path.relative_to(folder).parts
        if any(part.endswith((".part", ".partial", ".old")) for part in parts):
            continue
        kept = "/".join((name, *parts))
        hashes[kept] = file_hash(path)
        archive.add(path, kept)
    return hashes


def _put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
