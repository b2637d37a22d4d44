"""The part of the API that is of assessments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from lifecircle.assess.profiles import WALKERS
from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.assessments.comparing import ask_comparison, compared, general, shown
from lifecircle.govern.assessments.models import Comparison, Difference, Finding, Run
from lifecircle.govern.assessments.queries import Wanted, findings, run_seen, runs
from lifecircle.govern.assessments.services import ask
from lifecircle.govern.assessments.views import actor_of
from lifecircle.govern.days import Day
from lifecircle.govern.jobs.models import State
from lifecircle.govern.paging import LARGEST, Newest, leaf
from lifecircle.govern.refused import Refused

router = Router(tags=["assessments"])
MOST, MOST_PAGE = 500, 100_000
UNASKED = "unasked"


class RunAsk(Schema):
    """What run is asked for: packs by name, a day, a tree, boundaries, walkers beside."""

    packs: Annotated[list[str], Field(min_length=1, max_length=20)]
    as_of: Day
    tree: Literal["administrative", "managing"] = "managing"
    boundaries: Literal["then", "today"] = "then"
    profiles: list[str] = []
    title: Annotated[str, Field(max_length=200)] = ""


class RunRow(Schema):
    """A run; ``doing`` is the stage that it is at, or why it broke off."""

    id: int
    title: str
    packs: list[str]
    as_of: Day
    tree: str
    boundaries: str
    profiles: list[str]
    state: str
    simulated: bool
    sha256: str
    asked_at: datetime
    done_at: datetime | None
    percent: int
    doing: str

    @classmethod
    def of(cls, run: Run) -> RunRow:
        """Return a run as the API tells it."""
        names = (
            "packs", "as_of", "tree", "boundaries", "profiles", "state", "simulated", "sha256",
            "asked_at", "done_at",
        )  # fmt: skip
        return cls(
            id=run.pk, title=str(run), percent=run.job.percent if run.job else 0,
            doing=run.job.said if run.job else "", **{name: getattr(run, name) for name in names},
        )  # fmt: skip


class RunRows(Schema):
    """A page of runs, the newest first; ``next`` is what to give as ``before`` for the next."""

    items: list[RunRow]
    next: int | None


class RunWhole(RunRow):
    """A run with the manifest of each pack, by its id; whoever sees the whole city gets it."""

    manifest: dict[str, Any]


class FindingsAsked(Schema):
    """Filters of findings; ``after`` is the last ``id`` of the page before."""

    q: str = ""
    area: str = ""
    pack: str = ""
    rule: str = ""
    reading: str = ""
    verdict: str = ""
    strength: str = ""
    profile: str = ""
    waived: bool = False
    after: int = Field(0, ge=0, le=2**63 - 1)
    limit: int = Field(50, ge=1, le=MOST)


class FindingRow(Schema):
    """A finding; ``said`` is all of its content, in words and figures."""

    id: int
    pack: str
    rule: str
    title: str
    reading: str
    profile: str
    subject_level: str
    subject: str
    subject_name: str
    area: str
    verdict: str
    due: str
    strength: str
    waived: bool
    people_affected: int | None
    said: dict[str, Any]

    @classmethod
    def of(cls, run: Run, one: Finding) -> FindingRow:
        """Return a finding as the API tells it."""
        made = ("id", "title", "area")
        own = {name: getattr(one, name) for name in cls.model_fields if name not in made}
        title = run.title_of(one.pack, one.rule)
        return cls(id=one.pk, title=title, area=one.area.code or str(one.area_id), **own)


class FindingRows(Schema):
    """A page of findings; ``next`` is what to give as ``after`` for the next, None at the end."""

    items: list[FindingRow]
    next: int | None


class CauseRow(Schema):
    """Why a verdict changed, and the rows that explain it, each with its page and who did it."""

    says: str
    rows: list[dict[str, str]]


class ChangeRow(Schema):
    """A verdict that changed, before and after."""

    kind: str
    subject_level: str
    subject: str
    subject_name: str
    rule: str
    reading: str
    verdict: list[str]
    observed: list[str]
    causes: list[CauseRow]


PLAIN = ("kind", "subject_level", "subject", "subject_name", "rule", "reading")


class CompareAsk(Schema):
    """With which earlier run a run is compared, and by which pack of both."""

    before: Annotated[int, Field(ge=1, le=LARGEST)]
    pack: Annotated[str, Field(max_length=64)]


class Compared(Schema):
    """What changed since an earlier run, 50 changes a page, once ``state`` is done.

    ``state`` is unasked before anybody asked (by POST to the same address), then that of the job:
    waiting, running, done, failed or stopped. ``percent`` says how far it is.
    """

    state: str
    percent: int = 0
    general: list[str]
    count: int
    changes: list[ChangeRow]


@router.get("runs", response=RunRows, url_name="run_list")
def run_list(request: HttpRequest, asked: Query[Newest]) -> RunRows:
    """List the runs, the newest first."""
    held, more = asked.of(runs(actor_of(request)))
    return RunRows(items=[RunRow.of(one) for one in held], next=more)


@router.post("runs", response={201: RunRow}, url_name="run_list")
def run_ask(request: HttpRequest, given: RunAsk) -> Any:
    """Ask for a run; it is reckoned in the background."""
    unknown = [name for name in given.profiles if name not in WALKERS]
    if unknown:
        raise Refused(_("没有这样的步行者"), remedy=_("从%s里选") % "、".join(WALKERS))
    told = given.dict()
    made = ask(actor_of(request), told.pop("packs"), told.pop("as_of"), **told)
    return Status(201, RunRow.of(made))


@router.get("runs/{int:number}", response=RunWhole, url_name="run")
def run_one(request: HttpRequest, number: int) -> RunWhole:
    """Tell of one run."""
    actor = actor_of(request)
    run = run_seen(actor, number)
    whole = actor.may("assessment.view", run.city.path)
    return RunWhole(**RunRow.of(run).dict(), manifest=run.manifest if whole else {})


@router.get("runs/{int:number}/findings", response=FindingRows, url_name="run_findings")
def run_findings(request: HttpRequest, number: int, asked: Query[FindingsAsked]) -> FindingRows:
    """List the findings of a run in one's own areas."""
    actor = actor_of(request)
    run = run_seen(actor, number, done=True)
    told = asked.dict(exclude={"after", "limit", "q"})
    rows = findings(actor, run, Wanted(text=asked.q, **told)).filter(pk__gt=asked.after)
    held, more = leaf(rows.select_related("area"), asked.limit)
    return FindingRows(items=[FindingRow.of(run, one) for one in held], next=more)


