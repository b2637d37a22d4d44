"""How many people each home counts for in a handbook: a function of what is published of persons.

The minutes that half of the people need depend on how many live behind each door, so they are
worked from spans of `K` as well: whatever numbers fall on the same spans give the same handbook.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lifecircle.assess.people import People
from lifecircle.place.tables import City, Integers
from lifecircle.publish.opendata.people import FEW, REDRAWN, PublicPeople
from lifecircle.publish.opendata.persons import K
from lifecircle.publish.public_evidence import OF_PERSONS

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Heads:
    """What each home (o,) counts for, and of which communities (c,) that tells anything.

    ``people`` and ``older`` are the middle of the span that the number of a home falls on;
    dwellings of unknown people count by their square metres. In a community whose people are not
    told, few or redrawn, every home counts alike (``alike``), and nothing is known of older people.
    """

    people: Integers
    older: Integers
    known: Flags
    older_known: Flags
    alike: Flags


def heads_told(city: City, people: PublicPeople) -> Heads:
    """Return what each home counts for, of people as they may be published."""
    origins, ids = city.origins, city.communities.id
    counted = np.isin(np.array(origins.basis), list(OF_PERSONS))
    weight = np.where(counted, _middle(origins.weight), origins.weight)
    alike = np.array(
        [people.note(row) in (FEW, REDRAWN) for row in range(len(ids))], dtype=np.bool_
    )
    alike |= _sum(city, np.where(counted, origins.weight, people.smallest)) < people.smallest
    weight = np.where(alike[origins.community], 1, weight)
    older = [people.of_group(own_id, "older") for own_id in ids]
    some = np.array([span is not None and span.least > 0 for span in older], dtype=np.bool_)
    known_at_home = _sum(city, (origins.older < 0).astype(np.int64)) == 0
    return Heads(
        weight,
        _middle(np.maximum(origins.older, 0)),
        _sum(city, weight) > 0,
        some & known_at_home & ~alike,
        alike,
    )


def _middle(count: Integers) -> Integers:
    """Return the middle of the span that each number falls on."""
    return np.asarray(count - count % K + K // 2, dtype=np.int64)


def _sum(city: City, values: Integers) -> Integers:
    return People.by_community(city).sum(values)
