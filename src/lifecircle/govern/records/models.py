"""Records, the changes made to them, and what every versioned table has in common.

A version is open until a later change closes it; nothing is overwritten. A batch writes its
versions in short steps while it is ``committing``: until then readers see what was before, and one
update of its state shows all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.scoping import where
from lifecircle.govern.identity import no_number


class Change(models.Model):
    """One act that changed records: an edit on a page, a call of the API, a batch of an import."""

    class State(models.TextChoices):
        """How far it is."""

        COMMITTING = "committing", _("正在写入")
        DONE = "done", _("已生效")
        UNDONE = "undone", _("已撤回")

    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.DONE)
    actor = models.CharField(_("操作人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    channel = models.CharField(_("途径"), max_length=16)
    effective_on = models.DateField(_("自何日起属实"))
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    reason = models.CharField(_("事由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("变更")
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("id",), condition=Q(state="committing"), name="change_committing"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("committing", "done", "undone")), name="change_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.actor} {self.effective_on}"


class RecordQuerySet(models.QuerySet["Record"]):
    """Records, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str) -> RecordQuerySet:
        """Return the records in the areas where a permission is held."""
        return self.filter(where(actor, permission, "area__path"))


class Record(models.Model):
    """The identity of a thing on record: what stays the same through its versions.

    ``parent`` is the record that it is part of: a room's facility. ``area`` is where it lies today.
    """

    kind = models.CharField(_("类别"), max_length=32)
    own_id = models.CharField(_("编号"), max_length=64)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("属于")
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("档案")
        indexes = (
            models.Index(
                fields=("parent", "kind"), condition=Q(parent__isnull=False), name="record_parts"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "own_id"),
                name="record_id_once",
                violation_error_message=_("这个编号已经用过"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.own_id}"


def committing() -> models.QuerySet[Change]:
    """Return the batches that are being written, whose versions nobody sees yet."""
    return Change.objects.filter(state=Change.State.COMMITTING)


@cache
def _now() -> Q:
    """Return the condition that a version holds now: the same for every kind and every request."""
    hidden = committing().values("pk")
    return (Q(until__isnull=True) | Q(until__in=hidden)) & ~Q(since__in=hidden)


class VersionQuerySet(models.QuerySet[Any]):
    """Versions of one kind."""

    def current(self) -> Self:
        """Return the versions that hold now."""
        return self.filter(_now())

    def as_of(self, day: date) -> Self:
        """Return the versions that held at the end of a day, by what is known now."""
        hidden = committing().values("pk")
        return (
            self.filter(since_on__lte=day)
            .filter(Q(until_on__isnull=True) | Q(until_on__gt=day) | Q(until__in=hidden))
            .exclude(since__in=hidden)
        )

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Return the versions of records in the areas where a permission is held.

        Of 50,000 records in one city the join with its areas takes ten times as long as all the
        rest: who sees every area there is needs none.
        """
        return self.filter(where(actor, permission, "record__area__path"))


FRAME = frozenset({"id", "record", "since", "until", "since_on", "until_on", "removed"})
"""The fields that every version has; the others are data."""

OUTLINE = "shape"
"""The field of a place that is GeoJSON: coordinates, nobody's text."""


class Version(models.Model):
    """A state of a record, from the change ``since`` that made it to the change that closed it.

    The dates are the days from which those changes are true: ``until_on`` is not included.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="%(class)ss")
    since = models.ForeignKey(Change, models.PROTECT, related_name="+")
    until = models.ForeignKey(Change, models.PROTECT, null=True, related_name="+")
    since_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"), null=True)
    removed = models.BooleanField(_("已注销"), default=False)

    versions = VersionQuerySet.as_manager()
    PERSONAL: frozenset[str] = frozenset()
    """Fields with data of a person: masked on pages, never in the audit."""

    class Meta:
        abstract = True
        base_manager_name = "versions"
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(
                fields=("record",), condition=Q(until__isnull=True), name="%(class)s_open_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                name="%(class)s_ends_after_it_began",
            ),
        )

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError where a field is wrong or its text holds a number of identity.

        What is taken off the record may go with all that it says.
        """
        wrong: dict[str, list[ValidationError]] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            wrong = error.error_dict
        for name in () if self.removed else self.free_text():
            try:
                no_number(getattr(self, name) or "")
            except ValidationError as error:
                wrong.setdefault(name, []).append(error)
        if wrong:
            raise ValidationError(wrong)

    @classmethod
    def free_text(cls) -> list[str]:
        """Return the names of the fields in which people write what they like."""
        fields = (cls._meta.get_field(name) for name in cls.data_fields())
        return [
            field.name
            for field in fields
            if isinstance(field, models.CharField | models.TextField)
            and not field.choices
            and field.name != OUTLINE
        ]

    @property
    def is_shown(self) -> bool:
        """Say whether it is no part of a batch that is still being written."""
        return self.since.state != Change.State.COMMITTING

    @property
    def holds(self) -> bool:
        """Say whether it holds now, as `current` finds it."""
        closed = self.until is not None and self.until.state != Change.State.COMMITTING
        return self.is_shown and not closed

    @classmethod
    def kind(cls) -> str:
        """Return the kind of record that these are versions of."""
        return cls._meta.model_name or ""

    @classmethod
    def data_fields(cls) -> list[str]:
        """Return the names of the fields that a form fills."""
        return [field.name for field in cls._meta.fields if field.name not in FRAME]

    def data(self) -> dict[str, Any]:
        """Return what the version says, as JSON can hold it."""
        return {name: plain(getattr(self, own)) for name, own, plain in _plain_fields(type(self))}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """Return a version that says what `data` said, without its frame."""
        return cls.of_values(
            {
                name: data[name] if type(data[name]) is str and texts else read(data[name])
                for name, texts, read in _read_fields(cls)
                if name in data
            }
        )

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> Self:
        """Return a version with values by the names of fields, keys for what they refer to.

        The others are at their defaults. An import makes so many that keywords take too long.
        """
        return cls(*[values[one] if one in values else default() for one, default in _made(cls)])


@cache
def _plain_fields(model: type[Version]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """Return name, attribute and how JSON holds it, of each field that a form fills."""
    fields = (model._meta.get_field(name) for name in model.data_fields())
    return [(field.name, field.attname, _plain_of(field)) for field in fields]  # type: ignore[union-attr,arg-type]


def _plain_of(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.DecimalField):
        places = field.decimal_places
        # 620 and 620.00 are one area, whether a person wrote it or the database read it
        return lambda value: None if value is None else f"{field.to_python(value):.{places}f}"
    return _plain


def _plain(value: Any) -> Any:
    known = value is None or isinstance(value, str | int | float | bool | list | dict)
    return value if known else str(value)


@cache
def _read_fields(model: type[Version]) -> list[tuple[str, bool, Callable[[Any], Any]]]:
    """Return name, whether text stays as it is, and how a plain value is read, of each field."""
    fields = (model._meta.get_field(name) for name in model.data_fields())
    return [
        (field.name, isinstance(field, models.CharField | models.TextField), field.to_python)  # type: ignore[union-attr]
        for field in fields
    ]


@cache
def _made(model: type[Version]) -> list[tuple[str, Callable[[], Any]]]:
    """Return the fields in the order of the constructor, and what each is by default."""
    return [(field.name, field.get_default) for field in model._meta.concrete_fields]
