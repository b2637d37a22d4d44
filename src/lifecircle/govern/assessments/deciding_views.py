"""The pages of rules and of what named people decided on them: excuses and interpretations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from lifecircle.govern.actor import unseen
from lifecircle.govern.assessments.access import EXCUSE, INTERPRET
from lifecircle.govern.assessments.forms import EndForm, ExcuseForm, RulesForm
from lifecircle.govern.assessments.interpret_form import (
    LOOK,
    InterpretForm,
    change_said,
    read_as,
)
from lifecircle.govern.assessments.models import Deciding, Interpretation, Waiver
from lifecircle.govern.assessments.packs import (
    interpreted,
    offered,
    open_fields,
    printed_rule_of,
    rule_of,
)
from lifecircle.govern.assessments.services import end, excuse, interpret, the_city
from lifecircle.govern.assessments.views import ROWS, actor_of
from lifecircle.govern.assessments.wording import reads
from lifecircle.govern.refused import Refused
from lifecircle.policy.decide import WAIVABLE
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.sentences import marks_zh
from lifecircle.terms.errors import InputError


def _read(pack: str, rule: str, day: date) -> tuple[Pack, Rule]:
    found = rule_of(pack, rule, day)
    if found is None:
        raise unseen()
    return found


def rules(request: HttpRequest) -> HttpResponse:
    """List the rules of a pack as they are read today."""
    every, today = list(offered().values()), timezone.localdate()
    form = RulesForm(every, request.GET or None)
    asked = request.GET.get("pack", "")
    pack = interpreted(next((one for one in every if one.id == asked), every[0]), today)
    rows = [
        (rule, reads(pack, rule), marks_zh(pack, rule)) for rule in pack.in_force(today)
    ]  # fmt: skip
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "assessments/rules.html", {"form": form, "pack": pack, "page": page})


def rule(request: HttpRequest, pack: str, rule: str) -> HttpResponse:
    """Show a rule: its clause verbatim, its reading, who reads it otherwise, for whom excused."""
    actor, today = actor_of(request), timezone.localdate()
    read, own = _read(pack, rule, today)
    printed = printed_rule_of(pack, rule, today)
    excused = Waiver.objects.visible_to(actor).filter(pack=pack, rule=rule).select_related("area")
    changed = Interpretation.objects.visible_to(actor).filter(pack=pack, rule=rule)
    page = Paginator(excused, ROWS).get_page(request.GET.get("page"))
    free = open_fields(printed[1]) if printed else []
    city = the_city()
    given = {
        "pack": read, "rule": own, "reads": reads(read, own), "inferred": read.inferred_of(own),
        "interpretations": [
            (one, change_said(*printed, one.change) if printed else "") for one in changed
        ],
        "may_end": actor.may(EXCUSE), "page": page, "open": free,
        "may_interpret": actor.may(INTERPRET, city.path if city else ""),
        "may_excuse": own.strength in WAIVABLE and own.subject == "community"
        and actor.may(EXCUSE),
    }  # fmt: skip
    return render(request, "assessments/rule.html", given)


def waivers(request: HttpRequest) -> HttpResponse:
    """List the excuses of one's areas."""
    rows = Waiver.objects.visible_to(actor_of(request)).select_related("area")
    state = request.GET.get("state", "")
    if state in ("open", "ended"):
        rows = rows.filter(ended_on__isnull=state == "open")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    may_end = actor_of(request).may(EXCUSE)
    return render(
        request, "assessments/waivers.html", {"page": page, "state": state, "may_end": may_end}
    )


def excusing(request: HttpRequest, pack: str, rule: str) -> HttpResponse:
    """Excuse a soft rule for a community."""
    actor = actor_of(request)
    read, own = _read(pack, rule, timezone.localdate())
    initial = {"area": request.GET.get("area", "")}
    form = ExcuseForm(actor, request.POST or None, initial=initial)
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            excuse(actor, read, own, told.pop("area"), **told)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记豁免，下一次评估起生效"))
            return redirect("assessments:rule", pack, rule)
    return _form(request, form, _("豁免一个社区"), read, own)


def interpreting(request: HttpRequest, pack: str, rule: str) -> HttpResponse:
    """Read an inferred reading of a rule otherwise."""
    actor, city = actor_of(request), the_city()
    actor.require(INTERPRET, city.path if city else "")
    found = printed_rule_of(pack, rule, timezone.localdate())
    if found is None:
        raise unseen()
    read, own = found
    form = InterpretForm(read, own, request.GET.get("measure", ""), request.POST or None)
    would = ""
    if form.is_valid():
        try:
            if LOOK in form.data:
                would = reads(read, read_as(read, own, form.change()))
            else:
                told = {name: form.cleaned_data[name] for name in ("by", "on", "reason")}
                interpret(actor, read, own, form.change(), **told)
                messages.success(request, _("已登记解读，下一次评估起生效"))
                return redirect("assessments:rule", pack, rule)
        except (Refused, InputError) as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, _("；").join(str(one["msg"]) for one in error.errors()))
    given = {
        "form": form, "heading": _("改变推定的解读"), "pack": read, "rule": own, "would": would,
        "reads": reads(read, own),
    }  # fmt: skip
    return render(request, "assessments/interpret.html", given)


def ending_waiver(request: HttpRequest, key: int) -> HttpResponse:
    """End an excuse."""
    return _ending(request, Waiver.objects.visible_to(actor_of(request), EXCUSE), key)


def ending_interpretation(request: HttpRequest, key: int) -> HttpResponse:
    """End an interpretation."""
    actor, city = actor_of(request), the_city()
    actor.require(INTERPRET, city.path if city else "")
    return _ending(request, Interpretation.objects.visible_to(actor, INTERPRET), key)


def _ending(request: HttpRequest, rows: Any, key: int) -> HttpResponse:
    decided: Deciding | None = rows.filter(pk=key).first()
    if decided is None:
        raise unseen()
    form = EndForm(request.POST or None)
    if form.is_valid():
        end(actor_of(request), decided, **form.cleaned_data)
        messages.success(request, _("已停止，历史仍可查"))
        return redirect("assessments:rule", decided.pack, decided.rule)
    pack, rule = rule_of(decided.pack, decided.rule, timezone.localdate()) or (None, None)
    heading = _("停止豁免") if isinstance(decided, Waiver) else _("停止这项解读")
    return _form(request, form, heading, pack, rule, decided)


def _form(
    request: HttpRequest,
    form: Any,
    heading: str,
    pack: Pack | None,
    rule: Rule | None,
    decided: Deciding | None = None,
) -> HttpResponse:
    given = {"form": form, "heading": heading, "pack": pack, "rule": rule, "decided": decided}
    return render(request, "assessments/form.html", given)
