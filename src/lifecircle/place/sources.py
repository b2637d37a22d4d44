"""Which files make a city: `lifecircle.toml`, or the same said by options."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.letterhead import Letterhead
from lifecircle.terms.errors import Fault, InputError, stop
from lifecircle.terms.expectations import expectation, place_of
from lifecircle.terms.gate import text_of_file

RASTER_GROUPS = ("residents", "adults", "older", "children")
FILE_NAME = "lifecircle.toml"
MOST_DOTS = 64


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _LayerNamed(_Source):
    """Which layer of a file.

    ``datum`` says what its degrees are, where they are not WGS84; ``crs`` names the coordinate
    system of a file that does not say.
    """

    layer: str | None = None
    datum: Datum | None = None
    crs: str | None = None


class _LayerSource(_LayerNamed):
    """A layer of a file."""

    file: Path


class NetworkSource(_LayerSource):
    """The streets: OpenStreetMap, or a layer of lines; ``source`` is who made the lines."""

    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        """Take a mere file name for the file."""
        return {"file": given} if isinstance(given, str | Path) else given


class CommunitySource(_LayerSource):
    """The layer of communities; headers are found by their usual names unless given."""

    id_column: str = ""
    name_column: str = ""


class FacilitySource(_LayerSource):
    """A layer of facilities; ``census`` lists the categories it holds completely, or ``all``."""

    census: tuple[str, ...] = ()
    census_on: date | None = None
    declared_by: str = ""


class PeopleSource(_LayerNamed):
    """A layer of estates (polygons) or of points with residents, and the gates of estates.

    ``at`` is the time of day that walks are asked for; it may stand alone, where the estates are
    in workbooks.
    """

    file: Path | None = None
    gates: Path | None = None
    at: time | None = None

    @field_validator("at", mode="before")
    @classmethod
    def _of_the_clock(cls, given: Any) -> Any:
        """Take hours and minutes, as text or as a time of TOML."""
        if given is None or isinstance(given, time):
            return given
        try:
            return datetime.strptime(str(given), "%H:%M").time()  # noqa: DTZ007 - no day, no zone
        except ValueError as error:
            raise ValueError("应为 21:00 这样的时间") from error

    @model_validator(mode="after")
    def _of_a_file(self) -> Self:
        if self.file is None and self.model_fields_set != {"at"}:
            raise ValueError("缺少 file（小区在工作簿里时，[people] 只写 at）")
        return self


class RasterSource(_Source):
    """Rasters of population on one grid, people a cell; ``source`` stands wherever they are shown.

    The base is either ``residents``, all of them, or ``adults``, which says where people live and
    not how many. ``older`` and ``children`` are counted beside it.
    """

    source: str = Field(min_length=1)
    residents: Path | None = None
    adults: Path | None = None
    older: Path | None = None
    children: Path | None = None

    @model_validator(mode="after")
    def _one_base(self) -> Self:
        if (self.residents is None) == (self.adults is None):
            raise ValueError("residents（全部常住人口）、adults（只有成年人）要写一个，只写一个")
        return self

    @property
    def files(self) -> dict[str, Path]:
        """Return the files by group, the base first."""
        named = {group: getattr(self, group) for group in RASTER_GROUPS}
        return {group: file for group, file in named.items() if file is not None}


class ElevationSource(_Source):
    """A raster of the height of the ground in metres; ``source`` is who made it."""

    file: Path
    source: str = Field(min_length=1)


class WorkbookSource(_Source):
    """A workbook filled in by an office: one sheet for each form, found by its name.

    ``file`` may hold ``*`` for several workbooks of the same kind. ``census`` is said of the
    facilities in it.
    """

    file: Path
    datum: Datum | None = None
    crs: str | None = None
    census: tuple[str, ...] = ()
    census_on: date | None = None
    declared_by: str = ""


class AcceptedSource(_Source):
    """A doubt of the audit that a named person takes upon themselves."""

    code: str
    file: str = ""
    row: int = 0
    by: str
    as_of: date
    reason: str


class WaiverSource(_Source):
    """A rule excused for one community by a named person; which rules may be is the pack's word."""

    community: str
    rule: str
    by: str
    as_of: date
    reason: str


class PublicSource(_Source):
    """What maps for the public print and are drawn on; nothing of it changes a finding.

    ``datum`` is what the coordinates in files for the public are. ``base_tiles`` is a template of
    image tiles of the Web Mercator grid with {z}, {x} and {y}, in ``base_datum``: a map and its
    base in different data would stand hundreds of metres apart. ``office`` and ``licence`` stand
    with the office's own layers.
    """

    map_approval_number: str = ""
    datum: Datum = "wgs84"
    base_tiles: str = Field("", pattern=r"^(https?://[^/\s;,'\"]+/\S*)?$")
    base_datum: Datum = "wgs84"
    base_attribution: str = ""
    office: str = ""
    licence: str = ""

    @model_validator(mode="after")
    def _one_datum(self) -> Self:
        if not self.base_tiles:
            return self
        if not all(part in self.base_tiles for part in ("{z}", "{x}", "{y}")):
            raise ValueError("base_tiles 要带 {z}、{x}、{y}")
        if not self.base_attribution:
            raise ValueError("有 base_tiles 就要写 base_attribution（底图的版权说明和审图号）")
        if self.base_datum != self.datum:
            raise ValueError(
                "底图（base_datum）和图上的坐标（datum）不同，会错开几百米；要写成一样"
            )
        return self


