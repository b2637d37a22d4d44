"""The steps of a need list: compiled, edited by people, proposed with its content frozen."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.jobs.services import enqueue
from lifecircle.govern.needs.access import CHANGE
from lifecircle.govern.needs.gathering import carried, gathered
from lifecircle.govern.needs.models import UNNAMED, NeedItem, NeedList
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.surveys.values import BadValueError, check_words

KIND = "needs.compile"
LARGE = 40
"""Of an area with more communities a job compiles: writing all at once would hold others up."""

AT_ONCE = 200
LEVELS = (Level.COMMUNITY, Level.TOWNSHIP, Level.COUNTY)
CLOSED = (Round.State.CLOSED, Round.State.PUBLISHED)
State = NeedList.State


def newest_run() -> Run | None:
    """Return the newest run that came to its end."""
    found: Run | None = _by_newest(Run.objects.all()).first()
    return found


def done_runs(actor: Actor) -> Any:
    """Return the runs that an actor sees and may make a list of, the newest first."""
    return _by_newest(Run.objects.visible_to(actor)).defer("manifest")


def _by_newest(runs: Any) -> Any:
    return runs.filter(state=Run.State.DONE).order_by("-as_of", "-pk")


def newest_round(area: Area) -> Round | None:
    """Return the newest closed round over an area."""
    parts = area.path.rstrip(".").split(".")
    above = [".".join(parts[:count]) + "." for count in range(1, len(parts) + 1)]
    rounds = Round.objects.filter(area__path__in=above, state__in=CLOSED)
    return rounds.select_related("area").order_by("-as_on", "-pk").first()


@transaction.atomic
def compile_list(actor: Actor, area: Area, title: str = "", run: Run | None = None) -> NeedList:
    """Make the next version of an area's need list out of a run and the newest closed round.

    Without a run it is the newest one. What people decided in the version before is kept. Raises
    Refused without the right or without a run and a round, Conflict while a draft of the area is
    being made.
    """
    actor.require(CHANGE, area.path)
    if area.level not in LEVELS:
        raise Refused(
            _("需求清单以社区、乡镇级或区县为范围"), remedy=_("选一个社区、乡镇、街道或区县")
        )
    Area.objects.select_for_update().get(pk=area.pk)
    run, round_ = run or newest_run(), newest_round(area)
    if run is None and round_ is None:
        raise Refused(
            _("还没有算好的评估，也没有办结的摸底"), remedy=_("先运行一次评估，或者办结一轮摸底")
        )
    mine = NeedList.objects.filter(area=area)
    if mine.filter(state=State.MAKING).exists():
        raise Conflict(_("这个范围的需求清单正在汇总"), remedy=_("等它汇总完"))
    before = mine.order_by("-version").first()
    made = NeedList.objects.create(
        area=area, version=(before.version if before else 0) + 1, run=run, round=round_,
        before=before, state=State.MAKING, actor=actor.name, user_id=actor.user_id,
        title=title.strip() or (before.title if before else called(area)),
    )  # fmt: skip
    if Area.objects.below(area).filter(level=Level.COMMUNITY).count() > LARGE:
        told = kept((gettext_noop("汇总%(title)s"), {"title": str(made)}))
        made.job = enqueue(
            actor, KIND, str(made.pk), {"list": made.pk}, title=told, area_path=area.path
        )
        made.save(update_fields=["job"])
    else:
        keep(items_for(made))
        show(made)
    after = {"area": area.pk, "version": made.version, "run": run and run.pk,
             "round": round_ and round_.pk}  # fmt: skip
    append(actor, "need.compile", "needlist", made.pk, area_path=area.path, after=after)
    return made


def called(area: Area) -> str:
    """Return what the list of an area is called where nobody named it; pages translate it."""
    return UNNAMED % {"area": area.name}


def items_for(made: NeedList) -> list[NeedItem]:
    """Return the items of a list that is being made, with what people decided before."""
    items = gathered(made.area, made.run, made.round)
    before = made.before.items.all() if made.before else ()
    whole = list(carried(items, before))
    for one in whole:
        one.needs = made
    return whole


def keep(items: Sequence[NeedItem]) -> None:
    """Write items of a list that nobody sees yet."""
    NeedItem.objects.bulk_create(items, batch_size=AT_ONCE)


def show(made: NeedList) -> None:
    """Let a list that was being made be seen and edited."""
    NeedList.objects.filter(pk=made.pk, state=State.MAKING).update(
        state=State.DRAFT, edits=F("edits") + 1
    )
    made.refresh_from_db()


@transaction.atomic
def change_item(actor: Actor, item: NeedItem, seen: int, **news: Any) -> None:
    """Change what is asked, the priority, the note, or strike it with a reason.

    Raises Refused without the right or a reason or with personal data, Conflict where the list is
    not a draft any more or somebody changed the item meanwhile.
    """
    needs = _draft(actor, item.needs)
    if news.get("kept", item.kept):
        news["reason"] = ""
    elif not news.get("reason", item.reason).strip():
        raise Refused(_("没有写不列入的理由"), remedy=_("写上理由"))
    check(news.get("note", ""), news.get("reason", ""), news.get("what", ""))
    before = {name: getattr(item, name) for name in news if getattr(item, name) != news[name]}
    if not before:
        return
    stamp = {"decided_by": actor.name, "decided_at": timezone.now(), "edits": F("edits") + 1}
    if not NeedItem.objects.filter(pk=item.pk, edits=seen).update(**news, **stamp):
        raise Conflict(_("别人已经改过这一项"), remedy=_("刷新看现在的样子，再改"))
    after = {name: news[name] for name in before}
    append(
        actor, "need.change", "needitem", item.pk, area_path=needs.area.path, before=before,
        after=after, reason=news["reason"],
    )  # fmt: skip


@transaction.atomic
def add_item(actor: Actor, needs: NeedList, area: Area, **told: Any) -> NeedItem:
    """Add an item by hand; raises as `change_item`, and for an area outside the list's."""
    needs = _draft(actor, needs)
    if not area.path.startswith(needs.area.path):
        raise Refused(_("不在这份清单的范围内"), remedy=_("选范围内的社区"))
    check(told.get("note", ""), told.get("what", ""))
    made = NeedItem.objects.create(
        needs=needs, key=f"hand:{uuid.uuid4()}", area=area, by_hand=True, decided_by=actor.name,
        decided_at=timezone.now(), **told,
    )  # fmt: skip
    after = {"area": area.pk, **told}
    append(actor, "need.add", "needitem", made.pk, area_path=needs.area.path, after=after)
    return made


