"""What all books of one run are made of, and the words they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, isinf
from pathlib import Path
from typing import Any

import numpy as np

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.walks import FARTHEST_S
from lifecircle.place.sources import HandbookSource
from lifecircle.publish.handbook.heads import Heads, heads_told
from lifecircle.publish.handbook.plate import Plates
from lifecircle.publish.handbook.services import Reached, reached
from lifecircle.publish.map.plans import plan_data
from lifecircle.publish.opendata.earlier import Earlier
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.writing import public_people
from lifecircle.publish.public_evidence import PublicEvidence
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.words import word

NAME = "便民服务手册"
SIMULATED = "模拟数据"


@dataclass(frozen=True, eq=False)
class Material:
    """A judged city, what its people reach, and what the office says of itself."""

    ground: Ground
    found: Sequence[Assessment]
    office: HandbookSource
    people: PublicPeople
    heads: Heads
    reached: Reached
    sites: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(
        cls,
        ground: Ground,
        found: Sequence[Assessment],
        office: HandbookSource,
        plan: Path | None = None,
        before: Sequence[Earlier] = (),
    ) -> Material:
        """Walk once for all books; ``plan`` is a folder that `lifecircle plan` wrote.

        Of its plans the first is taken. Nothing of persons is told that could be had by
        subtraction from the open data published ``before``. Raises InputError when ``plan`` is no
        such folder, or what was told before is not safe now.
        """
        sites = [one for one in plan_data(plan, ground.city) if one["plan"] == 1] if plan else []
        people = public_people(ground.city, found, before)
        heads = heads_told(ground.city, people)
        walked = reached(ground, [one.pack for one in found], heads)
        return cls(ground, found, office, people, heads, walked, sites)

    @cached_property
    def plates(self) -> Plates:
        """Return the plates of the city."""
        return Plates(self.ground.city, ("北", "米", "公里"))

    @cached_property
    def sentences(self) -> list[Sentences]:
        """Return the sentences of each assessment."""
        return [Sentences(self.ground.city, one.pack) for one in self.found]

    @cached_property
    def evidence(self) -> list[PublicEvidence]:
        """Return what may be said of the findings of each assessment."""
        both = zip(self.found, self.sentences, strict=True)
        return [PublicEvidence(one.pack, names, self.people) for one, names in both]

    @cached_property
    def findings(self) -> list[dict[str, list[Finding]]]:
        """Return the findings of each assessment by community."""
        grouped: list[dict[str, list[Finding]]] = []
        for one in self.found:
            own: dict[str, list[Finding]] = {}
            for finding in one.findings:
                if finding.subject_level == "community":
                    own.setdefault(finding.subject, []).append(finding)
            grouped.append(own)
        return grouped

    @property
    def mark(self) -> str:
        """Return what stands on every page."""
        return SIMULATED if self.ground.city.simulated else ""

    @property
    def cover(self) -> list[str]:
        """Return the lines of the cover: day, telephone, and whether the data are made up."""
        day, telephone = self.ground.as_of, self.office.complaint_telephone
        said = [f"{day.year}年{day.month}月{day.day}日"]
        said += [f"提意见的电话：{telephone}"] if telephone else []
        return [*said, "全部是模拟数据，不对应任何真实地点。"] if self.mark else said

    @property
    def pace(self) -> str:
        """Say who walks how fast."""
        speed = decimal_text(self.reached.walker.speed_m_per_min, 2)
        return f"步行时间按成年人每分钟{speed}米计，从住处走到门口，不足1分钟的按1分钟算。"

    def band_names(self) -> list[str]:
        """Return the names of the bands of minutes, with the one beyond the last."""
        texts = [decimal_text(minutes, 2) for minutes in self.reached.bands_min]
        within = [f"{text}分钟以内" for text in texts[:1]]
        within += [f"{low}到{high}分钟" for low, high in pairwise(texts)]
        return [*within, f"{texts[-1]}分钟以上"]

    def band_of(self, time_s: float) -> int:
        """Return the band that a time falls in."""
        return int(np.searchsorted(self.reached.bands_min, minutes_of_s(time_s)))


def minutes_of_s(time_s: float) -> float:
    """Return whole minutes, never fewer than it takes."""
    return time_s if isinf(time_s) else max(ceil(round(time_s / 60.0, 6)), 1)


def at_most(time_s: float | None) -> str:
    """Say so many minutes, that nobody knows, or that it is beyond what is searched."""
    if time_s is None:
        return "—"
    if isinf(time_s):
        return f"超过{FARTHEST_S / 60:g}分钟"
    return f"{minutes_of_s(time_s):g}分钟"


def verdict_zh(code: str) -> str:
    """Return the word for a verdict."""
    return word("verdict", code)
