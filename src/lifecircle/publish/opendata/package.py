"""The description of the open data: a Frictionless Data Package."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecircle.place.notices import public_notices
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import City
from lifecircle.publish.map.page import NO_NUMBER
from lifecircle.publish.opendata.fields import FIELDS
from lifecircle.publish.opendata.persons import K
from lifecircle.publish.opendata.placing import NAMES
from lifecircle.publish.results import sha256_of
from lifecircle.publish.tables import Columns

MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
}
ODBL = {
    "name": "ODbL-1.0",
    "path": "https://opendatacommons.org/licenses/odbl/1-0/",
    "title": "Open Database License 1.0",
}
NOT_STATED = {"name": "notspecified", "title": "发布单位没有写明许可，使用前请询问"}
_NAME = re.compile(r"[-a-zA-Z0-9._]+")
KEYS = {
    "communities": ("id",),
    "verdicts": ("pack", "subject_level", "subject", "rule", "reading"),
    "totals": ("pack", "tree", "area_level", "area", "subject_level", "rule", "reading"),
    "facilities": ("id",),
    "facilities_osm": ("id",),
}
TITLES = {
    "communities": "社区和村",
    "verdicts": "各地各条规则的结论",
    "totals": "各条规则的汇总",
    "facilities": "设施（主管部门的资料）",
    "facilities_osm": "设施（OpenStreetMap）",
    "office": "社区、结论、汇总和主管部门的设施",
    "osm": "OpenStreetMap 的设施",
}


@dataclass(frozen=True)
class Licence:
    """Under which licence the office gives its own layers: a name of the Open Definition's list.

    Words of the office's own stand as the title, since a name of that list has Latin letters only.
    """

    name: str = ""

    @property
    def said(self) -> dict[str, str]:
        """Return it as the description holds it."""
        own = self.name.strip()
        if not own:
            return NOT_STATED
        return {"name": own} if _NAME.fullmatch(own) else {"name": "other", "title": own}


def persons_zh(smallest: int) -> tuple[str, ...]:
    """Say how numbers of persons are told."""
    return (
        f"人数写成至少、至多两个数，中间至少有{K}个可能的值；不到{K}人的写0至{K - 1}或更宽。",
        f"常住人口不到{smallest}人的社区，各种人数都只写0至{smallest - 1}。",
        "街道、区县、全市的人数由各社区写出的两个数相加，所以相减也推不出更细的人数。",
        "达标的，不写多少人没有服务到；由人数、户数算出的现状值和比例不写。",
        "没有个人资料，没有小区和住处。",
    )


def shown_zh(public: PublicSource) -> tuple[str, str]:
    """Say in which datum the places are, and under which number they were approved."""
    name, number = NAMES[public.datum], public.map_approval_number
    shifted = "" if public.datum == "wgs84" else "，与 WGS84 相差几百米，用前先换算"
    return f"坐标是 {name}{shifted}。", f"审图号：{number}" if number else NO_NUMBER


def description(
    folder: Path,
    city: City,
    tables: Mapping[str, Columns],
    licence: Licence,
    about: Sequence[str],
    as_of: str,
    public: PublicSource | None = None,
) -> dict[str, Any]:
    """Return the description of the files in ``folder``; each resource has its own licence."""
    public = public or PublicSource()
    osm = [one for one in city.attributions if "OpenStreetMap" in one]
    own = (licence, NAMES[public.datum], osm)
    office = [{"title": public.office, "role": "publisher"}] if public.office else []
    return {
        **({"contributors": office} if office else {}),
        "datum": NAMES[public.datum],
        "map_approval_number": public.map_approval_number,
        "profile": "data-package",
        "name": "lifecircle-open-data",
        "title": f"{city.title} 15分钟便民生活圈开放数据",
        "description": "\n".join([*shown_zh(public), *about, *public_notices(city)]),
        "version": as_of,
        "licenses": [licence.said],
        "sources": [{"title": one} for one in city.attributions],
        "resources": [
            _resource(path, tables.get(path.stem), *own)
            for path in sorted(folder.iterdir())
            if path.suffix.lstrip(".") in MEDIA
        ],
    }


def _resource(
    path: Path, columns: Columns | None, licence: Licence, datum: str, osm: Sequence[str]
) -> dict[str, Any]:
    form = path.suffix.lstrip(".")
    of_osm = path.stem.endswith("osm")
    said: dict[str, Any] = {
        "name": f"{path.stem}-{form}".replace("_", "-"),
        "path": path.name,
        "title": TITLES[path.stem],
        "format": form,
        "mediatype": MEDIA[form],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "licenses": [ODBL if of_osm else licence.said],
    }
    if of_osm:
        said["sources"] = [{"title": one} for one in osm]
    if columns is None:
        return said
    names = [*columns, *(["geometry"] if form == "parquet" and path.stem in PLACED else [])]
    said["schema"] = {
        "fields": [
            {
                "name": name,
                "type": FIELDS[name][0],
                "description": FIELDS[name][1].format(datum=datum),
            }
            for name in names
        ],
        "missingValues": [""],
    }
    if all(all(columns[name]) for name in KEYS[path.stem]):
        said["schema"]["primaryKey"] = list(KEYS[path.stem])
    if form == "csv":
        said |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
    return said


PLACED = frozenset({"communities", "facilities", "facilities_osm"})
"""The tables whose rows have a place."""
