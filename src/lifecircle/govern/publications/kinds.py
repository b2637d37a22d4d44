"""The kinds of things that go through the exit: one line each."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from lifecircle.govern.publications.baselines import Baselines
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.need_lists import NeedLists
from lifecircle.govern.publications.plans import Plans
from lifecircle.govern.publications.runs import Runs
from lifecircle.govern.publications.subjects import Publishable
from lifecircle.govern.refused import Refused

Kind = Publication.Kind

KINDS: Mapping[str, Publishable] = {
    Kind.RUN: Runs(),
    Kind.PLAN: Plans(),
    Kind.NEEDS: NeedLists(),
    Kind.BASELINE: Baselines(),
}


def publishable(kind: str) -> Publishable:
    """Return how a kind is published; raises Refused where nobody registered it."""
    if kind not in KINDS:
        called = str(Kind(kind).label) if kind in Kind.values else kind
        raise Refused(_("现在还不能发布%(kind)s") % {"kind": called})
    return KINDS[kind]
