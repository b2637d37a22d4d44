"""Writes the map into a folder that opens by double click and from any server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle import __version__
from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.profiles import WALKERS, profiles, walkers_of
from lifecircle.assess.walks import FARTHEST_S
from lifecircle.place.notices import public_notices
from lifecircle.place.sources import PublicSource
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.map import streets
from lifecircle.publish.map.licences import Licences, Terms
from lifecircle.publish.map.packing import steps
from lifecircle.publish.map.page import SCRIPTS, asset, render
from lifecircle.publish.map.places import (
    bounds_of,
    communities_data,
    facilities_data,
    facility_rows,
    homes_data,
    kinds_data,
)
from lifecircle.publish.map.plans import plan_data
from lifecircle.publish.map.shown import Shown
from lifecircle.publish.map.tiles import as_text, street_tiles
from lifecircle.publish.map.verdicts import numbered, verdicts_data
from lifecircle.publish.opendata.earlier import Earlier, check_smallest, redrawn
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.placing import DEGREES
from lifecircle.publish.results import sha256_of, write_json
from lifecircle.publish.walkers import walkers_told
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.words import kinds as word_kinds
from lifecircle.terms.words import words
from lifecircle.walk.profiles import Profile

PAGE, MANIFEST, STYLE = "index.html", "manifest.json", "map.css"
MOST_PACKS = 20
_LIBRARY = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
LIBRARY, LIBRARY_STYLE = "maplibre.js", "maplibre-gl.css"
VENDORED = (
    *_LIBRARY,
    LIBRARY_STYLE,
    "maplibre-gl-LICENSE.txt",
    "pmtiles.js",
    "pmtiles-LICENSE.txt",
)
"""What comes from others as it is; the library is of modules where a server sends it."""
TILES = "streets.pmtiles"
FIRST = ("city.js", "communities.js", "facilities.js", "facilities-osm.js")
"""What the first list is made of; the page fetches the rest when somebody wants it."""
DATA = (
    *FIRST,
    "homes.js",
    "network.js",
    "streets.js",
    TILES,
    "plans.js",
    *(f"findings-{number}.js" for number in range(1, MOST_PACKS + 1)),
)
MAP = Kind(
    frozenset(
        {PAGE, MANIFEST, "data", "parts", *DATA, STYLE, LIBRARY, *VENDORED}
        | {f"{name}.js" for name in SCRIPTS}
    ),
    MANIFEST,
    '"lifecircle_map"',
)


@dataclass(frozen=True, eq=False)
class Wanted:
    """What goes onto the map: a judged city, the public's settings, and a plan's folder if any.

    ``before`` are open data published earlier: of a community redrawn since no people are told.
    """

    ground: Ground
    found: Sequence[Assessment]
    public: PublicSource
    plan: Path | None = None
    before: tuple[Earlier, ...] = ()


def write_map(out: Path, wanted: Wanted, progress: Progress = silent) -> dict[str, Any]:
    """Write the map into ``out``, all or nothing, and return the manifest.

    Equal input gives equal bytes. Raises InputError where the plan is none of this city's.
    """
    progress("写出地图")
    data = _data(wanted)
    city = wanted.ground.city
    terms = {name: own for name, (_, own) in data.items()}
    first = [name for name in FIRST if name in data]
    with whole_folder(out, MAP) as folder:
        (folder / "data").mkdir()
        (folder / "parts").mkdir()
        for name, (content, own) in data.items():
            whole = content if isinstance(content, bytes) else _script(name, content, own)
            (folder / "data" / name).write_bytes(whole)
        _write_parts(folder / "parts")
        page = render(
            f"{city.title}便民服务地图",
            wanted.ground.as_of.isoformat(),
            wanted.public,
            ["模拟数据"] if city.simulated else [],
            _notices(wanted),
            terms,
            [*(f"data/{name}" for name in first), *(f"parts/{name}.js" for name in SCRIPTS)],
        )
        (folder / PAGE).write_text(page, encoding="utf-8")
        manifest = _manifest(folder, wanted, terms)
        write_json(folder / MANIFEST, manifest)
    return manifest


def _data(wanted: Wanted) -> dict[str, tuple[Any, Terms]]:
    """Return what each data file holds, and its terms."""
    ground, city = wanted.ground, wanted.ground.city
    licences = Licences(city, wanted.public)
    shown = Shown(city.plane, wanted.public.datum)
    people = _people(wanted)
    lines = street_tiles(ground.network, shown, licences.streets.said)
    codes, kinds = kinds_data(city)
    own, osm = facility_rows(city)
    data: dict[str, tuple[Any, Terms]] = {
        "city.js": (_city(wanted, shown, codes, kinds), licences.office),
        "communities.js": (communities_data(city, shown, people), licences.office),
        "facilities.js": (facilities_data(city, own, codes), licences.office),
        "facilities-osm.js": (facilities_data(city, osm, codes), licences.osm),
        "homes.js": (homes_data(city), licences.homes),
        "network.js": (
            {
                **streets.network_data(ground.network),
                "barriers": streets.barrier_data(city.barriers),
            },
            licences.streets,
        ),
        TILES: (lines, licences.streets),
        "streets.js": (as_text(lines), licences.streets),
    }
    if not len(osm):
        del data["facilities-osm.js"]
    for name, assessment in numbered(wanted.found):
        data[name] = (verdicts_data(city, assessment, people), licences.findings)
    if wanted.plan is not None:
        data["plans.js"] = (plan_data(wanted.plan, city), licences.office)
    return data


def _people(wanted: Wanted) -> PublicPeople:
    """Return the persons that may be told, by the spans that the open data tell."""
    city = wanted.ground.city
    shapes = city.plane.to_degrees(city.communities.shape)
    outlines = shapely.set_precision(shapes, DEGREES, mode="valid_output")
    people = PublicPeople(city, wanted.found, redrawn(list(outlines), wanted.before))
    check_smallest(people.smallest, wanted.before)
    return people


def walkers(wanted: Wanted) -> list[Profile]:
    """Return who may walk on the page, the pack's own walker first."""
    own = next(
        (walkers_of(one.pack)[0] for one in wanted.found if one.pack.header.walking is not None),
        profiles()["adult"],
    )
    return [own, *(profiles()[name] for name in WALKERS if name != own.name)]