def check(*texts: str) -> None:
    """Raise Refused where a text carries a number of identity or of a telephone."""
    for text in texts:
        try:
            check_words(text)
        except BadValueError as error:
            raise Refused(str(error), remedy=_("删去后再保存")) from error


@transaction.atomic
def propose_list(actor: Actor, needs: NeedList, seen: int) -> NeedList:
    """Settle a draft: its content is frozen under a hash. Raises Refused, Conflict."""
    now = _draft(actor, needs)
    told = {"sha256": content_hash(now), "proposed_by": actor.name}
    _step(now, seen, State.DRAFT, state=State.PROPOSED, proposed_at=timezone.now(), **told)
    after = {"sha256": told["sha256"]}
    append(actor, "need.propose", "needlist", now.pk, area_path=now.area.path, after=after)
    return now


@transaction.atomic
def take_back(actor: Actor, needs: NeedList, seen: int, reason: str) -> None:
    """Make a proposed list a draft again; raises Conflict once it was proposed for publication."""
    actor.require(CHANGE, needs.area.path)
    if not reason.strip():
        raise Refused(_("没有写理由"), remedy=_("写上理由"))
    _step(needs, seen, State.PROPOSED, state=State.DRAFT, sha256="", proposed_by="")
    path = needs.area.path
    append(actor, "need.take_back", "needlist", needs.pk, area_path=path, reason=reason[:500])


@transaction.atomic
def freeze(actor: Actor, needs: NeedList, sha256: str) -> None:
    """Let nobody change a list again: it is on its way to the public.

    Raises Refused where its content is not what was proposed.
    """
    now = NeedList.objects.select_for_update().select_related("area").get(pk=needs.pk)
    same = now.state in (State.PROPOSED, State.FROZEN) and now.sha256 == sha256
    if not same or content_hash(now) != sha256:
        raise Refused(_("需求清单已经退回修改"), remedy=_("重新报定，再提请发布"))
    if now.state == State.PROPOSED:
        NeedList.objects.filter(pk=now.pk).update(state=State.FROZEN, edits=F("edits") + 1)
        append(actor, "need.freeze", "needlist", now.pk, area_path=now.area.path)


def content_hash(needs: NeedList) -> str:
    """Return the hash of all that a list says, whatever the database."""
    head = canonical({
        "area": needs.area.code or needs.area.name, "title": needs.title, "version": needs.version,
        "run": needs.run.sha256 if needs.run else "",
        "round": f"{needs.round.title} {needs.round.as_on}" if needs.round else "",
    })  # fmt: skip
    rows = [
        canonical({
            "area": one.area.code or one.area.name, "function": one.function, "what": one.what,
            "ask": one.ask, "people": one.people, "asked_by": one.asked_by, "note": one.note,
            "to_verify": one.to_verify, "priority": one.priority, "kept": one.kept,
            "reason": one.reason, "by_hand": one.by_hand,
            "sources": [
                {name: value for name, value in source.items() if name != "finding"}
                for source in one.sources
            ],
        })
        for one in needs.items.select_related("area").order_by("pk")
    ]  # fmt: skip
    return hashlib.sha256(root([head, *sorted(rows)]).encode()).hexdigest()


def _draft(actor: Actor, needs: NeedList) -> NeedList:
    """Lock a list that one may change; it is a draft."""
    now = NeedList.objects.select_for_update().get(pk=needs.pk)
    actor.require(CHANGE, now.area.path)
    if not now.open:
        raise Conflict(_("这份清单已经报定，不能再改"), remedy=_("退回修改，或者汇总下一版"))
    return now


def _step(needs: NeedList, seen: int, of: str, **news: Any) -> None:
    same = NeedList.objects.filter(pk=needs.pk, edits=seen, state=of)
    if not same.update(edits=F("edits") + 1, **news):
        raise Conflict(_("这份清单已经变了"), remedy=_("刷新看它现在的样子"))
    needs.refresh_from_db()
