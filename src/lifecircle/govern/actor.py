"""Who acts, and what they may do where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from operator import or_

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from lifecircle.govern.refused import Refused

EVERYWHERE = ""
"""The path above all areas."""

AFTER_DIGITS = ":"
"""Sorts behind every digit and the point, so that it ends the range of a path's subtree."""


@dataclass(frozen=True)
class Holding:
    """Permissions in force today over the areas whose path begins with ``path``."""

    path: str
    permissions: frozenset[str]
    role: str = ""


@dataclass(frozen=True)
class Actor:
    """A person, a job or a command that acts; the audit keeps ``name`` and ``channel``.

    ``channel`` is web, api, command or job.
    """

    name: str
    channel: str = "web"
    user_id: int | None = None
    holdings: tuple[Holding, ...] = field(default=())
    over_all: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """Which permissions turned out to be held over every area: it is as old as ``holdings`` are.

    An actor lives for one request or one step of a job; whoever works longer makes a new one.
    """

    def may(self, permission: str, path: str | None = None) -> bool:
        """Say whether a permission is held, somewhere or over the area of a path."""
        return any(
            permission in held.permissions and (path is None or path.startswith(held.path))
            for held in self.holdings
        )

    def require(self, permission: str, path: str) -> None:
        """Raise Refused where something seen may not be changed."""
        if not self.may(permission, path):
            raise Refused(_("您的授权不包括这项操作"), remedy=_("找有授权的人办理，或者由上级授权"))

    def paths(self, permission: str) -> tuple[str, ...]:
        """Return the widest paths over which a permission is held, in order."""
        held = sorted({one.path for one in self.holdings if permission in one.permissions})
        widest: list[str] = []
        for path in held:
            if not widest or not path.startswith(widest[-1]):
                widest.append(path)
        return tuple(widest)

    def scope(self, permission: str, field_name: str = "path") -> Q:
        """Return the condition that a row lies where a permission is held."""
        return under(self.paths(permission), field_name)


def under(paths: Iterable[str], field_name: str = "path") -> Q:
    """Return the condition that a path lies in one of the subtrees; none of them holds nothing."""
    wanted = tuple(paths)
    if EVERYWHERE in wanted:
        return ~Q(pk__in=())  # an empty condition would vanish beside others
    return reduce(or_, (_within(path, field_name) for path in wanted), Q(pk__in=()))


def outside(paths: Iterable[str]) -> Q:
    """Return the condition that a path lies in none of some subtrees, of which none holds another.

    In ranges, which an index finds at once; to exclude those inside would read every path.
    """
    wanted = sorted(paths)
    if EVERYWHERE in wanted:
        return Q(pk__in=())
    before, after = Q(path__lt=wanted[0]), Q(path__gte=wanted[-1] + AFTER_DIGITS)
    between = (Q(path__gte=one + AFTER_DIGITS, path__lt=next_) for one, next_ in pairwise(wanted))
    return reduce(or_, between, before | after)


def _within(path: str, field_name: str) -> Q:
    return Q(**{f"{field_name}__gte": path, f"{field_name}__lt": path + AFTER_DIGITS})


def system(name: str, channel: str = "command") -> Actor:
    """Return the actor of a command or a job, who may do everything."""
    everything = _Everything()
    return Actor(name, channel, None, (Holding(EVERYWHERE, everything, "system"),))


class _Everything(frozenset[str]):
    """Holds every permission."""

    def __contains__(self, permission: object) -> bool:
        return isinstance(permission, str)


def unseen() -> Http404:
    """Return what a stranger gets: nothing tells whether it is there."""
    return Http404(_("没有这一页，或者不在您的授权范围内"))
