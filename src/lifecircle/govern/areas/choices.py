"""The words of areas, as they stand in the database."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """How high an area stands."""

    CITY = "city", _("市级")
    COUNTY = "county", _("区县级")
    TOWNSHIP = "township", _("镇街级")
    COMMUNITY = "community", _("社区（村）")
    GRID = "grid", _("网格")


LEVELS = (Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY, Level.GRID)
"""From the highest down."""


def may_hang(level: Level, above: Level) -> bool:
    """Say whether areas of a level may hang below another: lower ones, grids below communities."""
    if level == Level.GRID:
        return above == Level.COMMUNITY
    return LEVELS.index(above) < LEVELS.index(level)


class Tree(TextChoices):
    """By which tree areas hang together."""

    ADMINISTRATIVE = "administrative", _("行政区划")
    MANAGING = "managing", _("管理归属")


class Succeeds(TextChoices):
    """How people came from one area to another."""

    MERGE = "merge", _("合并")
    SPLIT = "split", _("拆分")
