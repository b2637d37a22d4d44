"""Contacts: the people that an office may call about a facility or an area."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.personal.locks import NAME_LETTERS, Key, blind, lock, unlock
from lifecircle.govern.personal.telephones import masked_name, masked_telephone
from lifecircle.govern.records.models import Record
from lifecircle.govern.refused import Refused

VIEW, CHANGE, REVEAL = "inventory.view", "inventory.change", "person.reveal"
HIDDEN = "•••"


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = VIEW) -> ContactQuerySet:
        """Return the contacts of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))

    def over(self, today: date) -> ContactQuerySet:
        """Return those whose time is over and that nobody holds back."""
        return self.filter(retain_until__lt=today, hold="")


class Contact(models.Model):
    """A contact of an area's office or of a facility: a person, as far as the work needs one.

    ``name_locked`` and ``telephone_locked`` are the only personal values; they are locked for this
    row (see `locks`). ``telephone_index`` finds a number. ``hold`` is why it may not be deleted.
    """

    class Purpose(models.TextChoices):
        """What the person is called for."""

        FACILITY = "facility", _("设施日常联系")
        DUTY = "duty", _("值班和应急")
        OPENING = "opening", _("开放和预约")
        REPAIR = "repair", _("维修")
        OFFICE = "office", _("社区、街道办公")

    class Source(models.TextChoices):
        """Where the values come from."""

        PERSON = "person", _("本人提供")
        EMPLOYER = "employer", _("所在单位提供")
        PUBLIC = "public", _("本人或单位已公开")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("设施")
    )
    post = models.CharField(_("岗位"), max_length=50)
    name_locked = models.TextField(_("姓名"), editable=False)
    telephone_locked = models.TextField(_("电话"), editable=False)
    telephone_index = models.CharField(max_length=64, db_index=True, editable=False)
    purpose = models.CharField(_("用途"), max_length=16, choices=Purpose.choices)
    source = models.CharField(_("来源"), max_length=16, choices=Source.choices)
    retain_until = models.DateField(_("保存至"), db_index=True)
    hold = models.CharField(_("暂缓删除的事由"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = ContactQuerySet.as_manager()
    PERSONAL = frozenset({"name_locked", "telephone_locked", "telephone_index"})

    class Meta:
        verbose_name = verbose_name_plural = _("联系人")
        ordering = ("area__path", "post", "pk")

    def __str__(self) -> str:
        return f"{self.post} {self.pk}"

    def put(self, name: str, telephone: str) -> None:
        """Lock new values in; the telephone number is in its plain form."""
        self.name_locked = lock(name, self._place("name"))
        self.telephone_locked = lock(telephone, self._place("telephone"))
        self.telephone_index = blind(telephone)

    def opened(self, held: tuple[Key, ...] | None = None) -> tuple[str, str]:
        """Return name and telephone number. Raises Refused where they cannot be opened."""
        return (
            unlock(self.name_locked, self._place("name"), held),
            unlock(self.telephone_locked, self._place("telephone"), held),
        )

    def masked(self, held: tuple[Key, ...] | None = None) -> tuple[str, str]:
        """Return name and telephone number as everybody may see them."""
        try:
            name, telephone = self.opened(held)
        except Refused:
            return HIDDEN, HIDDEN
        return masked_name(name), masked_telephone(telephone)

    def _place(self, field: str) -> str:
        return f"contact:{self.pk}:{field}"


def key_names() -> set[str]:
    """Return the names of the keys that contacts are locked with."""
    named = Contact.objects.annotate(key=Left("name_locked", NAME_LETTERS))
    return set(named.order_by().values_list("key", flat=True).distinct())
