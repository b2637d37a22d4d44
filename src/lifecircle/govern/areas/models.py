"""Areas as they are today, what they were by date, and how one became another."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level, Succeeds, Tree


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "area.view") -> AreaQuerySet:
        """Return the areas where a permission is held."""
        return self.filter(actor.scope(permission))

    def standing(self) -> AreaQuerySet:
        """Return the areas that exist today."""
        return self.filter(ended_on__isnull=True)

    def below(self, area: Area) -> AreaQuerySet:
        """Return an area and all areas below it in the managing tree of today."""
        return self.filter(path__gte=area.path, path__lt=area.path + ":")


class Area(models.Model):
    """An area: identity, and its name, code and place of today.

    ``path`` is its place in the managing tree, the ids from the city down, each ended by a point:
    rights follow it. An area that ended keeps its last path, so that those above still see it.
    """

    code = models.CharField(_("区划代码"), max_length=12, blank=True, db_index=True)
    name = models.CharField(_("名称"), max_length=100)
    level = models.CharField(_("层级"), max_length=16, choices=Level.choices)
    path = models.CharField(_("路径"), max_length=200, db_index=True)
    began_on = models.DateField(_("设立日期"))
    ended_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("区划")
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(condition=Q(level__in=Level.values), name="area_level_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("began_on")),
                name="area_ends_after_it_began",
                violation_error_message=_("撤销日期要晚于设立日期"),
            ),
            models.UniqueConstraint(
                fields=("code",),
                condition=Q(ended_on__isnull=True) & ~Q(code=""),
                name="area_code_once",
                violation_error_message=_("这个区划代码已有现存的区划使用"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def unnamed(self) -> bool:
        """Say whether nobody gave its name yet: the code stands in its place."""
        return bool(self.code) and self.name == self.code

    @property
    def above(self) -> list[int]:
        """Return the ids of the areas above it, the city first."""
        return [int(part) for part in self.path.split(".")[:-2]]


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from a day until another."""

    def on(self, day: date) -> Self:
        """Return the rows that held on a day."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gt=day), from_on__lte=day)

    def open(self) -> Self:
        """Return the rows that hold until further notice."""
        return self.filter(until_on__isnull=True)


class Dated(models.Model):
    """Something true of an area from a day until another (not included)."""

    from_on = models.DateField(_("起"))
    until_on = models.DateField(_("止"), null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="%(class)s_ends_after_it_began",
            ),
        )


class Placement(Dated):
    """Under which parent an area hung in a tree."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="placements")
    tree = models.CharField(_("体系"), max_length=16, choices=Tree.choices)
    parent = models.ForeignKey(Area, models.PROTECT, null=True, related_name="placed_below")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("隶属关系")
        constraints = (
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(tree__in=Tree.values), name="placement_tree_known"),
            models.UniqueConstraint(
                fields=("area", "tree"),
                condition=Q(until_on__isnull=True),
                name="placement_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.tree} {self.from_on}"


class AreaState(Dated):
    """What an area was called and how it is classed.

    ``attributes`` are code words by attribute as the form `communities` has them (kind, class,
    size, status, setting), ``zones`` the tags such as 中心城区, ``counts`` people and households
    as counted on ``counted_on``.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="states")
    code = models.CharField(_("区划代码"), max_length=12, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    urban_rural = models.CharField(_("城乡分类代码"), max_length=3, blank=True)
    attributes = models.JSONField(_("类别"), default=dict, blank=True)
    zones = models.JSONField(_("片区"), default=list, blank=True)
    counts = models.JSONField(_("人口户数"), default=dict, blank=True)
    counted_on = models.DateField(_("统计日期"), null=True, blank=True)

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("区划情况")
        ordering = ("-from_on",)
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("area",), condition=Q(until_on__isnull=True), name="state_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.from_on}"


class Outline(Dated):
    """The outline of an area as GeoJSON in WGS84 degrees, with its bounding box and source."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="outlines")
    shape = models.TextField(_("边界"))
    source = models.CharField(_("来源"), max_length=200, blank=True)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("区划边界")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("area",), condition=Q(until_on__isnull=True), name="outline_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.from_on}"


class Succession(models.Model):
    """That ``target`` took over people of ``source``: one row of a change; rows share ``event``.

    ``share`` is the share of the people of the source, as a fraction such as 2/5 in text; empty is
    unknown. Of a merge it is the whole.
    """

    event = models.UUIDField(_("变更"))
    kind = models.CharField(_("方式"), max_length=16, choices=Succeeds.choices)
    on = models.DateField(_("生效日期"), db_index=True)
    source = models.ForeignKey(Area, models.PROTECT, related_name="became")
    target = models.ForeignKey(Area, models.PROTECT, related_name="came_from")
    share = models.CharField(_("人口比例"), max_length=40, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("区划沿革")
        ordering = ("on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=Succeeds.values), name="succession_kind_known"
            ),
            models.UniqueConstraint(
                fields=("event", "source", "target"), name="succession_row_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} → {self.target} {self.on}"


class CodeListQuerySet(models.QuerySet["CodeList"]):
    """Lists of codes, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "area.change") -> CodeListQuerySet:
        """Return the lists of areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))


class CodeList(models.Model):
    """A list of codes and names that was brought in and waits to be looked through, or is in force.

    ``rows`` are [number, code, name, urban_rural] as they stood in the files, ``told`` what was
    wrong with others.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("待确认")
        DONE = "done", _("已写入")
        DISCARDED = "discarded", _("已作废")

    name = models.CharField(_("文件"), max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    on = models.DateField(_("生效日期"))
    rows = models.JSONField(_("各行"))
    told = models.JSONField(_("问题"), default=list)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.WAITING)
    actor = models.CharField(_("操作人"), max_length=150)
    brought_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    objects = CodeListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("区划代码表")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "done", "discarded")),
                name="code_list_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.on}"
