"""Whose things pages show: what is live, the same inside another's page, or a draft's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.urls import reverse

from lifecircle.govern.public.live import features, live
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.subjects import read_features

MOST_INSIDE = 120


@dataclass(frozen=True)
class Place:
    """A community in a list."""

    own_id: str
    name: str
    county: str
    township: str


class Showing:
    """What is live, on pages of our own or, with ``embed``, inside another's."""

    draft: Publication | None = None

    def __init__(self, *, embed: bool = False) -> None:
        self.embed = embed

    @property
    def root(self) -> str:
        """Return where its pages begin."""
        return reverse("public:embed" if self.embed else "public:front")

    @property
    def run(self) -> Publication | None:
        """Return the results that the pages are of."""
        return live().run

    def files(self, publication: Publication) -> str:
        """Return where files of a publication begin."""
        return reverse("public:file", args=(publication.pk, "x")).removesuffix("x")

    @property
    def map(self) -> str:
        """Return where the map is."""
        return reverse("public:map")

    def one(self, collection: str, own_id: str) -> PublicFeature | None:
        """Return a community or facility."""
        run = self.run
        found = features(collection).filter(own_id=own_id).first() if run else None
        if found is not None and run is not None:
            found.publication = run
        return found

    def communities(self) -> list[Place]:
        """Return all communities by id."""
        own_fields = ("own_id", "name", "properties__county", "properties__township")
        told = features("communities").order_by("own_id").values_list(*own_fields)
        return [
            Place(own_id, name, county or "", township or "")
            for own_id, name, county, township in told
        ]

    def inside(self, own_id: str) -> list[PublicFeature]:
        """Return facilities of a community by name."""
        found = features("facilities").filter(community=own_id).order_by("name")
        return list(found.defer("geometry")[:MOST_INSIDE])

    def rows(self, publication: Publication, collection: str, most: int) -> list[PublicFeature]:
        """Return the first things of a publication that is live."""
        found = PublicFeature.objects.filter(publication=publication, collection=collection)
        return list(found.order_by("pk")[:most])


class ShowingDraft(Showing):
    """What a publication would show, out of its folder: nothing of it is in the tables yet."""

    def __init__(self, draft: Publication) -> None:
        super().__init__()
        self.draft = draft

    @property
    def root(self) -> str:
        """Return where its pages begin; communities are those of now where it has none."""
        assert self.draft is not None
        if self.draft.kind != Publication.Kind.RUN:
            return super().root
        return reverse("drafts:front", args=(self.draft.pk,))

    @property
    def run(self) -> Publication | None:
        """Return itself where it is the results of a run, else what is live."""
        draft = self.draft
        assert draft is not None
        return draft if draft.kind == Publication.Kind.RUN else live().run

    def files(self, publication: Publication) -> str:
        """Return where its files begin."""
        if publication != self.draft:
            return super().files(publication)
        path = reverse("publications:preview", args=(publication.pk, "x"))
        return path.removesuffix("x")

    @property
    def map(self) -> str:
        """Return where its map is."""
        assert self.draft is not None
        if self.draft.kind != Publication.Kind.RUN:
            return super().map
        return self.files(self.draft) + "map/index.html"

    @cached_property
    def _rows(self) -> list[PublicFeature]:
        assert self.draft is not None
        return [one.row(self.draft) for one in read_features(self.draft.folder)]

    def _of(self, collection: str) -> Iterator[PublicFeature]:
        return (one for one in self._rows if one.collection == collection)

    def one(self, collection: str, own_id: str) -> PublicFeature | None:
        """Return a community or facility."""
        return next((one for one in self._of(collection) if one.own_id == own_id), None)

    def communities(self) -> list[Place]:
        """Return all communities by id."""
        own = sorted(self._of("communities"), key=lambda one: one.own_id)
        return [
            Place(one.own_id, one.name, one.properties["county"], one.properties["township"])
            for one in own
        ]

    def inside(self, own_id: str) -> list[PublicFeature]:
        """Return facilities of a community by name."""
        own = (one for one in self._of("facilities") if one.community == own_id)
        return sorted(own, key=lambda one: one.name)[:MOST_INSIDE]

    def rows(self, publication: Publication, collection: str, most: int) -> list[PublicFeature]:
        """Return the first things of it."""
        if publication != self.draft:
            return super().rows(publication, collection, most)
        return list(islice(self._of(collection), most))
