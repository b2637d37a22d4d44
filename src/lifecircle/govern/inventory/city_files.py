"""The office's own files of the city, kept where the platform reads them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext_noop

from lifecircle.place.sources import FILE_NAME, CitySources, read_sources
from lifecircle.publish.folder import whole_folder
from lifecircle.terms.errors import Fault, InputError, raise_all, stop

BESIDE = {".shp": (".shx", ".dbf", ".prj", ".cpg")}
"""What a file cannot be read without, or is read otherwise."""

NO_FILES = Fault(
    gettext_noop("平台上还没有城市的资料文件"),
    remedy=gettext_noop("把城市的资料文件夹（lifecircle.toml和它写到的路网、边界等文件）放到这里"),
)
FILE_GONE = Fault(
    gettext_noop("城市的资料文件不见了"), remedy=gettext_noop("放回这个文件，或从备份恢复")
)


def files_of(sources: CitySources) -> Iterator[Path]:
    """Yield the files that a lifecircle.toml names, each once, with those they need beside them."""
    people = (sources.people.file, sources.people.gates) if sources.people else ()
    named: Iterable[Path | None] = (
        sources.network.file,
        sources.communities.file,
        *(one.file for one in sources.facilities),
        *(one.file for one in sources.workbooks),
        *people,
        *(sources.rasters.files.values() if sources.rasters else ()),
        sources.elevation.file if sources.elevation else None,
        sources.headers,
        sources.kinds,
    )
    for file in dict.fromkeys(one for one in named if one is not None):
        yield file
        beside = (file.with_suffix(end) for end in BESIDE.get(file.suffix.lower(), ()))
        yield from (one for one in beside if one.is_file())


def keep_city_files(folder: Path, target: Path) -> None:
    """Copy lifecircle.toml and exactly the files it names to ``target``, all or nothing.

    Raises InputError where a file lies outside the folder, OutputError where the target is taken.
    """
    files = [folder / FILE_NAME, *files_of(read_sources(folder))]
    root = folder.resolve()
    raise_all(
        Fault("文件在资料文件夹外面", str(file), FILE_NAME, "移进来，改正 lifecircle.toml")
        for file in files
        if not file.resolve().is_relative_to(root)
    )
    with whole_folder(target, None) as partial:
        for file in files:
            copy = partial / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def city_sources(folder: Path) -> CitySources:
    """Read what the platform keeps of the office's files.

    Raises InputError, which says what to do where there is nothing or a file is missing.
    """
    if not (folder / FILE_NAME).is_file():
        raise stop(NO_FILES.reason, file=folder, remedy=NO_FILES.remedy)
    sources = read_sources(folder)
    raise_all(
        Fault(FILE_GONE.reason, str(file), FILE_NAME, FILE_GONE.remedy)
        for file in files_of(sources)
        if not file.is_file()
    )
    return sources


def missing(folder: Path) -> tuple[Fault, ...]:
    """Return what of the office's files is missing or wrong; empty where nothing is."""
    try:
        city_sources(folder)
    except InputError as error:
        return error.faults
    return ()
