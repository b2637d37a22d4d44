"""Asks for runs, and takes down what named people decided: excuses and interpretations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.access import EXCUSE, INTERPRET
from lifecircle.govern.assessments.models import Deciding, Interpretation, Run, Waiver
from lifecircle.govern.assessments.packs import change_of, interpreted, offered, open_fields
from lifecircle.govern.assessments.packs import with_changes as changed_by
from lifecircle.govern.audit.services import append
from lifecircle.govern.inventory.city_files import missing
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.jobs.services import ask_to_stop, enqueue, try_again
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.place.tables import RecordedWaiver
from lifecircle.policy.decide import WAIVABLE
from lifecircle.policy.models import Pack, Rule

KIND = "assessment.run"


def the_city() -> Area | None:
    """Return the area above all others, None before the city is founded."""
    return Area.objects.standing().filter(level=Level.CITY).order_by("path").first()


@transaction.atomic
def ask(
    actor: Actor,
    packs: Sequence[str],
    as_of: date,
    *,
    tree: str = Run.Tree.MANAGING,
    boundaries: str = Run.Boundaries.THEN,
    profiles: Sequence[str] = (),
    title: str = "",
) -> Run:
    """Ask for a run: a job reckons it. Raises Refused where nothing can be reckoned."""
    city = the_city()
    lacking = [_(fault.reason) for fault in missing(Path(settings.CITY))]
    if city is None or lacking:
        why = _("；").join(lacking) if city else _("还没有设立城市")
        reason = _("现在不能评估：%(reason)s") % {"reason": why}
        raise Refused(reason, remedy=_("找管理平台的人把城市的资料文件放好"))
    known = offered()
    if not packs or any(name not in known for name in packs):
        raise Refused(_("没有选政策包，或者没有这个政策包"), remedy=_("从列出的里面选"))
    names = list(dict.fromkeys(packs))
    if len({known[name].id for name in names}) < len(names):
        raise Refused(_("同一个政策包选了两次"), remedy=_("只选一次"))
    if as_of > timezone.localdate():
        raise Refused(_("评估日期还没有到"), remedy=_("选今天或以前的日期"))
    run = Run.objects.create(
        city=city, packs=names, as_of=as_of, tree=tree, boundaries=boundaries, title=title,
        profiles=list(profiles), actor=actor.name, user_id=actor.user_id,
    )  # fmt: skip
    called = kept((gettext_noop("评估：%(title)s"), {"title": str(run)}))
    run.job = enqueue(actor, KIND, str(run.pk), {"run": run.pk}, title=called, area_path=city.path)
    run.save(update_fields=["job"])
    after = {"packs": names, "as_of": as_of.isoformat(), "profiles": list(profiles)}
    append(actor, "assessment.ask", "run", run.pk, area_path=city.path, after=after)
    return run


def stop_run(actor: Actor, run: Run) -> None:
    """Ask that a run stop; raises Conflict where it is at its end."""
    if run.job is None:
        raise Conflict(_("这次评估没有在计算"), remedy=_("刷新页面"))
    ask_to_stop(actor, run.job)


def run_again(actor: Actor, run: Run) -> None:
    """Let a run that failed or was stopped begin again; raises Conflict where it did neither."""
    if run.job is None or not run.broken:
        raise Conflict(_("这次评估没有中断"), remedy=_("刷新页面"))
    try_again(actor, run.job)


def waivers_on(day: date) -> list[RecordedWaiver]:
    """Return the waivers that hold on a day, by community and rule: they enter a run."""
    held = Waiver.objects.holding(day).exclude(area__code="").select_related("area")
    return [
        RecordedWaiver(one.area.code, one.rule, one.by, one.on, one.reason, one.pack)
        for one in held.order_by("area__code", "pack", "rule", "pk")
    ]


@transaction.atomic
def excuse(
    actor: Actor, pack: Pack, rule: Rule, area: Area, *, by: str, on: date, reason: str
) -> Waiver:
    """Excuse a soft rule for a community, from a day on, as a named person decided.

    Raises Refused where the rule must not be excused, Conflict where it is already.
    """
    actor.require(EXCUSE, area.path)
    if rule.strength not in WAIVABLE:
        raise Refused(_("这条规则不是软性规则，不能豁免"), remedy=_("照规则整改"))
    if area.level != Level.COMMUNITY or rule.subject != "community":
        raise Refused(_("只有对社区的规则能豁免，而且一次只豁免一个社区"), remedy=_("选一个社区"))
    told = {"pack": pack.id, "rule": rule.id, "by": by, "on": on, "reason": reason}
    try:
        with transaction.atomic():
            waiver = Waiver.objects.create(
                area=area, actor=actor.name, user_id=actor.user_id, **told
            )
    except IntegrityError as error:
        taken = Conflict(_("这个社区的这条规则已经豁免"), remedy=_("先停止原来的豁免"))
        raise taken from error
    after = {**told, "on": on.isoformat(), "area": area.code or area.pk}
    append(actor, "assessment.excuse", "waiver", waiver.pk, area_path=area.path, after=after)
    return waiver


@transaction.atomic
def interpret(
    actor: Actor,
    pack: Pack,
    rule: Rule,
    fields: Mapping[str, Any],
    *,
    by: str,
    on: date,
    reason: str,
) -> Interpretation:
    """Read an inferred reading of a rule otherwise, from a day on, as a named person decided.

    ``pack`` and ``rule`` are as the pack has them. Raises Refused where a field is not inferred,
    Conflict where somebody reads it otherwise already, InputError or ValidationError of pydantic
    where the change does not fit the pack.
    """
    city = the_city()
    actor.require(INTERPRET, city.path if city else "")
    if not fields or set(fields) - set(open_fields(rule)):
        raise Refused(_("原文印明的不能改，只能改推定的解读"), remedy=_("只改列出的各项"))
    held = Interpretation.objects.filter(pack=pack.id, rule=rule.id, ended_on__isnull=True)
    if any(set(one.change) & set(fields) for one in held):
        raise Conflict(_("这一项已经有改过的解读"), remedy=_("先停止原来的解读"))
    changed_by(interpreted(pack, on), [change_of(rule.id, on, by, reason, fields)])
    told = {"pack": pack.id, "rule": rule.id, "by": by, "reason": reason}
    made = Interpretation.objects.create(
        change=dict(fields), on=on, actor=actor.name, user_id=actor.user_id, **told
    )
    after = {**told, "on": on.isoformat(), "change": dict(fields)}
    path = city.path if city else ""
    append(
        actor, "assessment.interpret", "interpretation", made.pk, area_path=path, after=after
    )  # fmt: skip
    return made


@transaction.atomic
def end(actor: Actor, decided: Deciding, *, on: date, reason: str) -> None:
    """End an excuse or an interpretation from a day on; raises Conflict where it has ended."""
    area_path = decided.area.path if isinstance(decided, Waiver) else ""
    city = the_city()
    if isinstance(decided, Waiver):
        actor.require(EXCUSE, area_path)
    else:
        area_path = city.path if city else ""
        actor.require(INTERPRET, area_path)
    if on < decided.on:
        raise Refused(_("停止日期早于决定日期"), remedy=_("改正日期"))
    mine = type(decided)._default_manager.filter(pk=decided.pk, ended_on__isnull=True)
    if not mine.update(ended_on=on, ended_reason=reason):
        raise Conflict(_("这项决定已经停止"), remedy=_("刷新页面"))
    kind = decided._meta.model_name or ""
    after = {"ended_on": on.isoformat()}
    append(
        actor, f"assessment.end-{kind}", kind, decided.pk,
        area_path=area_path, after=after, reason=reason,
    )  # fmt: skip
