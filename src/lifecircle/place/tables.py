"""The validated tables of a city. Rows are sorted by id; coordinates are plane metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lifecircle.place.area_changes import AreaChange
from lifecircle.place.censuses import AreaCensus, complete_in
from lifecircle.place.main_streets import NO_MAIN_STREETS, MainStreets
from lifecircle.place.plane import Plane
from lifecircle.place.planning import NO_PLANNING, Planning, Space
from lifecircle.terms.errors import Fault, Spot

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Geometries = npt.NDArray[Any]

PeopleBasis = Literal["estate", "point", "raster", "building", "centre"]
Aspect = Literal["all", "amounts", "walks"]
Declared = Literal["census", "partial", "none"]
NOWHERE = Spot()
WHOLE_CITY = "全市"


@dataclass(frozen=True, eq=False)
class Communities:
    """Communities and villages (c rows). ``radius_m`` is the widened circle on record, or NaN.

    ``managed_by`` is who answers for it: a development zone, or else its county. ``attributes``
    are code words by attribute (kind, size, class, status, setting, zone), empty where nobody
    recorded one; ``counts`` are registered households, residents, older and children, -1 where
    nobody counted. ``spots`` are the rows of the files they came from;
    ``former`` has the id of today by an id or a name that files may still use.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    township: tuple[str, ...]
    county: tuple[str, ...]
    managed_by: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, Integers]
    radius_m: Floats
    shape: Geometries
    spots: tuple[Spot, ...]
    former: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Origins:
    """Where people start walking (o rows), sorted by community and id.

    ``weight`` counts residents, or the adults of a raster, or square metres of dwelling; in one
    community it is all the same. -1 in ``residents``, ``older``, ``children`` and ``households`` is
    unknown. ``stage`` says new or existing of an estate, empty where nobody noted it; of no estate
    at all it may be left out. Gates are rows of ``gate_of`` (the origin), ``gate_x_m``,
    ``gate_y_m``, ``gate_leg_m`` (metres walked inside); ``gate_hours`` and ``gate_open_to`` are as
    recorded, nothing of none; people walk from those ``gate_open``, None is from all. An origin
    without gates is entered from its own point. ``name`` is what people call it, empty where nobody
    wrote that; where nobody did at all it may be left out.
    """

    id: tuple[str, ...]
    community: Integers
    basis: tuple[PeopleBasis, ...]
    x_m: Floats
    y_m: Floats
    weight: Integers
    residents: Integers
    older: Integers
    children: Integers
    households: Integers
    gate_of: Integers
    gate_x_m: Floats
    gate_y_m: Floats
    gate_leg_m: Floats
    spots: tuple[Spot, ...]
    stage: tuple[str, ...] = ()
    gate_hours: tuple[str, ...] = ()
    gate_open_to: tuple[str, ...] = ()
    gate_open: npt.NDArray[np.bool_] | None = None
    name: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Layer:
    """A layer of facilities and what it claims to hold.

    ``census`` are the categories it lists completely on ``census_on``, as ``declared_by`` said;
    of ``partial`` categories it holds some. ``counted`` were declared a census too, but some rows
    have no coordinates: complete where facilities are counted by community, not for walking.
    ``looked_for`` says how the rows were recognised, ``remarks`` how their coordinates were read.
    """

    name: str
    census: frozenset[str]
    partial: frozenset[str]
    census_on: date | None = None
    declared_by: str = ""
    looked_for: str = ""
    remarks: tuple[str, ...] = ()
    counted: frozenset[str] = frozenset()

    def lists_all(self, category: str, *, by_area: bool) -> bool:
        """Say whether the layer is a census of a category, for walking or by area."""
        return category in self.census or (by_area and category in self.counted)


@dataclass(frozen=True, slots=True)
class FacilityDetails:
    """What a register says of a facility beside its place; None and empty words are unknown.

    ``address``, ``hotline``, ``to_bring`` and ``charges`` are what it tells everybody.
    ``amounts`` holds floor_m2, usable_m2, site_m2, childcare_places, nursing_beds, beds, seats.
    ``part_of`` is the id of the facility that it will be part of once it serves people.
    """

    functions: tuple[str, ...] = ()
    amounts: Mapping[str, float] = field(default_factory=dict)
    hours: str = ""
    operating_mode: str = ""
    mode: str = ""
    status: str = ""
    opened_on: date | None = None
    stage: str = ""
    address: str = ""
    hotline: str = ""
    to_bring: str = ""
    charges: str = ""
    part_of: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """Return what is said in words and dates, by the columns of the form `facilities`."""
        return {
            name: getattr(self, name)
            for name in (
                "part_of", "hours", "address", "hotline", "to_bring", "charges",
                "operating_mode", "mode", "stage", "status", "opened_on",
            )
        }  # fmt: skip

    @property
    def serves(self) -> bool:
        """Say whether it serves people today; a register that says nothing means that it does."""
        return self.status in SERVING


