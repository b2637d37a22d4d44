"""The office's own files are kept whole, no others, and their absence is told."""

from pathlib import Path
from typing import Any

import pytest

from lifecircle.demo.files import write_example
from lifecircle.govern.inventory.city_files import NO_FILES, files_of, keep_city_files, missing
from lifecircle.govern.site import doctor
from lifecircle.govern.site.founding import found_demo
from lifecircle.place.sources import FILE_NAME, read_sources
from lifecircle.terms.errors import InputError, OutputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    city = tmp_path / "示例市"
    write_example(city, 12)
    (city / "~$open.xlsx").write_bytes(b"lock")
    (city / "others.docx").write_bytes(b"of no concern")
    return city


def inside(folder: Path) -> dict[str, bytes]:
    files = (one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


def test_exactly_the_named_files_are_kept(folder: Path, tmp_path: Path) -> None:
    keep_city_files(folder, tmp_path / "kept")
    before, kept = inside(folder), inside(tmp_path / "kept")
    others = {"~$open.xlsx", "others.docx", "planted.csv", "planted_doubts.csv"}
    assert set(before) - set(kept) == others
    assert all(before[name] == content for name, content in kept.items())
    assert not missing(tmp_path / "kept")


def test_a_folder_that_is_there_is_never_replaced(folder: Path, tmp_path: Path) -> None:
    keep_city_files(folder, tmp_path / "kept")
    with pytest.raises(OutputError):
        keep_city_files(folder, tmp_path / "kept")


def test_a_file_outside_the_folder_is_refused_whole(folder: Path, tmp_path: Path) -> None:
    toml = folder / FILE_NAME
    network = read_sources(folder).network.file
    network.rename(tmp_path / network.name)
    text = toml.read_text(encoding="utf-8").replace(network.name, f"../{network.name}")
    toml.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="在资料文件夹外面"):
        keep_city_files(folder, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_shapefile_takes_its_companions_along(folder: Path) -> None:
    toml = folder / FILE_NAME
    network = read_sources(folder).network.file
    for end in (".shp", ".dbf", ".prj"):
        network.with_suffix(end).write_bytes(b"x")
    text = toml.read_text(encoding="utf-8").replace(network.name, f"{network.stem}.shp")
    toml.write_text(text, encoding="utf-8")
    ends = {one.suffix for one in files_of(read_sources(folder)) if one.stem == network.stem}
    assert ends == {".shp", ".dbf", ".prj"}


def test_what_is_missing_is_told(folder: Path, tmp_path: Path) -> None:
    assert [one.reason for one in missing(tmp_path / "nowhere")] == [NO_FILES.reason]
    network = read_sources(folder).network.file
    network.unlink()
    assert [Path(one.file) for one in missing(folder)] == [network]


def test_the_doctor_says_what_is_missing(folder: Path, settings: Any) -> None:
    assert doctor._city_files().state == doctor.WARNING
    keep_city_files(folder, Path(settings.CITY))
    assert doctor._city_files().state == doctor.GOOD


def test_founding_from_a_folder_keeps_its_files(db: None, folder: Path, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    found_demo(folder)
    assert not missing(Path(settings.CITY))
