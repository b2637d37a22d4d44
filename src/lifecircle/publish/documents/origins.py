"""The rows of the files that a finding rests on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lifecircle.assess.findings import Finding
from lifecircle.assess.ground import Ground
from lifecircle.publish.why import place_zh
from lifecircle.terms.errors import Spot
from lifecircle.terms.words import word

Origin = dict[str, str]
"""What a row is (kind), its id and name, and where it stands."""


class Origins:
    """Finds the rows behind findings of one city."""

    def __init__(self, ground: Ground) -> None:
        """Take the city and its records."""
        self._ground, self._city = ground, ground.city

    def of(self, finding: Finding) -> list[Origin]:
        """Return the rows of the facilities, the records, the survey and the subject itself."""
        return list(self._rows(finding))

    def _rows(self, finding: Finding) -> Iterator[Origin]:
        places = self._city.facilities
        named = [one.facility for one in finding.counted] or [finding.facility]
        for own in dict.fromkeys(named):
            if own in self._facility:
                at = self._facility[own]
                yield _row("facility", own, places.name[at], places.spots[at])
        for cited in finding.records:
            found = self._ground.register.rows(finding.subject_level, finding.subject, cited.name)
            for one in found:
                day = one.recorded_on.isoformat() if one.recorded_on else ""
                if day == cited.on:
                    yield _row("record", finding.subject, cited.text, one.spot)
        yield from self._subject(finding)

    def _subject(self, finding: Finding) -> Iterator[Origin]:
        if finding.subject_level != "community" or finding.subject not in self._community:
            return
        at = self._community[finding.subject]
        for survey in self._city.surveys:
            if survey.community == at and finding.records:
                yield _row("survey", finding.subject, survey.surveyed_by, survey.spot)
        communities = self._city.communities
        yield _row("community", finding.subject, communities.name[at], communities.spots[at])

    @cached_property
    def _facility(self) -> dict[str, int]:
        return {own: at for at, own in enumerate(self._city.facilities.id)}

    @cached_property
    def _community(self) -> dict[str, int]:
        return {own: at for at, own in enumerate(self._city.communities.id)}


def _row(kind: str, own_id: str, name: str, spot: Spot) -> Origin:
    return {"kind": word("row", kind), "id": own_id, "name": name, "place": place_zh(spot)}
