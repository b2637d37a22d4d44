"""Writes the open data of a city into a folder: tables, description, manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from lifecircle import __version__
from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.city import OSM_SUFFIXES
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import City
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.opendata import tables as made_of
from lifecircle.publish.opendata.earlier import (
    COMMUNITIES,
    MANIFEST,
    OFFICE,
    Earlier,
    check_smallest,
    redrawn,
)
from lifecircle.publish.opendata.files import Shapes, write_table
from lifecircle.publish.opendata.package import Licence, description, persons_zh
from lifecircle.publish.opendata.people import REDRAWN, PublicPeople
from lifecircle.publish.opendata.persons import K
from lifecircle.publish.opendata.placing import DEGREES, Placing
from lifecircle.publish.opendata.readme import readme
from lifecircle.publish.results import sha256_of, write_json
from lifecircle.publish.runs import run_hash
from lifecircle.publish.tables import Columns
from lifecircle.terms.progress import Progress, silent

PACKAGE, README, OSM = "datapackage.json", "README.md", "osm.gpkg"
VERDICTS, TOTALS, FACILITIES, FACILITIES_OSM = "verdicts", "totals", "facilities", "facilities_osm"
TABLES = (COMMUNITIES, VERDICTS, TOTALS, FACILITIES, FACILITIES_OSM)
OPEN_DATA = Kind(
    frozenset(
        {f"{name}.{form}" for name in TABLES for form in ("csv", "parquet")}
        | {OFFICE, OSM, PACKAGE, README, MANIFEST}
    ),
    MANIFEST,
    '"lifecircle_open_data"',
)


@dataclass(frozen=True)
class Terms:
    """Under what terms the data are published, what was published before, the public's settings.

    Without a licence the data stand under that of ``public``.
    """

    licence: Licence = field(default_factory=Licence)
    before: tuple[Earlier, ...] = ()
    public: PublicSource = field(default_factory=PublicSource)

    @property
    def placing(self) -> Placing:
        """Return the datum of all places."""
        return Placing(self.public.datum)

    @property
    def own_licence(self) -> Licence:
        """Return the licence of the office's own layers."""
        return self.licence if self.licence.name.strip() else Licence(self.public.licence)


@dataclass(frozen=True, eq=False)
class Table:
    """A table, the shapes of its rows in degrees, and the GeoPackage it goes into."""

    columns: Columns
    shapes: Shapes = None
    package: str = OFFICE


def write_open_data(
    out: Path,
    ground: Ground,
    found: Sequence[Assessment],
    terms: Terms | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write the open data into ``out``, all or nothing; return the manifest.

    Together with the publications ``terms.before`` no number of persons can be narrowed to fewer
    than K - 1 values. Equal input gives equal bytes.
    """
    terms = terms or Terms()
    outlines = _outlines(ground.city)
    people = public_people(ground.city, found, terms.before)
    progress("写出开放数据")
    tables = _tables(ground, found, people, terms.placing, outlines)
    with whole_folder(out, OPEN_DATA) as folder:
        for name, table in tables.items():
            write_table(folder, name, table.columns, table.shapes, table.package, terms.placing)
        columns = {name: table.columns for name, table in tables.items()}
        about = persons_zh(people.smallest)
        day = ground.as_of.isoformat()
        said = description(
            folder, ground.city, columns, terms.own_licence, about, day, terms.public
        )
        write_json(folder / PACKAGE, said)
        (folder / README).write_text(readme(said, about), encoding="utf-8")
        manifest = _manifest(folder, ground, found, people, terms)
        write_json(folder / MANIFEST, manifest)
        return manifest


def public_people(
    city: City, found: Sequence[Assessment], before: Sequence[Earlier] = ()
) -> PublicPeople:
    """Return the people of a city as they may be told after what was published ``before``.

    Raises InputError where that told of fewer residents than is safe now.
    """
    people = PublicPeople(city, found, redrawn(_outlines(city), before) if before else None)
    check_smallest(people.smallest, before)
    return people


def _tables(
    ground: Ground,
    found: Sequence[Assessment],
    people: PublicPeople,
    placing: Placing,
    outlines: Sequence[Any],
) -> dict[str, Table]:
    city = ground.city
    osm = frozenset(at for at, one in enumerate(city.layers) if one.name.endswith(OSM_SUFFIXES))
    tables = {
        COMMUNITIES: Table(
            made_of.community_columns(ground, people), list(placing.shown(outlines))
        ),
        VERDICTS: Table(made_of.verdict_columns(city, found, people)),
        TOTALS: Table(made_of.total_columns(ground, found, people)),
    }
    for name, of_osm, package in ((FACILITIES, False, OFFICE), (FACILITIES_OSM, True, OSM)):
        rows = made_of.facility_rows(city, of_osm=of_osm, osm_layers=osm)
        if rows:
            points, columns = made_of.facility_columns(city, rows, placing)
            tables[name] = Table(columns, points, package)
    return tables


def _outlines(city: City) -> list[Any]:
    """Return the outlines of the communities in degrees of WGS84, to a centimetre."""
    shapes = city.plane.to_degrees(city.communities.shape)
    rounded = shapely.set_precision(shapes, DEGREES, mode="valid_output")
    return [
        shapely.multipolygons([p for p in shapely.get_parts(one) if p.geom_type == "Polygon"])
        for one in rounded
    ]


def _manifest(
    folder: Path,
    ground: Ground,
    found: Sequence[Assessment],
    people: PublicPeople,
    terms: Terms,
) -> dict[str, Any]:
    """Return what the run was made of and the hash of each file.

    Without hashes of its input: whoever knows all of a register but one number could try that
    number until the hash agrees.
    """
    city = ground.city
    ids = city.communities.id
    run = {
        "software": {"name": "lifecircle", "version": __version__},
        "packs": [
            {"id": one.pack.id, "version": one.pack.header.version, "sha256": one.pack.sha256}
            for one in found
        ],
        "as_of": ground.as_of.isoformat(),
        "city": {"title": city.title, "simulated": city.simulated},
        "public": {
            "datum": terms.public.datum,
            "map_approval_number": terms.public.map_approval_number,
        },
        "persons": {
            "k": K,
            "smallest": people.smallest,
            "not_told": [one for row, one in enumerate(ids) if people.note(row) == REDRAWN],
        },
        "before": [{"as_of": one.as_of, "run_sha256": one.run_sha256} for one in terms.before],
        "attributions": list(city.attributions),
        "results": {p.name: sha256_of(p) for p in sorted(folder.glob("*.csv"))},
    }
    containers = sorted(
        p for p in folder.iterdir() if p.suffix in (".gpkg", ".parquet", ".json", ".md")
    )
    return {
        "lifecircle_open_data": 1,
        "run": run,
        "run_sha256": run_hash(run),
        "files": {p.name: sha256_of(p) for p in containers},
    }