SERVING = frozenset({"", "ready", "operating"})


@dataclass(frozen=True, eq=False)
class Facilities:
    """Facilities (f rows) with the points where they are entered: rows of ``entry_of``.

    ``community`` is the row of the community it stands in or belongs to, -1 outside all. A
    facility without coordinates has an empty shape and no entry. ``also_listed`` names by id and
    category the further layers that list it as such, for parts of it.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    layer: tuple[int, ...]
    shape: Geometries
    community: Integers
    details: tuple[FacilityDetails, ...]
    spots: tuple[Spot, ...]
    entry_of: Integers
    entry_x_m: Floats
    entry_y_m: Floats
    also_listed: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Area:
    """What is recorded of a township, a unit of the county level, the city or a project, by name.

    The city is called `WHOLE_CITY`.
    """

    level: str
    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Survey:
    """What a baseline survey found in a community: a state for each function."""

    community: int
    states: Mapping[str, str]
    surveyed_on: date | None
    surveyed_by: str
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Record:
    """A number on record for a subject of a level, as a policy's rules ask for it."""

    level: str
    subject: str
    record: str
    value: float
    recorded_on: date | None
    source: str
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Doubt:
    """Something taken as it is that weakens what rests on it.

    ``communities`` are ids and ``categories`` facility categories; None is every one of them.
    ``aspect`` is what it touches: everything, only areas and capacities, or only walks.
    """

    fault: Fault
    communities: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    aspect: Aspect = "all"

    @property
    def code(self) -> str:
        """Return the name of the doubt."""
        return self.fault.code


@dataclass(frozen=True)
class AcceptedFault:
    """A doubt that a named person took upon themselves."""

    code: str
    by: str
    on: date
    reason: str
    count: int


