"""What the public is told of the data: no numbers of persons, no names, no rows of a register."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lifecircle.place.notices import doubt_notices
from lifecircle.place.tables import City
from lifecircle.terms.words import word

_PERSONS = re.compile(r"\d\s*[多余几]?[万千百]?[个名位]?(?:人|户|居民|老人|老年人|儿童|孩子)")


def public_notices(city: City) -> list[str]:
    """Return the sentences about a city's data as they may be published.

    Of doubts only the kind is told: their examples quote rows, such as the people of one estate,
    and who accepted them is named. Of other sentences clauses with numbers of persons are left
    out, such as the exact total of a raster.
    """
    office = frozenset(doubt_notices(list(city.doubts), list(city.accepted)))
    kinds = sorted({doubt.code for doubt in city.doubts} | {one.code for one in city.accepted})
    rest = (_without_persons(one) for one in city.notices if one not in office)
    return [*(f"资料里有：{word('reason', code)}。" for code in kinds), *filter(None, rest)]


def _without_persons(notice: str) -> str:
    return "".join(_sentences(notice))


def _sentences(notice: str) -> Iterable[str]:
    for sentence in re.findall("[^。]+", notice):
        clauses = re.findall("[^，；：]+[，；：]?", sentence)
        kept = [one for one in clauses if not _PERSONS.search(one)]
        if kept:
            yield "".join(kept).rstrip("，；：") + "。"
