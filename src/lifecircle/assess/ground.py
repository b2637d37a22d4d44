"""What every pack is judged on: one city on one day, each part of it made once."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import numpy as np

from lifecircle.assess.doubts import DoubtsOfCity
from lifecircle.assess.people import Mask, People
from lifecircle.assess.recorded import Register
from lifecircle.assess.subjects import Levels
from lifecircle.assess.walks import Walks
from lifecircle.place.areas.succession import trees_on
from lifecircle.place.tables import City
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile


class Ground:
    """A city, its streets and the day; packs that walk alike share their walks.

    ``as_read`` is the city as its files tell it, ``city`` the same in the trees of the day.
    """

    def __init__(
        self,
        city: City,
        network: Network,
        as_of: date,
        *,
        most_leg_m: float = np.inf,
        parts: int = 1,
    ) -> None:
        """Take what is there; nothing is searched before somebody asks.

        What is farther than ``most_leg_m`` from any way reaches nothing and is not reached. The
        streets are walked in ``parts`` at once, to the same answers.
        """
        self.as_read = city
        self.city = trees_on(city, as_of)
        self.network = network
        self.as_of = as_of
        self._most_leg_m = most_leg_m
        self._parts = parts
        self._walks: dict[tuple[Profile, Profile | None], Walks] = {}

    def walks(self, profile: Profile, unhindered: Profile | None = None) -> Walks:
        """Return the walks of a profile, beside the same without what nobody verified."""
        key = profile, unhindered
        if key not in self._walks:
            self._walks[key] = Walks(
                self.city,
                self.network,
                profile,
                unhindered,
                most_leg_m=self._most_leg_m,
                parts=self._parts,
            )
        return self._walks[key]

    @cached_property
    def levels(self) -> Levels:
        """Return the subjects by level."""
        return Levels(self.city)

    @cached_property
    def register(self) -> Register:
        """Return the records known on the day."""
        return Register(self.city, self.levels, self.as_of)

    @cached_property
    def audited(self) -> DoubtsOfCity:
        """Return the doubts of the audit."""
        return DoubtsOfCity(self.city)

    @cached_property
    def basis(self) -> list[str]:
        """Return what the people of each community rest on."""
        return People.by_community(self.city).basis()

    def everyone(self) -> Mask:
        """Return a mask (o,) that holds every origin."""
        return np.ones(len(self.city.origins), dtype=np.bool_)