class HandbookSource(_Source):
    """What the office says of itself in the handbook; what is empty is not printed.

    ``page_base_url`` is where the folder that `lifecircle publish map` wrote can be read.
    """

    complaint_telephone: str = ""
    complaint_place: str = ""
    page_base_url: str = ""

    @field_validator("page_base_url")
    @classmethod
    def _of_the_web(cls, given: str) -> str:
        if given and not re.fullmatch(r"https?://[^\s/]\S*", given):
            raise ValueError("应为 https://example.org/map/ 这样的网址")
        return given


class CitySources(_Source):
    """All files of a city; relative paths count from the folder of the file that names them."""

    title: str = ""
    simulated: bool = False
    packs: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    as_of: date | None = None
    network: NetworkSource
    communities: CommunitySource
    facilities: tuple[FacilitySource, ...] = ()
    people: PeopleSource | None = None
    rasters: RasterSource | None = None
    elevation: ElevationSource | None = None
    workbooks: tuple[WorkbookSource, ...] = ()
    headers: Path | None = None
    kinds: Path | None = None
    handbook: HandbookSource = HandbookSource()
    waivers: tuple[WaiverSource, ...] = ()
    accepted: tuple[AcceptedSource, ...] = ()
    documents: Letterhead = Letterhead()
    public: PublicSource = PublicSource()


def read_sources(path: Path) -> CitySources:
    """Read ``lifecircle.toml``, or the one in a folder; raises InputError naming every fault."""
    if not path.exists():
        raise stop("没有这个文件夹", file=path, remedy="检查文件夹名")
    file = path / FILE_NAME if path.is_dir() else path
    content = _toml(file, f"在文件夹里写一个 {FILE_NAME}")
    try:
        sources = CitySources.model_validate(content)
    except ValidationError as error:
        raise InputError(*[_fault(file, detail) for detail in error.errors()]) from error
    return _from_folder(sources, file.parent)


def _toml(file: Path, remedy: str) -> dict[str, Any]:
    if not os.path.lexists(file):
        raise stop("没有这个文件", file=file, remedy=remedy)
    text = text_of_file(file, (".toml",))
    # tomllib takes the square of a key's parts, and follows brackets by recursion
    deep = next((n for n, s in enumerate(text.split("\n"), 1) if s.count(".") > MOST_DOTS), 0)
    try:
        if deep:
            raise stop("点号过多", file=file, place=f"第{deep}行", remedy="改正这一行")
        return tomllib.loads(text)
    except RecursionError as error:
        raise stop("嵌套过深", file=file, remedy="照 docs/lifecircle-toml.md 重写") from error
    except tomllib.TOMLDecodeError as error:
        raise stop(f"不是合法的 TOML（{error}）", file=file, remedy="改正这一处") from error


def _fault(file: Path, detail: Mapping[str, Any]) -> Fault:
    reason, place = expectation(detail), place_of(detail)
    return Fault(reason, str(file), place, "照 docs/lifecircle-toml.md 改正")


def _from_folder(sources: CitySources, folder: Path) -> CitySources:
    """Return the sources with every path counted from ``folder`` and every ``*`` spelled out."""
    people = sources.people
    if people is not None:
        named = {"file": people.file, "gates": people.gates}
        found = {key: folder / path if path else None for key, path in named.items()}
        people = people.model_copy(update=found)
    rasters = sources.rasters
    if rasters is not None:
        found = {group: folder / file for group, file in rasters.files.items()}
        rasters = rasters.model_copy(update=found)
    elevation = sources.elevation
    if elevation is not None:
        elevation = elevation.model_copy(update={"file": folder / elevation.file})
    communities = sources.communities
    return sources.model_copy(
        update={
            "network": sources.network.model_copy(update={"file": folder / sources.network.file}),
            "headers": folder / sources.headers if sources.headers else None,
            "kinds": folder / sources.kinds if sources.kinds else None,
            "communities": communities.model_copy(update={"file": folder / communities.file}),
            "facilities": tuple(
                source.model_copy(update={"file": folder / source.file})
                for source in sources.facilities
            ),
            "workbooks": tuple(_workbooks(sources.workbooks, folder)),
            "people": people,
            "rasters": rasters,
            "elevation": elevation,
        }
    )


def _workbooks(sources: tuple[WorkbookSource, ...], folder: Path) -> Iterator[WorkbookSource]:
    """Yield one source a workbook; lock files that Excel leaves beside an open one are no data."""
    for source in sources:
        if "*" not in source.file.name:
            yield source.model_copy(update={"file": folder / source.file})
            continue
        inside = (folder / source.file).parent
        found = sorted(p for p in inside.glob(source.file.name) if not p.name.startswith("~$"))
        if not found:
            remedy = "检查文件夹和文件名"
            raise stop(f"没有符合 {source.file} 的文件", file=inside, remedy=remedy)
        for path in found:
            yield source.model_copy(update={"file": path})
