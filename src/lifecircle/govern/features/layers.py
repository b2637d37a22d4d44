"""The layers: each collection of things of each publication that is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecircle.govern.features.systems import System, systems_at
from lifecircle.govern.features.wrong import Absent, Renewed, Withdrawn
from lifecircle.govern.publications.models import Publication, PublicFeature

State = Publication.State
TITLES: Mapping[str, Any] = {
    "communities": gettext_lazy("社区"),
    "facilities": gettext_lazy("设施"),
    "needs": gettext_lazy("需求"),
    "planned": gettext_lazy("要做的事"),
    "baseline": gettext_lazy("社区的底数"),
}
READ_ON = timedelta(hours=1)
"""So long who is in the middle of a layer may read it to its end after a newer one came."""


@dataclass(frozen=True)
class Stock:
    """How many things a layer has, and the degrees of WGS 84 they lie between, if anywhere."""

    many: int
    sides: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Layer:
    """A collection of a publication, under its name in the interface."""

    id: str
    collection: str
    publication: Publication

    @property
    def title(self) -> str:
        """Return what it holds and of what."""
        what = TITLES.get(self.collection, self.collection)
        return _("%(title)s：%(what)s") % {"title": self.publication.title, "what": what}

    @property
    def about(self) -> Mapping[str, Any]:
        """Return what holds of all its things."""
        told: Mapping[str, Any] = self.publication.manifest
        return told

    @property
    def stock(self) -> Stock:
        """Return its figures; a publication never changes, so they are counted once."""
        return _stock(self.publication.pk, self.collection)

    @property
    def systems(self) -> tuple[System, ...]:
        """Return the systems it is told in."""
        sides = self.stock.sides
        return systems_at((sides[0] + sides[2]) / 2 if sides else None)

    @property
    def whole(self) -> bool:
        """Say whether all is there still: of what was superseded, things are dropped in steps."""
        many: int = self.about["collections"][self.collection]
        return self.rows().count() == many

    def rows(self) -> QuerySet[PublicFeature]:
        """Return its things in the order of their ids."""
        mine = PublicFeature.objects.filter(
            publication=self.publication, collection=self.collection
        )
        return mine.order_by("own_id")


def layers() -> list[Layer]:
    """Return what is live, the newest first.

    A layer has the name of its collection; where an older publication, of another kind or area, has
    the same collection, its kind and area follow.
    """
    taken: dict[str, Layer] = {}
    shown = Publication.objects.live().order_by("-published_at", "-pk")
    for publication in shown:
        for collection in sorted(publication.manifest.get("collections", {})):
            name = collection
            if name in taken:
                name = f"{collection}-{publication.kind}-{publication.area_id}"
            taken[name] = Layer(name, collection, publication)
    return list(taken.values())


def layer_of(name: str) -> Layer:
    """Return a layer; raises Absent where it is not there."""
    found = next((one for one in layers() if one.id == name), None)
    if found is None:
        raise Absent(_("没有这个图层"), remedy=_("从 /ogc/collections 里选"))
    return found


def read_on(layer: Layer, number: int) -> Layer:
    """Return the layer as it was in the publication that a reader began with.

    Raises Renewed where that must not, or cannot, be read any more.
    """
    now = layer.publication
    if number == now.pk:
        return layer
    began = Publication.objects.filter(pk=number, kind=now.kind, area=now.area_id).first()
    if began is None or began.state != State.SUPERSEDED:
        raise Absent(_("没有这一页"), remedy=_again())
    late = timezone.now() - (now.published_at or timezone.now()) > READ_ON
    if now.corrects_id == began.pk or late:
        raise renewed()
    return Layer(layer.id, layer.collection, began)


def not_withdrawn(number: int) -> None:
    """Raise Withdrawn where a publication that somebody began to read is withdrawn."""
    if Publication.objects.filter(pk=number, state=State.WITHDRAWN).exists():
        raise Withdrawn(_("正在读的结果已经撤回"), remedy=_("不再使用读到的部分"))


def renewed() -> Renewed:
    """Say that a reader has to begin again."""
    return Renewed(_("公开的结果已经更新"), remedy=_again())


def _again() -> str:
    return _("从第一页重新取")


@lru_cache(maxsize=64)
def _stock(publication: int, collection: str) -> Stock:
    mine = PublicFeature.objects.filter(publication=publication, collection=collection)
    told = mine.aggregate(
        many=Count("pk"), west=Min("west"), south=Min("south"), east=Max("east"),
        north=Max("north"),
    )  # fmt: skip
    placed = told["west"] is not None
    sides = (told["west"], told["south"], told["east"], told["north"]) if placed else None
    return Stock(told["many"], sides)
