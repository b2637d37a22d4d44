"""What may take the place of a live publication: what is newer, or the same in other words."""

from __future__ import annotations

from lifecircle.govern.actor import Actor
from lifecircle.govern.publications.kinds import publishable
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import Subject, words_sha256


def successors(actor: Actor, publication: Publication) -> list[Subject]:
    """Return, newest first, what differs from what is live; none where nothing does."""
    offered = publishable(publication.kind).offered(actor, publication.area)
    return [one for one in offered if _differs(one, publication)]


def _differs(one: Subject, publication: Publication) -> bool:
    """Say whether it would publish anything else than what is live, and nothing older.

    A run that found the same publishes the same; a round of its own is one, whatever was answered.
    Whether the office says other words of itself is not known of what was published before that
    was kept: then it may be written again.
    """
    if one.pk != publication.subject_id:
        newer = one.pk > publication.subject_id
        judged = publication.kind == Publication.Kind.RUN
        return newer and (not judged or one.sha256 != publication.subject_sha256)
    if one.sha256 != publication.subject_sha256:
        return True
    kept: str | None = publication.manifest.get("words_sha256")
    return kept is None or kept != words_sha256()
