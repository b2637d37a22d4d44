"""How evenly the walk to what a policy asks for is spread over people, by area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, nan

import numpy as np

from lifecircle.assess.equity import Theil, concentration, fgt, gini, palma, theil
from lifecircle.assess.measured import knowledge
from lifecircle.assess.people import Mask
from lifecircle.assess.subjects import Levels
from lifecircle.assess.walks import FARTHEST_S, Walks
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.terms.taxonomy import names_zh
from lifecircle.walk.nearest import SAME_TIME_S

NOT_KNOWN = Theil(nan, nan, nan)


@dataclass(frozen=True)
class Evenness:
    """The minutes to the nearest facility of ``categories``, over the people of an area.

    ``level`` is city or county. ``people`` are residents, None where they are not known: then
    ``by`` says what stands for them (dwelling area), or is empty and nothing was measured.
    ``beyond`` is the share that needs more than the hour that is searched, for whom an hour is
    taken. ``groups`` are what Theil's parts lie between and within. ``short`` is the FGT measure
    of the nearness 1/t below 1/``minutes`` for alpha 0, 1, 2: the share of people beyond the
    minutes, how far on average (1 - minutes/t), and its square. ``older`` is the concentration
    index of the minutes along the share of older people: above 0 these walk longer. NaN is
    unknown or not defined.
    """

    level: str
    area: str
    area_name: str
    title: str
    categories: tuple[str, ...]
    minutes: float
    people: int | None
    by: str
    mean_min: float = nan
    beyond: float = nan
    gini: float = nan
    palma: float = nan
    groups: str = ""
    theil: Theil = NOT_KNOWN
    short: tuple[float, float, float] = (nan, nan, nan)
    older: float = nan
    reasons: tuple[str, ...] = ()


def evenness(city: City, walks: Walks, pack: Pack) -> list[Evenness]:
    """Measure every walk that a rule of the pack asks for, over the city and its counties."""
    areas = list(_areas(city, Levels(city)))
    found = []
    for (categories, minutes), title in _asked(pack).items():
        time_s = walks.lane(categories, 1).time_s
        doubts = knowledge(city, categories)
        for level, area, name, inside, groups, kind in areas:
            place = (level, area, name, title, categories, minutes)
            people, by, weight = _people(city, inside)
            reasons = doubts if by else (*doubts, "residents-unknown")
            if not by or "not-surveyed" in doubts:
                found.append(Evenness(*place, people, by, reasons=reasons))
                continue
            chosen = _Chosen(city, inside, weight, time_s[inside], groups[inside])
            found.append(chosen.measured(place, people, by, kind, reasons))
    return found


Area = tuple[str, str, str, Mask, Integers, str]


def _areas(city: City, levels: Levels) -> Iterator[Area]:
    """Yield the city and its counties: level, id, name, origins in it (o,), their groups (o,).

    The groups are the counties of a city that has several, else communities, as the last word says.
    """
    home = city.origins.community
    county = levels.of_community["county"]
    ids, names = levels.groups("county")
    everybody = np.ones(len(home), dtype=np.bool_)
    groups, kind = (county[home], "county") if len(ids) > 1 else (home, "community")
    yield "city", "city", city.title, everybody, groups, kind
    for row, own in enumerate(ids):
        if own:
            yield "county", own, names[row], county[home] == row, home, "community"


def _asked(pack: Pack) -> dict[tuple[tuple[str, ...], float], str]:
    """Return what the rules ask to be near, within how many minutes, each once, with its name."""
    asked: dict[tuple[tuple[str, ...], float], str] = {}
    for rule in pack.rules:
        measure = rule.measure
        if isinstance(measure, WalkMeasure):
            codes = tuple(sorted(pack.categories_of(measure)))
            kind = pack.header.kinds.get(measure.kind)
            asked.setdefault((codes, measure.minutes), kind.zh if kind else names_zh(codes))
    return asked


def _people(city: City, inside: Mask) -> tuple[int | None, str, Integers]:
    """Return the residents of an area, what the weights count, and the weights (n,)."""
    origins = city.origins
    residents = origins.residents[inside]
    bases = {basis for basis, own in zip(origins.basis, inside.tolist(), strict=True) if own}
    if len(residents) and bool((residents >= 0).all()):
        return int(residents.sum()), "raster" if "raster" in bases else "residents", residents
    if bases == {"building"}:
        return None, "building", origins.weight[inside]
    return None, "", residents


@dataclass(frozen=True, eq=False)
class _Chosen:
    """The origins (n,) of one area with their weights, times and groups."""

    city: City
    inside: Mask
    weight: Integers
    time_s: Floats
    group: Integers

    def measured(
        self,
        place: tuple[str, str, str, str, tuple[str, ...], float],
        people: int | None,
        by: str,
        groups: str,
        reasons: tuple[str, ...],
    ) -> Evenness:
        limit_s = place[-1] * 60.0
        hour_s = np.minimum(self.time_s, FARTHEST_S)
        # what is at the limit itself is within it
        true_s = np.where(self.time_s <= limit_s + SAME_TIME_S, 0.0, self.time_s)
        near = np.divide(1.0, true_s, out=np.full(len(true_s), np.inf), where=true_s > 0)
        weight, whole = self.weight, int(self.weight.sum())
        return Evenness(
            *place,
            people,
            by,
            mean_min=fsum(hour_s * weight) / whole / 60.0 if whole else nan,
            beyond=float(weight[~np.isfinite(self.time_s)].sum() / whole) if whole else nan,
            gini=gini(hour_s, weight),
            palma=palma(hour_s, weight),
            groups=groups,
            theil=theil(hour_s, weight, self.group),
            short=(
                fgt(near, weight, 1.0 / limit_s, 0),
                fgt(near, weight, 1.0 / limit_s, 1),
                fgt(near, weight, 1.0 / limit_s, 2),
            ),
            older=self._older(hour_s),
            reasons=reasons,
        )

    def _older(self, hour_s: Floats) -> float:
        origins = self.city.origins
        older, residents = origins.older[self.inside], origins.residents[self.inside]
        lived_in = residents > 0
        if not lived_in.any() or bool((older[lived_in] < 0).any()):
            return nan
        share = older[lived_in] / residents[lived_in]
        return concentration(hour_s[lived_in], residents[lived_in], share)