@dataclass(frozen=True)
class WayShares:
    """Metres of way by kind (the OpenStreetMap highway tag), each straight piece counted once.

    ``by_kind`` goes from the longest to the shortest; a kind nobody noted is the empty text.
    ``doubts`` are the reasons why walks over such a network are not firm: no-footways,
    no-estate-ways, way-kinds-unknown.
    """

    by_kind: tuple[tuple[str, int], ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def total_m(self) -> int:
        """Return the metres of all ways."""
        return sum(metres for _, metres in self.by_kind)

    def share(self, kinds: frozenset[str]) -> Fraction:
        """Return which share of the metres is of ``kinds``; none of no metres at all."""
        of_them = sum(metres for kind, metres in self.by_kind if kind in kinds)
        return Fraction(of_them, max(self.total_m, 1))


NO_KINDS = WayShares()


@dataclass(frozen=True, eq=False)
class Streets:
    """Ways open on foot: nodes (n) in plane metres and straight segments (s, 2) of node rows.

    ``ways`` says of what kinds the ways are. ``z_m`` (n) are heights, None where nobody gave any;
    ``passage`` (s,) what each segment is to a walker from its first node to its second, a place in
    ``PASSAGES``, and ``waits`` (s,) how many waits of its sort it costs; None is all level way.
    ``guessed`` are node rows where a major road is crossed though nobody drew a crossing; None
    where nothing was looked at.
    """

    node_id: Integers
    x_m: Floats
    y_m: Floats
    segments: Integers
    ways: WayShares = NO_KINDS
    z_m: Floats | None = None
    passage: Integers | None = None
    waits: Floats | None = None
    guessed: Integers | None = None


@dataclass(frozen=True, eq=False)
class Barriers:
    """What people on foot cross only here and there (b): kinds, and lines or areas in metres."""

    kind: tuple[str, ...]
    shape: Geometries


NO_BARRIERS = Barriers((), np.empty(0, dtype=object))


@dataclass(frozen=True)
class PeopleEstimate:
    """What a raster says of one group of people: nobody counted them.

    ``inside`` the communities that it was used for and ``outside`` them, in whole persons; both
    together are the sum of the raster over the rectangle around those communities.
    """

    group: str
    file: str
    source: str
    inside: int
    outside: int


@dataclass(frozen=True)
class RecordedWaiver:
    """A rule excused for one community: by whom, when and why; no ``pack`` is whatever pack's."""

    community: str
    rule: str
    by: str
    on: date
    reason: str
    pack: str = ""

    def told(self) -> dict[str, str]:
        """Return what a manifest says of it."""
        said = {**vars(self), "on": self.on.isoformat()}
        return said if self.pack else {name: said[name] for name in said if name != "pack"}


@dataclass(frozen=True)
class InputFile:
    """A file that went in: the part it played, its name without folders, and its hash."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, eq=False)
class City:
    """Everything known of a city, validated, on one plane, with its declarations.

    ``notices`` are sentences about the data for the office; `notices.public_notices` has those for
    everybody. ``trees_of`` is the day whose trees the communities lie in, where that is not the day
    of their table.
    """

    title: str
    simulated: bool
    plane: Plane
    communities: Communities
    origins: Origins
    layers: tuple[Layer, ...]
    facilities: Facilities
    streets: Streets
    files: tuple[InputFile, ...]
    notices: tuple[str, ...]
    attributions: tuple[str, ...]
    waivers: tuple[RecordedWaiver, ...] = ()
    estimates: tuple[PeopleEstimate, ...] = ()
    areas: tuple[Area, ...] = ()
    spaces: tuple[Space, ...] = ()
    surveys: tuple[Survey, ...] = ()
    records: tuple[Record, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    accepted: tuple[AcceptedFault, ...] = ()
    barriers: Barriers = NO_BARRIERS
    main_streets: MainStreets = NO_MAIN_STREETS
    changes: tuple[AreaChange, ...] = ()
    trees_of: date | None = None
    planning: Planning = NO_PLANNING
    censuses: tuple[AreaCensus, ...] = ()

    def declared(self, category: str, *, by_area: bool = False) -> Declared:
        """Say whether a census or only a partial list covers a category, or nothing does."""
        if any(layer.lists_all(category, by_area=by_area) for layer in self.layers):
            return "census"
        return "partial" if any(category in layer.partial for layer in self.layers) else "none"

    def of_categories(self, codes: tuple[str, ...], *, by_area: bool = False) -> Integers:
        """Return the rows of the facilities of any of ``codes``.

        Where a category has a census, rows of partial lists do not count beside it; what does not
        serve people today never counts.
        """
        none = np.empty(0, dtype=np.int64)
        rows = [none]
        for code in codes:
            of_code = self._serving.get(code, none)
            if self.declared(code, by_area=by_area) == "census":
                complete = [layer.lists_all(code, by_area=by_area) for layer in self.layers]
                of_code = of_code[self._listed(of_code, code, np.array(complete, dtype=np.bool_))]
            elif by_area and self.censuses:
                of_code = of_code[self._not_beside(of_code, code)]
            rows.append(of_code)
        return np.unique(np.concatenate(rows))

    def _listed(
        self, rows: Integers, code: str, complete: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.bool_]:
        """Say of each facility whether a ``complete`` layer lists it, or a part of it, as this."""
        table = self.facilities
        listed = complete[np.array(table.layer, dtype=np.int64)[rows]]
        for at, row in enumerate(rows.tolist() if table.also_listed else ()):
            further = table.also_listed.get((table.id[row], code), ())
            listed[at] |= any(complete[layer] for layer in further)
        return listed

    def _not_beside(self, rows: Integers, code: str) -> npt.NDArray[np.bool_]:
        """Say of each facility that no census of its community leaves it out."""
        complete = complete_in(self.censuses, (code,), len(self.communities))
        home = self.facilities.community[rows]
        own = np.zeros(len(self.layers), dtype=np.bool_)
        own[sorted(self.censuses[0].layers)] = True
        counted = np.append(complete, np.False_)[home]
        return ~counted | self._listed(rows, code, own)

    @cached_property
    def _serving(self) -> Mapping[str, Integers]:
        """Return the rows of the facilities of each category that serve people today."""
        table = self.facilities
        found: dict[str, list[int]] = {}
        for row, (own, details) in enumerate(zip(table.categories, table.details, strict=True)):
            for code in own if details.serves else ():
                found.setdefault(code, []).append(row)
        return {code: np.array(rows, dtype=np.int64) for code, rows in found.items()}
