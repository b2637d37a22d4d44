"""Which level of its policy each community has reached, and what decides the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lifecircle.assess.findings import Finding, Standing
from lifecircle.policy.models import Ladder, Pack
from lifecircle.terms.words import Reading

_READINGS: tuple[Reading, ...] = ("walk", "circle", "record")
BELOW = "below"


def standings(pack: Pack, findings: Sequence[Finding]) -> tuple[Standing, ...]:
    """Return the level of each community in each reading of the lowest one, sorted.

    A community has reached a level when it meets the rule of that level and of all before it; a
    rule without that reading counts as it is on record. One that does not meet the first is below
    the standard, one whose first is not assessed has no known level. Communities to which the
    first does not apply are left out.
    """
    ladder = pack.header.ladder
    if ladder is None:
        return ()
    wanted = {level.rule for level in ladder.levels}
    known = {(f.rule, f.reading, f.subject): f for f in findings if f.rule in wanted}
    first = ladder.levels[0].rule
    found = []
    for reading in _READINGS:
        ids = sorted(own for rule, one, own in known if (rule, one) == (first, reading) and own)
        found += [
            _climb(ladder, known, reading, own_id)
            for own_id in ids
            if known[first, reading, own_id].verdict != "not applicable"
        ]
    return tuple(found)


def _climb(
    ladder: Ladder,
    known: Mapping[tuple[str, Reading, str], Finding],
    reading: Reading,
    own_id: str,
) -> Standing:
    reached = BELOW
    for level in ladder.levels:
        tried: tuple[Reading, ...] = (reading, "walk", "record")
        keys = [(level.rule, one, own_id) for one in tried]
        finding = next((known[key] for key in keys if key in known), None)
        verdict = finding.verdict if finding else "not assessed"
        if verdict != "met":
            unknown = reached == BELOW and verdict != "not met"
            reasons = finding.reasons if finding else ("not-recorded",)
            return Standing(own_id, reading, "" if unknown else reached, level.id, verdict, reasons)
        reached = level.id
    return Standing(own_id, reading, reached, "", "", ())


def tally(pack: Pack, found: Sequence[Standing]) -> dict[Reading, list[tuple[str, int]]]:
    """Count the communities by level, the highest first, those of no known level last."""
    ladder = pack.header.ladder
    if ladder is None:
        return {}
    titles = [(one.id, one.title.zh) for one in reversed(ladder.levels)]
    titles += [(BELOW, ladder.below.zh), ("", "未评估")]
    counts: dict[Reading, list[tuple[str, int]]] = {}
    for reading in _READINGS:
        levels = Counter(one.level for one in found if one.reading == reading)
        if levels:
            counts[reading] = [(title, levels[code]) for code, title in titles]
    return counts
