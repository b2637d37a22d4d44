"""What an assessment says: findings with their key, and their roll-up to areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from lifecircle.assess.measured import Added, Cited
from lifecircle.place.area_changes import Event
from lifecircle.place.tables import Record
from lifecircle.policy.models import Pack
from lifecircle.terms.words import Confidence, DueState, Reading, Verdict

Tree = Literal["administrative", "managing", "tag"]


@dataclass(frozen=True)
class Finding:
    """One verdict. Its key is ``subject``, ``rule``, ``reading`` and ``profile``.

    Numbers are canonical texts, empty where there is none; people are None where nobody counted
    them; ``people_basis`` is the weakest that any of them rest on, ``people_estimated`` says that a
    raster stands in for some. ``share`` is the share of people who are served, on foot.
    ``facility`` is the facility nearest to ``origin``, the place that decides: the worst served of
    the subject on foot, its centre in a circle. ``time_min`` and ``distance_m`` are the way between
    them, ``median_min`` what half of the people need at most, ``worst_tenth_min`` what all but the
    worst-served tenth need; ``>60`` is beyond the hour that is searched. The same of older people
    and of children, empty where any origin's number of them is unknown or there are none.
    ``facilities`` is how many facilities of the wanted categories are known in the city. ``part``
    and ``whole`` are what a ratio is made of, ``left_out`` how many areas stayed out of the whole;
    ``counted`` the facilities that went in, the first 30 by id; ``records`` what was on record or
    surveyed. ``waiver`` says who excused a soft rule when and why; the verdict stays not met. Where
    the data name no subject of a rule, its one finding has an empty ``subject``.
    """

    subject_level: str
    subject: str
    rule: str
    reading: Reading
    profile: str
    verdict: Verdict
    due: DueState
    observed: str
    required: str
    unit: str
    shortfall: str
    share: str
    people: int | None
    people_affected: int | None
    older_affected: int | None
    children_affected: int | None
    people_basis: str
    people_estimated: bool
    facilities: int | None
    facility: str
    origin: str
    time_min: str
    distance_m: str
    median_min: str
    worst_tenth_min: str
    median_min_older: str
    worst_tenth_min_older: str
    median_min_children: str
    worst_tenth_min_children: str
    confidence: Confidence
    reasons: tuple[str, ...]
    waiver: str = ""
    part: str = ""
    whole: str = ""
    left_out: int | None = None
    counted: tuple[Added, ...] = ()
    records: tuple[Cited, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Return what no two findings of a run share; findings are sorted by it."""
        return (self.subject_level, self.subject, self.rule, self.reading, self.profile)


@dataclass(frozen=True)
class RollUp:
    """One rule in one reading over the subjects of an area, counted by verdict.

    The area is the city, a township, a unit of the county level or a zone; ``area`` is empty for
    the subjects that lie in none of a level. In the administrative tree a county holds all its
    communities, in the managing tree each unit those that it answers for, development zones being
    the peers of counties; zones are tags and need not add up to the city. ``waived`` are those of
    ``not_met`` that somebody excused, ``partial_list`` those of ``not_assessed`` where not found
    is not absent. Of the subjects that the rule applies to, ``unverified`` rest on a figure that is
    not verbatim and ``inferred`` on a reading that is not printed, be it of a part of the rule;
    ``limited`` and ``weak`` are those of such confidence, ``estimated`` those whose people nobody
    counted. ``people`` and ``people_affected`` are None where a subject's people are unknown.
    """

    tree: Tree
    area_level: str
    area: str
    area_name: str
    subject_level: str
    rule: str
    reading: Reading
    met: int
    not_met: int
    not_assessed: int
    not_applicable: int
    waived: int
    partial_list: int
    unverified: int
    inferred: int
    limited: int
    weak: int
    estimated: int
    people: int | None
    people_affected: int | None

    @property
    def people_estimated(self) -> bool:
        """Say whether nobody counted some of the people."""
        return self.estimated > 0

    @property
    def denominator(self) -> int:
        """Return how many subjects the rule applies to."""
        return self.met + self.not_met + self.not_assessed


@dataclass(frozen=True)
class OnBoundaries:
    """Figures of an area on the boundaries just before or just after a recorded change.

    The findings are those of the run, on either side the same. ``rollup`` is one rule in one
    reading, or None where communities themselves changed: then only ``people`` are told, None
    where unknown, and ``apportioned`` says that they come of shares and nobody counted them.
    """

    event: Event
    side: Literal["before", "after"]
    area_level: str
    area: str
    rollup: RollUp | None
    people: int | None
    apportioned: bool = False


@dataclass(frozen=True)
class Difference:
    """What circle and walk say of one rule in one community, and why they differ.

    ``people_circle_only`` are served by the circle and do not walk there in time,
    ``people_walk_only`` the reverse; None where the circle does not speak so, where nobody counted
    the people, or where the lists may miss facilities. The shares are of their weight. ``reasons``
    are those of ``people_circle_only``, most weight first. ``origin`` is where the walk is longest
    among them; ``facility`` its nearest in a straight line of ``straight_m`` (the last of several
    that are required), ``walk_m`` the way to the nearest on foot, empty beyond an hour, ``detour``
    one over the other.
    """

    community: str
    rule: str
    circle: Verdict
    walk: Verdict
    people_circle_only: int | None
    people_walk_only: int | None
    share_circle_only: str
    share_walk_only: str
    people_estimated: bool
    reasons: tuple[tuple[str, int | None], ...]
    origin: str
    facility: str
    straight_m: str
    walk_m: str
    detour: str


@dataclass(frozen=True)
class Standing:
    """The level that a community has reached in a reading, empty where it is not assessed.

    ``next`` is the level it has not reached, with the verdict and the reasons of its rule.
    """

    community: str
    reading: Reading
    level: str
    next: str
    verdict: Verdict | Literal[""]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """All findings of one pack on one city on one day, sorted by key.

    ``rollup`` counts each rule over the whole city, ``rollup_by_area`` over the areas of each tree.
    ``without_data`` are rules in force that no subject has any data for; their findings are not
    assessed. ``strays`` are records of this pack's that name an area the city does not have; they
    went nowhere. ``differences`` hold the circle against the walk, by community and rule;
    ``standings`` are the levels of communities where the pack has such. ``boundaries`` are the
    areas that recorded changes touched, each before and after. ``beside`` are the walks of other
    profiles, for information: they judge nobody and are counted nowhere.
    """

    pack: Pack
    as_of: date
    profile: str
    network_sha256: str
    findings: tuple[Finding, ...]
    rollup: tuple[RollUp, ...]
    rollup_by_area: tuple[RollUp, ...] = ()
    without_data: tuple[str, ...] = ()
    strays: tuple[Record, ...] = ()
    differences: tuple[Difference, ...] = ()
    standings: tuple[Standing, ...] = ()
    boundaries: tuple[OnBoundaries, ...] = ()
    beside: tuple[Finding, ...] = ()
