"""Enters answers, by whatever channel: all checked, none written twice, what was before kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.services import append
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import ENTER, REVIEW
from lifecircle.govern.surveys.filled import Filled, Key, is_row
from lifecircle.govern.surveys.models import (
    ON_BEHALF,
    Answer,
    Channel,
    Return,
    Round,
    Submission,
)
from lifecircle.govern.surveys.questions import Form
from lifecircle.govern.surveys.services import held
from lifecircle.govern.surveys.values import BadValueError, check_words, read
from lifecircle.govern.wording import listed

MOST_NAMED = 5
MOST_AT_ONCE = 5000


@dataclass(frozen=True)
class Entered:
    """What became of what was entered: how many answers are new or corrected; ``version`` now.

    ``repeated`` says that the same submission came before and nothing was done.
    """

    saved: int
    version: int
    repeated: bool = False


class BadAnswers(Refused):
    """Answers that cannot be kept: 422. ``told`` has each with its reason, by question and row."""

    status = 422

    def __init__(self, told: Mapping[Key, str], form: Form) -> None:
        self.told = dict(told)
        named = [f"{_called(form, key)}：{reason}" for key, reason in self.told.items()]
        more = _("，共%(count)s处") % {"count": len(named)} if len(named) > MOST_NAMED else ""
        super().__init__("；".join(named[:MOST_NAMED]) + more, remedy=_("改正后再提交"))


def _called(form: Form, key: Key) -> str:
    code, row = key
    try:
        section, question = form.section_of(code), form.question(code)
    except KeyError:
        return code
    name = next((one.label for one in section.rows if one.key == row), "")
    return f"{name}{question.label}" if name else question.label


@transaction.atomic
def enter(
    actor: Actor,
    back: Return,
    answers: Mapping[Key, Any],
    channel: Channel,
    *,
    note: str = "",
    said_on: date | None = None,
    instance: uuid.UUID | None = None,
    content_sha256: str = "",
    seen: int | None = None,
) -> Entered:
    """Enter answers by question and row key; a blank takes an answer back, what is equal stays.

    ``note`` and ``said_on`` tell from whom and when it was heard where it is entered on behalf.
    ``instance`` is the client's own id: sent again, nothing is done. ``seen`` is the id of the
    newest answer that the writer saw (`filled.latest`). Raises BadAnswers with all that is wrong,
    Refused without the right or out of time, Conflict where another corrected the same since.
    """
    now = held(back)
    _require(actor, now)
    if instance is not None:
        before = Submission.objects.filter(instance=instance).first()
        if before is not None:
            return _again(before, now, content_sha256)
    _check_state(now)
    _check_note(channel, note, said_on)
    filled = Filled.of(now)
    read_ = _read(filled, answers)
    changed = {key: value for key, value in read_.items() if filled.value(*key) != value}
    _check_seen(actor, filled, changed, seen)
    submission = None
    if instance is not None:
        submission = Submission.objects.create(
            instance=instance, back=now, channel=channel, content_sha256=content_sha256,
            saved=len(changed), actor=actor.name, user_id=actor.user_id,
        )  # fmt: skip
    if not changed:
        return Entered(0, now.version)
    said = {"channel": channel, "note": note, "said_on": said_on, "submission": submission}
    _write(actor, filled, changed, said)
    after = {"channel": str(channel), "answers": len(changed), "round": now.round_id}
    append(actor, "survey.enter", "return", now.pk, area_path=now.area.path, after=after)
    return Entered(len(changed), now.version + 1)


def _require(actor: Actor, back: Return) -> None:
    """Who reviews may correct what was handed in; who enters, what is not."""
    in_review, path = back.state == Return.State.HANDED_IN, back.area.path
    if in_review and actor.may(ENTER, path) and not actor.may(REVIEW, path):
        reason = _("这份填报已经报送，等乡镇级审核")
        raise Conflict(reason, remedy=_("等乡镇级退回后再改、再发送"))
    actor.require(REVIEW if in_review else ENTER, path)


def _again(before: Submission, back: Return, content_sha256: str) -> Entered:
    same = before.back_id == back.pk and (
        not content_sha256 or before.content_sha256 in ("", content_sha256)
    )
    if not same:
        reason = _("这个上报编号已经用过，内容不同")
        raise Conflict(reason, remedy=_("换一个编号重新上报"))
    return Entered(before.saved, back.version, repeated=True)


def _check_state(back: Return) -> None:
    if back.round.state == Round.State.OPENING:
        raise Conflict(_("这一轮还在准备填报"), remedy=_("等准备好再填"))
    if back.round.state != Round.State.OPEN:
        raise Conflict(_("这一轮不在填报中"), remedy=_("要改的内容在设施台账里改"))
    if back.state in (Return.State.REVIEWED, Return.State.CLOSED):
        raise Conflict(_("这份填报已经审核"), remedy=_("乡镇级退回后再改"))


def _check_note(channel: Channel, note: str, said_on: date | None) -> None:
    try:
        check_words(note)
    except BadValueError as error:
        raise Refused(str(error), remedy=_("写岗位，不写个人")) from error
    if channel in ON_BEHALF and not (note.strip() and said_on):
        reason = _("代填要写是谁说的、哪天说的")
        raise Refused(reason, remedy=_("写岗位和日期，例如 社区书记，2026-06-30"))
    if said_on and said_on > timezone.localdate():
        raise Refused(_("说的日期还没有到"), remedy=_("改日期"))


def _read(filled: Filled, answers: Mapping[Key, Any]) -> dict[Key, Any]:
    """Return the values of all answers; raises BadAnswers with all that are none."""
    if len(answers) > MOST_AT_ONCE:
        raise Refused(_("一次最多%(most)s个回答") % {"most": MOST_AT_ONCE}, remedy=_("分几次上报"))
    values: dict[Key, Any] = {}
    told: dict[Key, str] = {}
    for key, given in answers.items():
        code, row = key
        try:
            section, question = filled.form.section_of(code), filled.form.question(code)
            if not is_row(filled.back, section, row):
                told[key] = _("没有这一行")
            else:
                values[key] = read(question, given)
        except KeyError:
            told[key] = _("没有这个问题")
        except BadValueError as error:
            told[key] = str(error)
    told |= _photos(filled, values)
    if told:
        raise BadAnswers(told, filled.form)
    return values


def _photos(filled: Filled, values: Mapping[Key, Any]) -> dict[Key, str]:
    """Return what is wrong with photos: those that are not kept."""
    sent = {
        key: value
        for key, value in values.items()
        if value is not None and filled.form.question(key[0]).kind == "photo"
    }
    known = set(
        StoredFile.objects.filter(sha256__in=sent.values()).values_list("sha256", flat=True)
        if sent
        else ()
    )
    return {key: _("照片没有收到") for key, value in sent.items() if value not in known}


def _check_seen(actor: Actor, filled: Filled, changed: Mapping[Key, Any], seen: int | None) -> None:
    """Raise Conflict where somebody else answered since what is about to be changed."""
    if seen is None:
        return
    newer = [
        _called(filled.form, key)
        for key in changed
        if (one := filled.answers.get(key)) and one.pk > seen and one.user_id != actor.user_id
    ]
    if newer:
        told = {"names": listed(newer[:MOST_NAMED])}
        reason = _("别人刚刚填过：%(names)s") % told
        raise Conflict(reason, remedy=_("重新打开，看过新内容再改"))


def _write(
    actor: Actor, filled: Filled, changed: Mapping[Key, Any], said: Mapping[str, Any]
) -> None:
    """Close what was answered and put what is answered now; count anew."""
    at, back = timezone.now(), filled.back
    old = [filled.answers[key].pk for key in changed if key in filled.answers]
    Answer.objects.filter(pk__in=old, closed_at__isnull=True).update(closed_at=at)
    made = Answer.objects.bulk_create(
        Answer(
            back=back, question=code, row=row, value=value, at=at,
            actor=actor.name, user_id=actor.user_id, **said,
        )
        for (code, row), value in changed.items()
    )  # fmt: skip
    now = {**filled.answers, **{(one.question, one.row): one for one in made}}
    asked, answered = Filled(back, filled.form, now).counts
    Return.objects.filter(Q(pk=back.pk)).update(
        asked=asked, answered=answered, version=F("version") + 1
    )
