"""A backup is whole or refused; what it restores is what it held, row by row."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.verify import verify_database
from lifecircle.govern.backups import making
from lifecircle.govern.backups.making import back_up
from lifecircle.govern.backups.restoring import restore
from lifecircle.govern.backups.rows import digest, filled, lines, tables
from lifecircle.terms.errors import InputError
from tests.govern.conftest import SmallCity


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep files apart, and read within the test's own transaction."""
    settings.MEDIA_ROOT = tmp_path / "files"
    photo = tmp_path / "files" / "ab" / "abc"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\x00photo")
    monkeypatch.setattr(making, "SNAPSHOT", "default")
    monkeypatch.setattr(making, "snapshot", transaction.atomic)
    return tmp_path


def hashes() -> dict[str, tuple[int, str]]:
    return {model._meta.label_lower: digest(lines(model, "default")) for model in tables()}


def test_rows_come_back_from_their_lines(small_city: SmallCity) -> None:
    for model in tables():
        for row, line in zip(
            model._base_manager.order_by("pk"), lines(model, "default"), strict=True
        ):
            again = filled(model, line)
            assert {f.attname: getattr(again, f.attname) for f in model._meta.concrete_fields} == {
                f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields
            }


def test_what_was_destroyed_comes_back(small_city: SmallCity, home: Path) -> None:
    before = hashes()
    made = back_up(home / "b.lifecircle-backup")
    assert (made.audit_number, made.files) == (10, 1)
    Area.objects.filter(name="mill").update(name="burnt")
    (home / "files" / "ab" / "abc").unlink()
    restore(made.file)
    assert hashes() == before
    assert (home / "files" / "ab" / "abc").read_bytes() == b"\x00photo"
    assert verify_database().number == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()
    assert Area.objects.create(name="next", level="city", path="", began_on="2020-01-01").pk > 10


def test_the_folders_come_back_whole(small_city: SmallCity, home: Path, settings: Any) -> None:
    city, runs = Path(settings.CITY), Path(settings.RUNS)
    for file in (city / "lifecircle.toml", runs / "1" / "manifest.json"):
        file.parent.mkdir(parents=True)
        file.write_text("as it was", encoding="utf-8")
    made = back_up(home / "b.lifecircle-backup")
    assert made.files == 3
    (city / "lifecircle.toml").write_text("broken", encoding="utf-8")
    (city / "later.xlsx").write_text("later", encoding="utf-8")
    (runs / "2").mkdir()
    restore(made.file)
    assert [one.name for one in city.iterdir()] == ["lifecircle.toml"]
    assert (city / "lifecircle.toml").read_text(encoding="utf-8") == "as it was"
    assert [one.name for one in runs.iterdir()] == ["1"]


def test_where_a_folder_cannot_be_put_back_all_stays(
    small_city: SmallCity, home: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, runs = Path(settings.CITY), Path(settings.RUNS)
    for folder in (city, runs):
        folder.mkdir(parents=True)
        (folder / "a").write_text("before", encoding="utf-8")
    made = back_up(home / "b.lifecircle-backup")
    for folder in (city, runs):
        (folder / "a").write_text("now", encoding="utf-8")
    rows, rename = hashes(), Path.rename

    def fails(self: Path, target: Path) -> Path:
        if target == runs and self.name == "runs":
            raise OSError("no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(InputError, match="现有数据没有动"):
        restore(made.file)
    monkeypatch.undo()
    assert (city / "a").read_text(encoding="utf-8") == "now"
    assert hashes() == rows


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "other", "missing"])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    small_city: SmallCity, home: Path, harm: str
) -> None:
    file = back_up(home / "b.lifecircle-backup").file
    whole = file.read_bytes()
    Area.objects.filter(name="mill").update(name="newer")
    before = hashes()
    dice = random.Random(5)
    for _ in range(8 if harm in ("cut", "flipped") else 1):
        at = dice.randrange(20, len(whole))
        flipped = bytearray(whole)
        flipped[at] ^= 0x55
        content = {"cut": whole[:at], "flipped": bytes(flipped), "empty": b"", "other": b"PK12"}
        file.unlink(missing_ok=True)
        if harm != "missing":
            file.write_bytes(content[harm])
        with pytest.raises(InputError, match="现有数据没有动"):
            restore(file)
        assert hashes() == before


def test_a_backup_of_another_version_is_refused(
    small_city: SmallCity, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "migrations", lambda _: ["areas.9999_future"])
    file = back_up(home / "b.lifecircle-backup").file
    with pytest.raises(InputError, match="结构与现在的不同"):
        restore(file)


def test_a_backup_never_replaces_another(small_city: SmallCity, home: Path) -> None:
    back_up(home / "b.lifecircle-backup")
    with pytest.raises(Exception, match="已经有同名的文件"):
        back_up(home / "b.lifecircle-backup")
