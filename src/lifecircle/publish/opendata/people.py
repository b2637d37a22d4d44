"""The people of a city on the scales of its communities, as every table of open data tells them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.people import headcount
from lifecircle.place.tables import City
from lifecircle.policy.measures import ShareOfPeopleWithin
from lifecircle.policy.models import Rule
from lifecircle.publish.opendata.persons import Scale, Span, scale_of, smallest_told
from lifecircle.publish.tables import Columns

GROUPS = ("residents", "older", "children")
FEW, REDRAWN, UNKNOWN, TOLD = "few", "redrawn", "unknown", ""


class PublicPeople:
    """Numbers of persons of a city as they may be published.

    ``smallest`` are the residents from which on a community's numbers are told.
    """

    def __init__(
        self, city: City, found: Sequence[Assessment], redrawn: Sequence[bool] | None = None
    ) -> None:
        """Make the scale of each community (c,); nothing is told of those ``redrawn``."""
        shares = [share_asked(rule) for one in found for rule in one.pack.rules]
        self.smallest = smallest_told(share for share in shares if share is not None)
        self._heads = {group: headcount(city, group).tolist() for group in GROUPS}
        self._row = {own_id: row for row, own_id in enumerate(city.communities.id)}
        self._redrawn = redrawn or [False] * len(city.communities)
        not_met = _not_met(found)
        self._scales = [
            scale_of(count, not_met.get(own_id, ()), self.smallest)
            for own_id, count in zip(city.communities.id, self._heads["residents"], strict=True)
        ]

    def note(self, row: int) -> str:
        """Say why the numbers of a community are not told, or not finer; nothing where they are."""
        if self._redrawn[row]:
            return REDRAWN
        if self._heads["residents"][row] < 0:
            return UNKNOWN
        return FEW if self._scales[row].few else TOLD

    def of_group(self, community: str, group: str) -> Span | None:
        """Return the people of a group of a community, None where they are not told."""
        row = self._row[community]
        return self._span(row, self._heads[group][row])

    def affected(self, finding: Finding) -> tuple[Span | None, Span | None, Span | None]:
        """Return all people whom a rule not met hits, older ones and children, of a community."""
        row = self._row[finding.subject]
        hit = (finding.people_affected, finding.older_affected, finding.children_affected)
        told = finding.verdict == "not met"
        first, second, third = (self._span(row, count if told else None) for count in hit)
        return first, second, third

    def people(self, finding: Finding) -> Span | None:
        """Return the people of a finding's community."""
        return self._span(self._row[finding.subject], finding.people)

    def _span(self, row: int, count: int | None) -> Span | None:
        if count is None or count < 0 or self.note(row) in (REDRAWN, UNKNOWN):
            return None
        scale: Scale = self._scales[row]
        return scale.span(count)


def share_asked(rule: Rule) -> Fraction | None:
    """Return the share of the people that a rule asks for, None where it asks for no share."""
    bounds = rule.require.bounds
    return bounds[0] if isinstance(rule.measure, ShareOfPeopleWithin) and bounds else None


def span_columns(name: str, spans: Iterable[Span | None]) -> Columns:
    """Return the two ends of spans as columns, empty where nothing is told."""
    rows = list(spans)
    return {
        f"{name}_at_least": [None if span is None else span.least for span in rows],
        f"{name}_at_most": [None if span is None else span.most for span in rows],
    }


def _not_met(found: Sequence[Assessment]) -> dict[str, list[Fraction]]:
    """Return the shares asked for by the rules that each community does not meet."""
    shares: dict[str, list[Fraction]] = {}
    for one in found:
        asked = {rule.id: share_asked(rule) for rule in one.pack.rules}
        for finding in one.findings:
            share = asked[finding.rule]
            if share is not None and finding.verdict == "not met":
                shares.setdefault(finding.subject, []).append(share)
    return shares
