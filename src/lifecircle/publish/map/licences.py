"""Under what each file of the folder stands: office and OpenStreetMap never share a file."""

from __future__ import annotations

from dataclasses import dataclass

from lifecircle.place.city import OSM_ATTRIBUTION
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import City
from lifecircle.publish.map.places import derived_from_osm

UNSAID = "未写明许可；转用前先问署名单位"
ODBL = "ODbL 1.0（开放数据库许可，https://opendatacommons.org/licenses/odbl/1-0/）"


@dataclass(frozen=True)
class Terms:
    """Who made a file and under what licence it may be used; ``computed`` from other files."""

    by: str
    licence: str
    computed: bool = False

    @property
    def said(self) -> str:
        """Return what every file says of itself."""
        return f"来源：{self.by}。许可：{self.licence}。"


def office_terms(public: PublicSource, *, simulated: bool) -> Terms:
    """Return the terms of what an office itself holds."""
    if simulated:
        return Terms("示例数据", "模拟数据，不对应任何真实地点")
    return Terms(public.office or "本文件夹的发布单位", public.licence or UNSAID)


@dataclass(frozen=True)
class Licences:
    """The terms of a city's files."""

    city: City
    public: PublicSource

    @property
    def office(self) -> Terms:
        """Return the terms of what the office itself holds."""
        return office_terms(self.public, simulated=self.city.simulated)

    @property
    def osm(self) -> Terms:
        """Return the terms of what is taken or derived from OpenStreetMap."""
        if self.city.simulated:
            return self.office
        return Terms(OSM_ATTRIBUTION, ODBL)

    @property
    def streets(self) -> Terms:
        """Return the terms of the walking network and of what is put onto it."""
        if derived_from_osm(self.city):
            return self.osm
        others = [one for one in self.city.attributions if one != OSM_ATTRIBUTION]
        return self.office if not others else Terms("、".join(others), self.office.licence)

    @property
    def homes(self) -> Terms:
        """Return the terms of where people live: estates are the office's, buildings the map's."""
        return self.osm if "building" in self.city.origins.basis else self.office

    @property
    def findings(self) -> Terms:
        """Return the terms of what was found, which is no copy of the data it was found with."""
        used = [self.office.by, *self.city.attributions]
        return Terms(
            f"按{'、'.join(dict.fromkeys(used))}计算得出", self.office.licence, computed=True
        )
