"""Areas as they are today, and their placements in the two trees by date."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level, Tree


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "area.view") -> AreaQuerySet:
        """Return the areas where a permission is held."""
        return self.filter(actor.scope(permission))

    def standing(self) -> AreaQuerySet:
        """Return the areas that exist today."""
        return self.filter(ended_on__isnull=True)


class Area(models.Model):
    """An area: identity and today's state.

    ``path`` is its place in the managing tree, the ids from the city down, each ended by a point:
    rights follow it. An area that ended keeps its last path, so that those above still see it.
    """

    code = models.CharField("区划代码", max_length=12, blank=True, db_index=True)
    name = models.CharField("名称", max_length=100)
    level = models.CharField("层级", max_length=16, choices=Level.choices)
    path = models.CharField("路径", max_length=200, db_index=True)
    began_on = models.DateField("设立日期")
    ended_on = models.DateField("撤销日期", null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划"
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(condition=Q(level__in=Level.values), name="area_level_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("began_on")),
                name="area_ends_after_it_began",
                violation_error_message="撤销日期要晚于设立日期",
            ),
            models.UniqueConstraint(
                fields=("code",),
                condition=Q(ended_on__isnull=True) & ~Q(code=""),
                name="area_code_once",
                violation_error_message="这个区划代码已有现存的区划使用",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """Under which parent an area hung in a tree, from a day until another (not included)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="placements")
    tree = models.CharField("体系", max_length=16, choices=Tree.choices)
    parent = models.ForeignKey(Area, models.PROTECT, null=True, related_name="placed_below")
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "隶属关系"
        constraints = (
            models.CheckConstraint(condition=Q(tree__in=Tree.values), name="placement_tree_known"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="placement_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=("area", "tree"),
                condition=Q(until_on__isnull=True),
                name="placement_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.tree} {self.from_on}"
