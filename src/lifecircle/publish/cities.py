"""The table that many cities share: one row a city, pack, rule and reading. Nothing is added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.assess.rollup import marks_of, rolled
from lifecircle.place.tables import City
from lifecircle.publish.folder import whole_file
from lifecircle.publish.tables import Columns, rollup_columns, write_csv
from lifecircle.terms.errors import Fault, OutputError

CITIES = "cities.csv"
_OWN = ("city", "title", "as_of", "fault")


def city_columns(name: str, city: City, found: Sequence[Assessment]) -> Columns:
    """Return the rows of one city; a rule on the city itself counts it as its one subject."""
    columns: dict[str, list[Any]] = {}
    for one in found:
        rows = replace(one, rollup=(*one.rollup, *_of_city(one)))
        own = {"as_of": [one.as_of.isoformat()] * len(rows.rollup), **rollup_columns(city, rows)}
        for header, values in own.items():
            columns.setdefault(header, []).extend(values)
    count = len(columns["as_of"])
    return {"city": [name] * count, "title": [city.title] * count, "fault": [""] * count, **columns}


def _of_city(assessment: Assessment) -> list[RollUp]:
    marks = marks_of(assessment.pack)
    own = [one for one in assessment.findings if one.subject_level == "city" and one.subject]
    return [rolled(marks, "administrative", "city", ("city", ""), [one]) for one in own]


def write_cities(out: Path, cities: Sequence[Columns], faults: Mapping[str, str]) -> None:
    """Write the table all or nothing; a city that was not assessed has one row that says why."""
    headers = list(dict.fromkeys((*_OWN, *(header for one in cities for header in one))))
    joined: dict[str, list[Any]] = {header: [] for header in headers}
    for one in cities:
        for header, values in one.items():
            joined[header].extend(values)
    for name, fault in faults.items():
        said = {"city": name, "fault": fault}
        for header, values in joined.items():
            values.append(said.get(header, ""))
    order = sorted(range(len(joined["city"])), key=lambda row: joined["city"][row])
    with whole_file(out, overwrite=True) as part:
        write_csv(part, {header: [own[row] for row in order] for header, own in joined.items()})


def check_cities(out: Path) -> None:
    """Raise OutputError when another file stands where the table goes."""
    if out.is_dir() or (out.is_file() and not _is_ours(out)):
        reason = "已经有同名的文件，没有改动"
        raise OutputError(Fault(reason, str(out), "--out", "换一个空的或新的文件夹"))


def _is_ours(out: Path) -> bool:
    with out.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline().startswith(",".join(_OWN))
