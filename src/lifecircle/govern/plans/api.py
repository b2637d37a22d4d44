"""The part of the API that is of plans."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from lifecircle.govern.assessments.queries import run_seen
from lifecircle.govern.paging import LARGEST, Newest
from lifecircle.govern.plans.forms import MOST_S
from lifecircle.govern.plans.models import Plan, PlanAction
from lifecircle.govern.plans.queries import actions, plan_seen, plans
from lifecircle.govern.plans.services import ask
from lifecircle.govern.plans.views import actor_of, shown_of
from lifecircle.govern.plans.wishing import MOST_YUAN, Asked
from lifecircle.govern.refused import Refused
from lifecircle.plan.wishes import Decided, Wishes
from lifecircle.publish.planning.writing import MOST_PLANS
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

router = Router(tags=["plans"])
Short = Annotated[str, Field(max_length=100)]


class Year(Schema):
    """Money of a year, in yuan."""

    year: Annotated[int, Field(ge=2000, le=2099)]
    yuan: Annotated[int, Field(ge=0, le=MOST_YUAN)]


class DecidedAsk(Schema):
    """A facility that every plan has; ``category`` and ``mode`` are codes."""

    space: Short
    category: Short
    year: Annotated[int, Field(ge=2000, le=2099)]
    mode: Short = ""


class PlanAsk(Schema):
    """What plan is asked for; an empty budget is that of the office's form."""

    run: Annotated[int, Field(ge=1, le=LARGEST)]
    pack: Short
    title: Annotated[str, Field(max_length=200)] = ""
    budget: Annotated[list[Year], Field(max_length=50)] = []
    least_share: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    decided: Annotated[list[DecidedAsk], Field(max_length=500)] = []
    set_aside: Annotated[list[Short], Field(max_length=50)] = []
    not_use: Annotated[list[Short], Field(max_length=5000)] = []
    plans: Annotated[int, Field(ge=1, le=MOST_PLANS)] = 3
    seconds: Annotated[float, Field(ge=1, le=MOST_S)] = 60.0
    explain_seconds: Annotated[float, Field(ge=0, le=MOST_S)] = 60.0
    gap: Annotated[float, Field(ge=0, le=1)] = 0.0

    def asked(self) -> Asked:
        """Return it as services take it; raises Refused for a code that is not known."""
        modes = {"", *code_sets()["build_mode"]}
        for one in self.decided:
            if one.category not in categories() or one.mode not in modes:
                raise Refused(_("没有这个类别或建设方式"), remedy=_("用代码表里的代码"))
        decided = tuple(Decided(**one.dict()) for one in self.decided)
        wishes = Wishes(self.least_share, tuple(self.set_aside), decided, tuple(self.not_use))
        years = {one.year: one.yuan for one in self.budget}
        budget = tuple(sorted(years.items()))
        return Asked(
            budget, wishes, self.plans, self.seconds, self.explain_seconds, self.gap
        )  # fmt: skip


class PlanRow(Schema):
    """A plan; ``doing`` is the stage that it is at, or why it broke off."""

    id: int
    title: str
    run: int
    pack: str
    state: str
    simulated: bool
    chosen: int
    sha256: str
    asked_at: datetime
    done_at: datetime | None
    percent: int
    doing: str

    @classmethod
    def of(cls, plan: Plan) -> PlanRow:
        """Return a plan as the API tells it."""
        names = ("pack", "state", "simulated", "chosen", "sha256", "asked_at", "done_at")
        return cls(
            id=plan.pk, title=str(plan), run=plan.run_id,
            percent=plan.job.percent if plan.job else 0, doing=plan.job.said if plan.job else "",
            **{name: getattr(plan, name) for name in names},
        )  # fmt: skip


class PlanRows(Schema):
    """A page of plans, the newest first; ``next`` is what to give as ``before`` for the next."""

    items: list[PlanRow]
    next: int | None


class PlanWhole(PlanRow):
    """A plan with what was asked for, its headline and what is told of each alternative."""

    wishes: dict[str, Any]
    effort: dict[str, Any]
    headline: str
    alternatives: list[dict[str, Any]]


class ActionRow(Schema):
    """A facility that an alternative builds; ``said`` is its row, ``gains`` tell for whom."""

    id: int
    alternative: int
    number: int
    area: str
    said: dict[str, Any]
    gains: list[dict[str, Any]]

    @classmethod
    def of(cls, one: PlanAction) -> ActionRow:
        """Return an action as the API tells it."""
        names = ("alternative", "number", "said", "gains")
        own = {name: getattr(one, name) for name in names}
        return cls(id=one.pk, area=one.area.code or str(one.area_id), **own)


@router.get("plans", response=PlanRows, url_name="plan_list")
def plan_list(request: HttpRequest, asked: Query[Newest]) -> PlanRows:
    """List the plans, the newest first."""
    held, more = asked.of(plans(actor_of(request)))
    return PlanRows(items=[PlanRow.of(one) for one in held], next=more)


@router.post("plans", response={201: PlanRow}, url_name="plan_list")
def plan_ask(request: HttpRequest, given: PlanAsk) -> Any:
    """Ask for a plan; it is made in the background."""
    actor = actor_of(request)
    run = run_seen(actor, given.run, done=True)
    made = ask(actor, run, given.pack, given.asked(), title=given.title)
    return Status(201, PlanRow.of(made))


@router.get("plans/{int:number}", response=PlanWhole, url_name="plan")
def plan_one(request: HttpRequest, number: int) -> PlanWhole:
    """Tell of one plan."""
    plan = plan_seen(actor_of(request), number)
    return PlanWhole(
        **PlanRow.of(plan).dict(), wishes=plan.wishes, effort=plan.effort,
        headline=plan.said.get("headline", ""), alternatives=plan.alternatives,
    )  # fmt: skip


@router.get("plans/{int:number}/actions", response=list[ActionRow], url_name="plan_actions")
def plan_actions(
    request: HttpRequest,
    number: int,
    alternative: Annotated[int, Field(ge=1, le=MOST_PLANS)] | None = None,
    page: Annotated[int, Field(ge=1, le=100_000)] = 1,
) -> list[ActionRow]:
    """List what an alternative builds in one's own areas, 200 a page; the chosen one by default."""
    actor = actor_of(request)
    plan = plan_seen(actor, number)
    rows = actions(actor, plan, shown_of(plan, str(alternative or "")))
    start = (page - 1) * 200
    return [ActionRow.of(one) for one in rows[start : start + 200]]