@router.get("runs/{int:number}/compare", response=Compared, url_name="run_compare")
def run_compare(
    request: HttpRequest, number: int, before: int, pack: str, page: int = 1
) -> Compared:  # fmt: skip
    """Tell what changed since an earlier run, in one's own areas, and through which record."""
    actor = actor_of(request)
    after, earlier = _both(actor, number, before, pack)
    both = compared(actor, earlier, after, pack)
    if both is None or both.done_at is None:
        return _not_yet(both)
    rows = Difference.objects.filter(comparison=both).visible_to(actor).order_by("pk")
    start = (min(max(page, 1), MOST_PAGE) - 1) * 50
    changes = [
        ChangeRow(
            **{name: one.change[name] for name in PLAIN},
            verdict=one.change["verdict"], observed=one.change["observed"],
            causes=[CauseRow(says=says, rows=[vars(row) for row in rows])
                    for says, rows in one.causes],
        )
        for one in shown(actor, list(rows[start : start + 50]), (earlier, after), pack)
    ]  # fmt: skip
    return Compared(
        state=State.DONE, percent=100, general=general(actor, both), count=rows.count(),
        changes=changes,
    )  # fmt: skip


@router.post("runs/{int:number}/compare", response={202: Compared}, url_name="run_compare")
def run_compare_ask(request: HttpRequest, number: int, given: CompareAsk) -> Any:
    """Ask what changed since an earlier run; it is compared in the background, once."""
    actor = actor_of(request)
    after, earlier = _both(actor, number, given.before, given.pack)
    return Status(202, _not_yet(ask_comparison(actor, earlier, after, given.pack)))


def _both(actor: Actor, number: int, before: int, pack: str) -> tuple[Run, Run]:
    after, earlier = (run_seen(actor, one, done=True) for one in (number, before))
    if pack not in after.manifest or pack not in earlier.manifest:
        raise unseen()
    return after, earlier


def _not_yet(both: Comparison | None) -> Compared:
    job = both.job if both else None
    told = {"state": job.state, "percent": job.percent} if job else {"state": UNASKED}
    return Compared(**told, general=[], count=0, changes=[])
