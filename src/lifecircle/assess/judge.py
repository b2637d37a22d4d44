"""Assesses a city by a pack: measures each rule in each reading and judges every subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from lifecircle.assess import in_area, recorded
from lifecircle.assess.boundaries import before_and_after
from lifecircle.assess.circle_against_walk import Case, differences
from lifecircle.assess.circles import count_in_circle
from lifecircle.assess.findings import Assessment, Difference, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.ladder import standings
from lifecircle.assess.measured import Measured, knowledge, unknown
from lifecircle.assess.meeting import (
    OUT,
    PERHAPS,
    WITHIN,
    rules_met,
    share_of_areas_meeting,
    spread_of_areas_meeting,
)
from lifecircle.assess.on_foot import count_within, share_of_people_within
from lifecircle.assess.people import Mask
from lifecircle.assess.profiles import WALKERS, profiles, walkers_of
from lifecircle.assess.rollup import roll_up, roll_up_by_area
from lifecircle.assess.subjects import AREAS, Subjects
from lifecircle.assess.verdicts import Verdicts, as_information
from lifecircle.place.tables import City, Integers, Record
from lifecircle.policy.decide import belongs, unrecorded
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountInArea,
    CountWithin,
    FacilityArea,
    RecordMeasure,
    RulesMet,
    ShareOfAreasMeeting,
    SpreadOfAreasMeeting,
    WalkMeasure,
    records_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import unit_of
from lifecircle.terms.collecting import uncollected
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.words import Reading, Verdict
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile

_OUT: Verdict = "not applicable"
_OPEN: Verdict = "not assessed"
Key = tuple[str, Reading]


def assess(
    pack: Pack,
    city: City,
    network: Network,
    as_of: date,
    progress: Progress = silent,
    beside: Sequence[str] = (),
) -> Assessment:
    """Return all findings of ``pack`` on ``city`` on the day ``as_of``, sorted by key.

    ``beside`` names profiles whose walks stand beside the pack's own, judging nothing. Pure: the
    same arguments give equal findings, whatever the order of rows in the files.
    """
    return assess_on(Ground(city, network, as_of), pack, progress, beside)


@uncollected()
def assess_on(
    ground: Ground, pack: Pack, progress: Progress = silent, beside: Sequence[str] = ()
) -> Assessment:
    """Return what `assess` does; several packs on the same ground share what they walk."""
    pack = pack.on(ground.as_of)
    judge = Judge(pack, ground)
    progress(f"评估 {len(pack.rules)}条规则")
    judge.walk_ahead()
    for rule in pack.rules:
        if isinstance(rule.measure, WalkMeasure):
            progress(f"评估 {rule.title.zh}")
        judge.judge(rule)
    findings = [finding for group in judge.found.values() for finding in group]
    return Assessment(
        pack=pack,
        as_of=ground.as_of,
        profile=judge.walks.profile.name,
        beside=_beside(judge, sorted(set(beside)), progress),
        network_sha256=ground.network.sha256,
        findings=tuple(sorted(findings, key=lambda finding: finding.key)),
        rollup=roll_up(pack, judge.found),
        rollup_by_area=roll_up_by_area(pack, judge.found, judge.levels, judge.subjects),
        without_data=tuple(rule.id for rule in pack.rules if rule.id not in judge.informed),
        strays=judge.strays(),
        standings=standings(pack, findings),
        differences=tuple(sorted(judge.differences, key=lambda one: (one.community, one.rule))),
        boundaries=before_and_after(
            pack, judge.found, judge.levels, judge.subjects, ground.as_read
        ),
    )


def _beside(judge: Judge, names: Sequence[str], progress: Progress) -> tuple[Finding, ...]:
    """Return what the rules about walking say of other walkers, for information only."""
    found: list[Finding] = []
    rules = [rule for rule in judge.pack.rules if isinstance(rule.measure, WalkMeasure)]
    for name in names:
        if name == judge.walks.profile.name or not rules:
            continue
        progress(f"评估 {WALKERS[name]}的步行")
        other = judge.for_walker(profiles()[name])
        for rule in rules:
            other.on_foot(rule)
            found += [as_information(finding) for finding in other.found[rule.id, "walk"]]
    return tuple(sorted(found, key=lambda finding: finding.key))


class Judge:
    """Holds what every rule needs while one assessment runs.

    ``found`` are the findings by rule and reading, in the order of the rule's ``subjects``, and
    with ``keep`` ``figures`` what they were judged by; ``informed`` the rules that any data speak
    to; ``_short`` remembers which origins (o,) are short of a rule not met.
    """

    def __init__(
        self, pack: Pack, ground: Ground, *, keep: bool = False, walker: Profile | None = None
    ) -> None:
        """Take the rules in force on the day, and whom they are judged on.

        ``walker`` walks in place of the one that the pack names.
        """
        self.pack = self._pack = pack
        self._ground = ground
        self._city = ground.city
        self._keep = keep
        self.walks = ground.walks(*((walker, None) if walker else walkers_of(pack)))
        self.figures: dict[Key, list[Measured]] = {}
        self._short: dict[Key, Mask] = {}
        self.levels = ground.levels
        self._verdicts = Verdicts(pack, ground, self.walks)
        self.register = ground.register
        self.found: dict[Key, list[Finding]] = {}
        self.subjects: dict[str, Subjects] = {}
        self.informed: set[str] = set()
        self.differences: list[Difference] = []

    def for_walker(self, walker: Profile) -> Judge:
        """Return a judge of the same for another walker."""
        return Judge(self._pack, self._ground, walker=walker)

    def strays(self) -> tuple[Record, ...]:
        """Return the records that the pack reads and that are of no area of the city."""
        names = {name for rule in self._pack.rules for name in records_of(rule.measure)}
        return tuple(row for row in self.register.strays() if row.record in names)

    def walk_ahead(self) -> None:
        """Walk for all rules at once that ask for one facility within minutes."""
        measures = (rule.measure for rule in self._pack.rules)
        wanted = [one for one in measures if isinstance(one, WalkMeasure)]
        self.walks.ask_together(self._pack.categories_of(measure) for measure in wanted)

    def judge(self, rule: Rule) -> None:
        """Judge a rule on all its subjects, in each reading it has."""
        measure = rule.measure
        if isinstance(measure, WalkMeasure):
            self._by_distance(rule)
        elif isinstance(measure, RulesMet):
            self._by_rules(rule, measure)
        elif isinstance(measure, ShareOfAreasMeeting):
            self._by_areas(rule, measure)
        elif isinstance(measure, SpreadOfAreasMeeting):
            self._by_spread(rule, measure)
        else:
            subjects, measured = self._by_record(rule)
            self._take(rule, "record", subjects, measured)

    def on_foot(self, rule: Rule) -> Mask:
        """Judge a rule about facilities within minutes on foot; return who (o,) is short of it."""
        measure = rule.measure
        assert isinstance(measure, WalkMeasure)
        categories = self._pack.categories_of(measure)
        subjects = self.levels.subjects("community")
        if isinstance(measure, CountWithin):
            enough = int(rule.require.value or rule.require.low or 0)
            on_foot, short = count_within(self._city, self.walks, measure, categories, enough)
        else:
            on_foot, short = share_of_people_within(self._city, self.walks, measure, categories)
        self._take(rule, "walk", subjects, on_foot, short)
        return short

    def _by_distance(self, rule: Rule) -> None:
        """Judge a rule about facilities within minutes, on foot and by the policy's circle."""
        short = self.on_foot(rule)
        measure = rule.measure
        assert isinstance(measure, WalkMeasure)
        categories = self._pack.categories_of(measure)
        subjects = self.levels.subjects("community")
        circle = self._pack.header.circle
        if circle is not None and self._pack.has_circle(rule):
            serves_all = not isinstance(measure, CountWithin)
            counted = count_in_circle(self._city, circle, categories, serves_all=serves_all)
            self._take(rule, "circle", subjects, counted, self._ground.everyone())
            counts = isinstance(measure, CountWithin)
            enough = int(rule.require.value or rule.require.low or 0) if counts else 1
            case = Case(categories, measure.minutes, enough, short)
            both = (self.found[rule.id, "circle"], self.found[rule.id, "walk"])
            self.differences += differences(self._city, self.walks, case, *both)
        if "not-surveyed" in knowledge(self._city, categories):
            self.informed.discard(rule.id)

    def _by_record(self, rule: Rule) -> tuple[Subjects, list[Measured]]:
        """Measure a rule on what belongs to an area or on what is on record."""
        if isinstance(rule.measure, FacilityArea):
            return in_area.facility_area(self._city, self.levels, self._pack, rule)
        if isinstance(rule.measure, RecordMeasure):
            subjects = self.register.subjects(rule)
            return subjects, recorded.from_records(self.register, subjects, rule.measure)
        of_area = {
            CountInArea: in_area.count_in_area,
            AreaPer100Households: in_area.area_per_100_households,
            CapacityPerThousand: in_area.capacity_per_thousand,
        }[type(rule.measure)]
        subjects = self.levels.subjects(rule.subject)
        return subjects, of_area(self._city, self.levels, self._pack, rule)

    def _readings(self, rules: Sequence[str]) -> list[Reading]:
        """Return the readings of which any of ``rules`` has findings; record where none has two.

        A rule without the circle is taken as walked, one without a walk as recorded.
        """
        readings: list[Reading] = ["walk", "circle"]
        there = [one for one in readings if any((rule, one) in self.found for rule in rules)]
        if there == ["circle"]:
            there = ["walk", "circle"]
        return there or ["record"]

    def key(self, rule: str, reading: Reading) -> Key:
        """Return where the findings of a part stand that a rule in this reading counts."""
        tried: tuple[Reading, ...] = (reading, "walk", "record")
        return next(((rule, one) for one in tried if (rule, one) in self.found), (rule, "record"))

    def _by_rules(self, rule: Rule, measure: RulesMet) -> None:
        """Judge a rule made of others of the same level."""
        informed = any(part in self.informed for part in measure.rules)
        for reading in self._readings(measure.rules):
            keys = [self.key(part, reading) for part in measure.rules]
            by_subject = [{f.subject: f.verdict for f in self.found[key]} for key in keys]
            ids = {own_id for verdicts in by_subject for own_id in verdicts if own_id}
            subjects = self.levels.named(rule.subject, ids)
            measured = [
                rules_met(
                    [verdicts.get(own_id, "not assessed") for verdicts in by_subject],
                    known=informed,
                )
                for own_id in subjects.id
            ]
            short = np.logical_or.reduce([self._short[key] for key in keys])
            self._take(rule, reading, subjects, measured, short)

    def _by_areas(self, rule: Rule, measure: ShareOfAreasMeeting) -> None:
        """Judge which share of the areas of each subject meets another rule."""
        part = self._pack.rule(measure.rule)
        subjects = self.levels.subjects(rule.subject)
        areas = self.levels.subjects(measure.area)
        member = self._members(part, measure, areas)
        home = areas.areas[rule.subject]
        known = measure.rule in self.informed
        for reading in self._readings((measure.rule,)):
            key = self.key(measure.rule, reading)
            verdicts = {finding.subject: finding.verdict for finding in self.found[key]}
            found: list[Verdict] = [verdicts.get(own, "not assessed") for own in areas.id]
            measured = share_of_areas_meeting(found, member, home, len(subjects), known=known)
            inside = np.append(member != OUT, False)[areas.home]
            self._take(rule, reading, subjects, measured, self._short[key] & inside)

    def _by_spread(self, rule: Rule, measure: SpreadOfAreasMeeting) -> None:
        """Judge how far the areas of each subject are apart in meeting another rule."""
        part, all_ = self._pack.rule(measure.rule), self.levels.subjects("community")
        between = self.levels.subjects(measure.between)
        subjects, home = self.levels.subjects(rule.subject), between.areas[rule.subject]
        whole = ShareOfAreasMeeting(name="share_of_areas_meeting", rule=measure.rule)
        member, known = self._members(part, whole, all_), measure.rule in self.informed
        for reading in self._readings((measure.rule,)):
            findings = self.found[self.key(measure.rule, reading)]
            shares = share_of_areas_meeting(
                [f.verdict for f in findings],
                member,
                all_.areas[measure.between],
                len(between),
                known=known,
            )
            measured = spread_of_areas_meeting(shares, between.id, home, len(subjects), known=known)
            self._take(rule, reading, subjects, measured)

    def _members(self, part: Rule, measure: ShareOfAreasMeeting, areas: Subjects) -> Integers:
        """Say of each area whether it belongs to the denominator."""
        found = []
        for attributes in areas.attributes:
            inside = belongs(measure.where, measure.leaving_out, attributes)
            unsure = inside is None or unrecorded(part, attributes)
            found.append(OUT if inside is False else PERHAPS if unsure else WITHIN)
        return np.array(found, dtype=np.int64)

    def _take(
        self,
        rule: Rule,
        reading: Reading,
        subjects: Subjects,
        measured: list[Measured],
        short: Mask | None = None,
    ) -> None:
        """Judge every subject; ``short`` (o,) are the origins that are short where it fails.

        Areas get a finding each, whatever is known: somebody answers for every one of them. Of
        estates, facilities, projects and organisations nothing is said one by one while nothing
        is known of any; one finding without a subject then stands for the rule.
        """
        self.subjects[rule.id] = subjects
        if self._keep:
            self.figures[rule.id, reading] = measured
        if not measured or (subjects.level not in AREAS and not any(m.known for m in measured)):
            self._take_nobody(rule, reading, subjects)
            return
        findings, affected = self._verdicts.of(rule, reading, subjects, measured, short)
        self.found[rule.id, reading], self._short[rule.id, reading] = findings, affected
        judged = [
            figure.known
            for figure, finding in zip(measured, findings, strict=True)
            if finding.verdict != "not applicable"
        ]
        if not judged or any(judged):
            self.informed.add(rule.id)

    def _take_nobody(self, rule: Rule, reading: Reading, subjects: Subjects) -> None:
        """Write the one finding of a rule of whose subjects nothing is known."""
        reason = "not-recorded" if isinstance(rule.measure, RecordMeasure) else "no-subjects"
        figure, found = unknown(unit_of(rule), reason), _OPEN
        if isinstance(rule.measure, FacilityArea) and not len(subjects):
            codes = self._pack.categories_of(rule.measure)
            doubts = knowledge(self._city, codes, by_area=True)
            figure = unknown("m2", *(doubts or ("no-subjects",)))
            found = _OPEN if doubts else _OUT
            if doubts != ("not-surveyed",):
                self.informed.add(rule.id)
        self._short[rule.id, reading] = np.zeros(len(self._city.origins), dtype=np.bool_)
        self.found[rule.id, reading] = [self._verdicts.of_nobody(rule, reading, found, figure)]
