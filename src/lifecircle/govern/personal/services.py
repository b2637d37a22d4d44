"""What is done with contacts; every act is in the audit, the values never."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.identity import carries_identity
from lifecircle.govern.personal.locks import blinds, drop_keys_but_newest
from lifecircle.govern.personal.models import CHANGE, REVEAL, VIEW, Contact, ContactQuerySet
from lifecircle.govern.personal.telephones import carries_telephone, plain_telephone
from lifecircle.govern.records.models import Record
from lifecircle.govern.records.services import MASKED
from lifecircle.govern.refused import Conflict, Refused

AT_ONCE = 50
PLAIN = ("post", "purpose", "source", "retain_until")


@transaction.atomic
def add(
    actor: Actor,
    area: Area,
    name: str,
    telephone: str,
    *,
    today: date,
    record: Record | None = None,
    **plain: Any,
) -> Contact:
    """Add a contact. ``plain`` are post, purpose, source and retain_until. Raises Refused."""
    actor.require(CHANGE, area.path)
    contact = Contact(area=area, record=record, **plain)
    _check(contact, name, today)
    contact.put(name.strip(), _telephone(telephone))
    contact.save(force_insert=True)
    _tell(actor, "add", contact, after={**_plain(contact), "name": MASKED, "telephone": MASKED})
    return contact


@transaction.atomic
def change(
    actor: Actor,
    contact: Contact,
    *,
    today: date,
    seen: int,
    name: str = "",
    telephone: str = "",
    **plain: Any,
) -> None:
    """Change a contact; an empty name or number stays what it was. Raises Refused, Conflict."""
    now = _locked(actor, contact, CHANGE)
    if now.revision != seen:
        raise Conflict(_("别人刚刚改过这位联系人"), remedy=_("重新打开，看过新内容再改"))
    before = _plain(now)
    for field, value in plain.items():
        setattr(now, field, value)
    _check(now, name, today)
    said = {"name": name.strip(), "telephone": _telephone(telephone) if telephone else ""}
    changed = {field: MASKED for field, value in said.items() if value}
    if changed:
        was = dict(zip(("name", "telephone"), now.opened(), strict=True))
        now.put(said["name"] or was["name"], said["telephone"] or was["telephone"])
    now.revision += 1
    now.save()
    after = {field: value for field, value in _plain(now).items() if before[field] != value}
    before = {**{field: before[field] for field in after}, **changed}
    _tell(actor, "change", now, before=before, after={**after, **changed})


@transaction.atomic
def reveal(actor: Actor, contact: Contact, reason: str) -> tuple[str, str]:
    """Return name and telephone number, for a reason that the audit keeps. Raises Refused."""
    actor.require(REVEAL, contact.area.path)
    values = contact.opened()
    _tell(actor, "reveal", contact, reason=_reason(reason, values))
    return values


@transaction.atomic
def hold(actor: Actor, contact: Contact, reason: str) -> None:
    """Keep a contact from being deleted for a lawful reason; without a reason let it go again."""
    now = _locked(actor, contact, REVEAL)
    now.hold = _reason(reason, now.opened()) if reason.strip() else ""
    now.revision += 1
    now.save(update_fields=("hold", "revision"))
    _tell(actor, "hold" if now.hold else "release", now, reason=now.hold)


@transaction.atomic
def erase(actor: Actor, contact: Contact, reason: str) -> None:
    """Delete a contact on request. Raises Refused where it is held back."""
    now = _locked(actor, contact, CHANGE)
    if now.hold:
        raise Refused(
            _("这位联系人按规定暂缓删除：%(why)s") % {"why": now.hold},
            remedy=_("事由消除后先解除暂缓"),
        )
    said = _reason(reason, _opened(now))
    Contact.objects.filter(pk=now.pk).delete()
    _tell(actor, "erase", now, reason=said)


def erase_person(actor: Actor, telephone: str, reason: str) -> tuple[int, int]:
    """Delete all contacts by a number that the actor may change; return how many, and how many not.

    The others are held back.
    """
    found = list(of_person(actor, telephone, CHANGE))
    held = sum(bool(contact.hold) for contact in found)
    with transaction.atomic():
        for contact in found:
            if not contact.hold:
                erase(actor, contact, reason)
    return len(found) - held, held


@transaction.atomic
def search(actor: Actor, telephone: str) -> ContactQuerySet:
    """Return the contacts by a number; that somebody searched is told, not for which number."""
    found = of_person(actor, telephone, REVEAL)
    where = next(iter(actor.paths(REVEAL)), "")
    append(actor, "contact.search", "contact", "", area_path=where, after={"rows": found.count()})
    return found


def of_person(actor: Actor, telephone: str, permission: str = VIEW) -> ContactQuerySet:
    """Return the contacts of a person, known by the telephone number."""
    digits = plain_telephone(telephone)
    seen = Contact.objects.visible_to(actor, permission).select_related("area", "record")
    return seen.filter(telephone_index__in=blinds(digits)) if digits else seen.none()


@transaction.atomic
def export(actor: Actor, contact: Contact, reason: str) -> dict[str, Any]:
    """Return all that is held of the person of a contact, as JSON can hold it. Raises Refused."""
    actor.require(REVEAL, contact.area.path)
    name, telephone = contact.opened()
    rows = [_held(one) for one in of_person(actor, telephone, REVEAL)]
    _tell(
        actor,
        "export",
        contact,
        after={"rows": len(rows)},
        reason=_reason(reason, (name, telephone)),
    )
    return {"name": name, "telephone": telephone, "contacts": rows}


def expire(today: date, actor: Actor | None = None) -> int:
    """Delete the contacts whose time is over and return how many; safe to repeat, once a day."""
    acting = actor or system("lifecircle retention", "job")
    done = 0
    while some := list(
        Contact.objects.over(today).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        done += expire_some(acting, today, some)
    return done


@transaction.atomic
def expire_some(actor: Actor, today: date, pks: list[Any]) -> int:
    """Delete some of those whose time is over, in one transaction."""
    over = Contact.objects.over(today).filter(pk__in=pks).select_for_update()
    found = list(over.select_related("area").order_by("pk"))
    Contact.objects.filter(pk__in=[one.pk for one in found]).delete()
    for one in found:
        _tell(actor, "expire", one, before={"retain_until": str(one.retain_until)})
    return len(found)


def lock_again() -> int:
    """Lock all values with the newest key, then forget the older ones; return how many."""
    with transaction.atomic():
        rows = list(Contact.objects.select_for_update())
        for contact in rows:
            contact.put(*contact.opened())
            contact.save(update_fields=("name_locked", "telephone_locked", "telephone_index"))
        append(
            system("lifecircle personal"), "contact.lock", "contact", "", after={"rows": len(rows)}
        )
    drop_keys_but_newest()
    return len(rows)


def _locked(actor: Actor, contact: Contact, permission: str) -> Contact:
    """Return a contact as it is now, locked against others."""
    found = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if found is None:
        raise Conflict(_("这位联系人刚刚被删除"), remedy=_("回到列表看一看"))
    actor.require(permission, found.area.path)
    return found


def _check(contact: Contact, name: str, today: date) -> None:
    if contact.retain_until < today:
        raise Refused(_("保存至的日期已经过去"), remedy=_("写今天或以后的日期"))
    if any(carries_identity(text) for text in (name, contact.post)):
        raise Refused(_("本平台不收集身份证号和人像"), remedy=_("把它删去再保存"))
    if carries_telephone(contact.post) or carries_telephone(name):
        raise Refused(_("电话写在了别的栏里，那里不加密"), remedy=_("把号码写进电话一栏"))


def _telephone(said: str) -> str:
    digits = plain_telephone(said)
    if not digits:
        raise Refused(_("电话号码不对"), remedy=_("只写一个号码，5到20位数字"))
    return digits


def _opened(contact: Contact) -> tuple[str, ...]:
    """Return the values, or none where their key is lost: they can be deleted all the same."""
    try:
        return contact.opened()
    except Refused:
        return ()


def _reason(said: str, values: tuple[str, ...]) -> str:
    """Return a reason fit for the audit: never empty, never with personal values in it."""
    reason = said.strip()
    if not reason:
        raise Refused(_("没有写事由"), remedy=_("写明为什么"))
    told = any(value and value in reason for value in values)
    if told or carries_identity(reason) or carries_telephone(reason):
        raise Refused(_("事由里有姓名、电话或者身份证号，事由会长期保存"), remedy=_("只写事由"))
    return reason


def _plain(contact: Contact) -> dict[str, Any]:
    return {name: str(getattr(contact, name)) for name in PLAIN}


def _held(contact: Contact) -> dict[str, Any]:
    name, telephone = contact.opened()
    return {
        "id": str(contact.pk), "area": contact.area.name, "name": name, "telephone": telephone,
        "facility": contact.record.own_id if contact.record else "",
        **_plain(contact), "hold": contact.hold,
    }  # fmt: skip


def _tell(
    actor: Actor,
    act: str,
    contact: Contact,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    append(
        actor, f"contact.{act}", "contact", contact.pk,
        area_path=contact.area.path, before=before, after=after, reason=reason,
    )  # fmt: skip
