"""Communities and facilities as everybody may know them: nothing that `publish` keeps back.

Of facilities it is what open data, map and handbook tell: no capacities, which beside a verdict
would bound the residents, nor who runs them; of persons the spans of the open data.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import isinf
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.findings import Assessment
from lifecircle.govern.publications.subjects import Feature
from lifecircle.govern.publications.verdict_figures import figures_of
from lifecircle.place.city import is_osm
from lifecircle.place.notices import public_notices
from lifecircle.place.sources import PublicSource
from lifecircle.publish.handbook.material import Material, at_most, minutes_of_s
from lifecircle.publish.handbook.met import Line, lines_of
from lifecircle.publish.handbook.services import Service
from lifecircle.publish.handbook.shared import category_zh
from lifecircle.publish.handbook.writing import file_name
from lifecircle.publish.map.hours import hours_zh, openings
from lifecircle.publish.map.licences import Licences
from lifecircle.publish.map.names import pinyin_of
from lifecircle.publish.opendata.fields import NOTES_ZH
from lifecircle.publish.opendata.people import GROUPS
from lifecircle.publish.opendata.placing import DEGREES, Placing
from lifecircle.publish.public_evidence import PublicEvidence
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

COMMUNITIES, FACILITIES = "communities", "facilities"
PLACES = 6


class RunFeatures:
    """The features of one judged city."""

    def __init__(self, material: Material, public: PublicSource) -> None:
        self._material, self._public = material, public
        self._city = material.ground.city
        self._placing = Placing(public.datum)
        self._licences = Licences(self._city, public)

    def all(self) -> Iterator[Feature]:
        """Yield every community, then every facility."""
        yield from self._communities()
        yield from self._facilities()

    def about(self) -> dict[str, Any]:
        """Return what holds of all of them, for the manifest."""
        ground, office = self._material.ground, self._material.office
        return {
            "as_of": ground.as_of.isoformat(),
            "city": self._city.title,
            "simulated": self._city.simulated,
            "packs": [_pack(one) for one in self._material.found],
            "totals": [total for one in self._material.found for total in _totals(one)],
            "datum": self._placing.name,
            "map_approval_number": self._public.map_approval_number,
            "office": self._licences.office.by,
            "licence": self._licences.office.licence,
            "attributions": list(self._city.attributions),
            "notices": list(public_notices(self._city)),
            "complaints": {
                "telephone": office.complaint_telephone,
                "place": office.complaint_place,
            },
            "pace": self._material.pace,
        }

    @cached_property
    def _is_osm(self) -> list[bool]:
        return [is_osm(Path(one.name)) for one in self._city.layers]

    def _communities(self) -> Iterator[Feature]:
        areas, people = self._city.communities, self._material.people
        shapes = shapely.set_precision(
            self._city.plane.to_degrees(areas.shape), DEGREES, mode="valid_output"
        )
        terms, basis = self._licences.office, self._material.ground.basis
        for row, own_id in enumerate(areas.id):
            spans = {group: people.of_group(own_id, group) for group in GROUPS}
            properties = {
                "township": areas.township[row],
                "county": areas.county[row],
                "managed_by": areas.managed_by[row],
                "pinyin": pinyin_of(areas.name[row]),
                "people": {
                    group: None if span is None else [span.least, span.most]
                    for group, span in spans.items()
                },
                "people_basis": basis[row],
                "people_note": people.note(row),
                "people_note_zh": NOTES_ZH[people.note(row)],
                "verdicts": list(self._verdicts(row)),
                "services": [self._service(one) for one in self._material.reached.services[row]],
                "half_of": "homes" if bool(self._material.heads.alike[row]) else "people",
                "handbook": f"community-{file_name(own_id)}.pdf",
                **self._frame(terms.by, terms.licence),
            }
            geometry = self._shown(shapes[row])
            yield Feature(COMMUNITIES, own_id, areas.name[row], own_id, geometry, properties)

    def _verdicts(self, row: int) -> Iterator[dict[str, Any]]:
        own_id, material = self._city.communities.id[row], self._material
        for one, told, own, names in zip(
            material.found, material.evidence, material.findings, material.sentences, strict=True
        ):
            for verdict, lines in lines_of(one, own.get(own_id, [])).items():
                for line in lines:
                    yield {
                        **_verdict(one, verdict, line, told),
                        "figures": [
                            figures_of(line.rule, finding, material.people, names)
                            for finding in line.findings
                            if verdict != "not applicable"
                        ],
                    }

    def _service(self, service: Service) -> dict[str, Any]:
        half, ids = service.half_s, self._city.facilities.id
        names = self._material.sentences[0]
        return {
            "category": service.category,
            "category_zh": category_zh(service.category),
            "half_min": None if half is None or isinf(half) else int(minutes_of_s(half)),
            "half_zh": at_most(half),
            "declared": service.declared,
            "near": [
                {
                    "id": ids[near.facility],
                    "name": names.facility(ids[near.facility]),
                    "first_min": int(minutes_of_s(near.first_s)),
                }
                for near in service.near
            ],
            "more": service.more,
        }

    def _facilities(self) -> Iterator[Feature]:
        places, areas = self._city.facilities, self._city.communities
        points = shapely.point_on_surface(places.shape)
        wgs84 = self._city.plane.to_degrees(points) if len(places) else points
        shown = self._placing.shown(wgs84)
        states, functions = code_sets()["facility_status"], code_sets()["function"]
        for row, own_id in enumerate(places.id):
            details, home = places.details[row], int(places.community[row])
            derived = self._is_osm[places.layer[row]]
            terms = self._licences.osm if derived else self._licences.office
            name = self._material.sentences[0].facility(own_id)
            properties = {
                "categories": list(places.categories[row]),
                "categories_zh": names_zh(places.categories[row]),
                "functions": list(details.functions),
                "functions_zh": "、".join(functions[one].zh for one in details.functions),
                "pinyin": pinyin_of(name),
                "address": details.address,
                "hours": details.hours,
                "hours_zh": hours_zh(details.hours),
                "open": [list(one) for one in openings(details.hours)],
                "hotline": details.hotline,
                "charges": details.charges,
                "to_bring": details.to_bring,
                "state": details.status,
                "state_zh": states[details.status].zh if details.status in states else "",
                "serves": details.serves,
                "opened_on": details.opened_on.isoformat() if details.opened_on else "",
                "community_name": areas.name[home] if home >= 0 else "",
                "from_osm": derived,
                **_lon_lat(shown[row], self._placing.name),
                **self._frame(terms.by, terms.licence),
            }
            community = areas.id[home] if home >= 0 else ""
            yield Feature(
                FACILITIES, own_id, name, community, self._shown(_rounded(wgs84[row])), properties
            )

    def _shown(self, shape: Any) -> dict[str, Any] | None:
        """Return a shape in degrees of WGS 84, None where the office shows places in another datum.

        Shifted coordinates under the name of WGS 84 would be some hundred metres off.
        """
        if self._placing.datum != "wgs84" or shape is None or shapely.is_empty(shape):
            return None
        drawn: dict[str, Any] = shapely.geometry.mapping(shape)
        return drawn

    def _frame(self, by: str, licence: str) -> dict[str, Any]:
        return {
            "as_of": self._material.ground.as_of.isoformat(),
            "simulated": self._city.simulated,
            "source": by,
            "licence": licence,
        }


def _verdict(one: Assessment, verdict: str, line: Line, told: PublicEvidence) -> dict[str, Any]:
    return {
        "pack": one.pack.id,
        "rule": line.rule.id,
        "title": line.title,
        "marks": line.marks,
        "inferred": one.pack.is_inferred(line.rule),
        "unverified": one.pack.is_unverified(line.rule),
        "verdict": verdict,
        "verdict_zh": word("verdict", verdict),
        "readings": [finding.reading for finding in line.findings],
        "said": line.reasons() if verdict == "not assessed" else line.evidence(told),
        "due": str(line.rule.due or ""),
        "clause_where": line.rule.clause.where,
    }


def _pack(one: Assessment) -> dict[str, str]:
    header = one.pack.header
    return {"id": one.pack.id, "title": header.title.zh, "version": str(header.version)}


def _totals(one: Assessment) -> Iterator[dict[str, Any]]:
    """Yield each rule counted over the communities of the whole city."""
    for row in one.rollup:
        if (row.tree, row.area_level, row.subject_level) == ("administrative", "city", "community"):
            yield {
                "pack": one.pack.id,
                "rule": row.rule,
                "title": one.pack.rule(row.rule).title.zh,
                "reading": row.reading,
                "reading_zh": word("reading", row.reading),
                "met": row.met,
                "not_met": row.not_met,
                "not_assessed": row.not_assessed,
                "not_applicable": row.not_applicable,
            }


def _rounded(point: Any) -> Any:
    return shapely.transform(point, lambda xy: np.round(xy, PLACES)) if point is not None else None


def _lon_lat(point: Any, datum: str) -> dict[str, Any]:
    if point is None or shapely.is_empty(point):
        return {"lon": None, "lat": None, "datum": datum}
    lon, lat = (round(float(one), PLACES) for one in (point.x, point.y))
    return {"lon": lon, "lat": lat, "datum": datum}