def _city(
    wanted: Wanted, shown: Shown, codes: Sequence[str], kinds: list[dict[str, Any]]
) -> dict[str, Any]:
    city, public = wanted.ground.city, wanted.public
    network = wanted.ground.network
    ways = np.column_stack([network.vertex_x_m, network.vertex_y_m])
    places = np.column_stack([city.facilities.entry_x_m, city.facilities.entry_y_m])
    homes = np.column_stack([city.origins.x_m, city.origins.y_m])
    return {
        "title": city.title,
        "simulated": city.simulated,
        "facilities": len(city.facilities),
        "kinds": kinds,
        "lanes": [steps(city.of_categories((code,))) for code in codes],
        "words": {kind: words(kind) for kind in word_kinds()},
        "walkers": [streets.walker_data(one) for one in walkers(wanted)],
        "farthest_s": FARTHEST_S,
        "datum": public.datum,
        "lattice": shown.lattice(bounds_of(city, (ways, places, homes))),
        "number": public.map_approval_number,
        "base": {"tiles": public.base_tiles, "by": public.base_attribution},
        "packs": [
            {"title": one.pack.header.title.zh, "file": f"data/{name}"}
            for name, one in numbered(wanted.found)
        ],
        "plans": wanted.plan is not None,
    }


def _script(name: str, content: Any, terms: Terms) -> bytes:
    """Return a data file: its terms, and one value that the page takes by the file's name."""
    text = json.dumps(
        content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    said = terms.said.replace("*/", "")
    key = name.removesuffix(".js")
    return f'/* {said} */\n(window.lifecircleData ??= {{}})["{key}"] = {text};\n'.encode()


def _write_parts(folder: Path) -> None:
    """Write the scripts and styles, and the map library as text that a script may import."""
    for name in SCRIPTS:
        (folder / f"{name}.js").write_text(asset(f"{name}.js"), encoding="utf-8")
    (folder / STYLE).write_text(asset(STYLE), encoding="utf-8")
    vendor = files("lifecircle.publish") / "assets" / "vendor"
    for name in VENDORED:
        (folder / name).write_bytes((vendor / name).read_bytes())
    library, worker = (json.dumps(_vendored(name), ensure_ascii=False) for name in _LIBRARY)
    text = f"window.lifecircleLibrary = {{ library: {library},\nworker: {worker} }};\n"
    (folder / LIBRARY).write_text(text, encoding="utf-8")


def _vendored(name: str) -> str:
    vendor = files("lifecircle.publish") / "assets" / "vendor"
    return (vendor / name).read_text(encoding="utf-8")


def _notices(wanted: Wanted) -> list[str]:
    """Return what whoever reads the map must know of the data and of who walks."""
    walked = [said for one in wanted.found for said in walkers_told(one)]
    return list(dict.fromkeys([*public_notices(wanted.ground.city), *walked]))


def _manifest(folder: Path, wanted: Wanted, terms: Mapping[str, Terms]) -> dict[str, Any]:
    """Return what the map was made of, and of each file its hash, maker and licence.

    Without hashes of its input: whoever knows all of a register but one number could try that
    number until the hash agrees.
    """
    city = wanted.ground.city
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "lifecircle_map": 1,
        "software": {"name": "lifecircle", "version": __version__},
        "as_of": wanted.ground.as_of.isoformat(),
        "city": {"title": city.title, "simulated": city.simulated},
        "public": wanted.public.model_dump(),
        "packs": [
            {"id": one.pack.id, "version": one.pack.header.version, "sha256": one.pack.sha256}
            for one in wanted.found
        ],
        "inputs": [{"role": file.role, "name": file.name} for file in city.files],
        "network_sha256": wanted.ground.network.sha256,
        "attributions": list(city.attributions),
        "terms": {f"data/{name}": vars(own) for name, own in terms.items()},
        "files": {path.relative_to(folder).as_posix(): sha256_of(path) for path in written},
    }
