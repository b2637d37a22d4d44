"""Says on one page what is planned, why, for whom, and what is left."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence

from lifecircle.assess.ground import Ground
from lifecircle.place.tables import City
from lifecircle.plan.community_plans import Project, Site, why_open
from lifecircle.plan.deciding import Loss
from lifecircle.plan.model.alternatives import difference
from lifecircle.plan.model.outcome import Aim, Plan
from lifecircle.plan.model.solving import Status
from lifecircle.plan.planning import Planned, Worked
from lifecircle.plan.proposal import Proposal
from lifecircle.policy.models import Pack
from lifecircle.publish.audit import html_table
from lifecircle.publish.charts.bars import units_compared
from lifecircle.publish.charts.gathered import change_of, met_before
from lifecircle.publish.charts.shown import figure
from lifecircle.publish.plain_page import plain_page
from lifecircle.publish.planning.columns import loss_of
from lifecircle.publish.planning.communities import completeness_zh, content_zh, schedule_zh
from lifecircle.publish.planning.words import (
    OPEN_ZH,
    class_zh,
    code_zh,
    minutes_text,
    space_zh,
    wan_text,
)
from lifecircle.publish.sentences import marks_zh
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

_PLANS_ZH = (
    "方案",
    "新服务的人",
    "离最好还差",
    "花费（万元）",
    "处数",
    "与推荐方案不同的花费",
    "求解",
)
_ACTIONS_ZH = (
    "社区", "空间", "建什么", "方式", "建筑面积（平方米）", "花费（万元）", "开工、具备运营条件",
    "谁得到", "少了它", "先办",
)  # fmt: skip
_CLASSES_ZH = ("优先类", "缺口", "缺的人", "推荐方案补上", "推荐方案新服务的人")
_WHY_ZH = ("没有补上的原因", "缺口", "缺的人")
_CLAIMS_ZH = ("小区", "许可建什么", "许可（平方米）", "现状", "先后办法", "能补的缺口")
_PLANS_OF_ZH = ("社区", "建设目标", "建设内容", "建设方式", "建设时限", "先追回", "是否完整")


def plan_page(ground: Ground, planned: Planned) -> str:
    """Return the page without scripts."""
    city = ground.city
    sections = list(_sections(ground, planned))
    links = "".join(f'<a href="#s{at}">{title}</a>' for at, (title, _) in enumerate(sections))
    body = "".join(
        f'<section id="s{at}"><h2>{title}</h2>{content}</section>'
        for at, (title, content) in enumerate(sections)
    )
    said = f'<p class="verdict">{html.escape(headline(planned))}。</p><nav>{links}</nav>{body}'
    title = f"{city.title} 补缺规划：{planned.proposal.pack.header.title.zh}"
    return plain_page(title, said, simulated=city.simulated)


def headline(planned: Planned) -> str:
    """Say in a sentence what the recommended plan does."""
    gaps = [need for need in planned.proposal.needs if need.state == "gap"]
    if not gaps:
        return "没有评估出缺口，不需要规划"
    if not planned.plans:
        return f"{len(gaps):,}项缺口，一项也没有排上：{_why_none(planned)}"
    best = planned.plans[0]
    served = int(best.plan.served.sum())
    return (
        f"{len(gaps):,}项缺口，推荐方案用{wan_text(int(best.plan.cost_yuan.sum()))}万元"
        f"在{len(best.sites)}处建{len(best.plan.chosen)}项设施，补上{len(best.filled)}项，"
        f"新服务{served:,}人次（一人缺几项记几次）；"
        f"{gap_zh(planned.proposal.pack, best.plan)}"
    )


def _why_none(planned: Planned) -> str:
    """Say why no gap is planned for, the commonest reason first."""
    reached = planned.proposal.reached
    counts = Counter(
        why_open(need, reached=at in reached)
        for at, need in enumerate(planned.proposal.needs)
        if need.state == "gap"
    )
    return "；".join(f"{count:,}项{OPEN_ZH[why]}" for why, count in counts.most_common())


def gap_zh(pack: Pack, plan: Plan) -> str:
    """Say how far a plan can be from the best there is, by the first class that is not proved."""
    if plan.gap == 0.0:
        return "已证明没有服务更多人的方案"
    people = [stage for stage in plan.stages if stage.aim is not Aim.COST]
    open_ = next(stage for stage in people if stage.gap > 0)
    most = f"至多再多{open_.bound - open_.value:,}人"
    if len(people) == 1:
        return f"最好的方案{most}"
    proved = "前面各类已证明最好；" if open_ is not people[0] else ""
    return f"{proved}{class_zh(pack, open_.priority or 0)}{most}"


def _sections(ground: Ground, planned: Planned) -> Iterator[tuple[str, str]]:
    city, proposal = ground.city, planned.proposal
    yield "按优先次序", html_table(_CLASSES_ZH, _classes(planned)) + _order(proposal)
    if proposal.owed:
        yield "先追回：许可与现状不符", _claims(proposal)
    if planned.plans:
        yield "方案比较", html_table(_PLANS_ZH, list(_plans(planned))) + _ended(planned)
        yield "推荐方案做什么", html_table(_ACTIONS_ZH, list(_actions(city, planned)))
        yield "建成以前和以后", _changes(city, planned)
        yield "各区县、开发区", _units(city, planned)
        yield "一社区一策（推荐方案）", _communities(city, planned)
    yield "没有补上的", html_table(_WHY_ZH, list(_left(planned)))
    yield "怎么读", _reading()


def _classes(planned: Planned) -> list[tuple[str, ...]]:
    proposal = planned.proposal
    rows: list[tuple[str, ...]] = []
    filled: frozenset[tuple[str, str]] = frozenset()
    served: Counter[int] = Counter()
    if planned.plans:
        best = planned.plans[0]
        filled = best.filled
        asked = proposal.offers.asked
        for demand, people in enumerate(best.plan.served.tolist()):
            served[proposal.needs[int(asked.need[demand])].priority] += people
    gaps = [need for need in proposal.needs if need.state == "gap"]
    for priority in sorted({need.priority for need in gaps}):
        own = [need for need in gaps if need.priority == priority]
        done = sum((need.subject, need.rule.id) in filled for need in own)
        people = sum(need.people or 0 for need in own)
        title = class_zh(proposal.pack, priority)
        rows.append((title, f"{len(own):,}", f"{people:,}", f"{done:,}", f"{served[priority]:,}"))
    return rows


def _order(proposal: Proposal) -> str:
    """Say the precedences that held, with their clauses, and how often they decided."""
    counts = Counter(one.precedence.id for one in proposal.yielded)
    said = []
    for one in proposal.pack.planning.precedence:
        marks = "（推定）" if one.inferred else ""
        count = counts.get(one.id, 0)
        decided = f"{count:,}项做法让位" if count else "没有做法因此让位"
        if one.id in proposal.wishes.set_aside:
            decided = "这次不照办"
        said.append(
            f"<li>{html.escape(one.title.zh)}{marks}：{decided}。"
            f"{html.escape(one.clause.where)}“{html.escape(one.clause.quote)}”</li>"
        )
    return f"<h3>先后</h3><ul>{''.join(said)}</ul>" if said else ""


def _claims(proposal: Proposal) -> str:
    """List the claims that would fill a gap; count the others."""
    titles = {rule.id: rule.title.zh for rule in proposal.pack.rules}
    filling = [one for one in proposal.owed if one.fills]
    rows = [
        (
            one.permit.estate,
            names_zh((one.permit.category,)),
            "" if one.permit.permitted_m2 is None else f"{one.permit.permitted_m2:g}",
            code_zh("permit_state", one.permit.actual),
            "、".join(code_zh("claim_remedy", code) for code in one.remedies)
            + ("（推定）" if one.statement.inferred else ""),
            "、".join(titles[rule] for _, rule in one.fills),
        )
        for one in filling
    ]
    left = len(proposal.owed) - len(filling)
    also = (
        f"<p>另有{left:,}处许可与现状不符，不在缺口上，也要追回，见 claims.csv。</p>"
        if left
        else ""
    )
    return (html_table(_CLAIMS_ZH, rows) if rows else "") + also


def _plans(planned: Planned) -> Iterator[tuple[str, ...]]:
    problem = planned.proposal.problem
    assert problem is not None
    best = planned.plans[0].plan
    for number, worked in enumerate(planned.plans, start=1):
        plan = worked.plan
        by_class = "；".join(
            f"{class_zh(planned.proposal.pack, stage.priority or 0)}{stage.value:,}人"
            for stage in plan.stages
            if stage.aim is not Aim.COST
        )
        share = "" if number == 1 else f"{difference(problem, best, plan):.0%}"
        years = "、".join(
            f"{row.year}年{wan_text(int(yuan))}"
            for row, yuan in zip(planned.proposal.money, plan.cost_yuan, strict=True)
        )
        yield (
            "推荐" if number == 1 else f"备选{number - 1}",
            by_class,
            gap_zh(planned.proposal.pack, plan),
            f"{wan_text(int(plan.cost_yuan.sum()))}（{years}）",
            f"{len(worked.sites)}处{len(plan.chosen)}项",
            share,
            plan.status.words,
        )


def _ended(planned: Planned) -> str:
    """Say why there are no more plans."""
    assert planned.decision is not None
    if not planned.decision.exact:
        return "<p>规模大，用启发式求解，上界由拉格朗日松弛给出；没有另找备选方案。</p>"
    if planned.decision.ended is Status.INFEASIBLE:
        return "<p>已证明没有别的方案既差不多好、又有三成花费不同。</p>"
    if planned.decision.ended is Status.OPTIMAL:
        return ""
    return f"<p>备选方案没有找完（{planned.decision.ended.words}）。</p>"


def _actions(city: City, planned: Planned) -> Iterator[tuple[str, ...]]:
    best = planned.plans[0]
    years = [row.year for row in planned.proposal.money]
    for site in best.sites:
        space = city.spaces[site.space]
        for place, project in enumerate(site.projects):
            hold = site.hold_yuan if place == 0 else 0
            also = f"（另整处{wan_text(hold)}）" if hold else ""
            yield (
                city.communities.name[space.community],
                space_zh(city, site.space),
                names_zh((project.standard.category,)),
                code_zh("build_mode", site.way.mode) + ("（推定）" if site.way.assumed else ""),
                f"{project.offer.floor_m2:g}",
                f"{wan_text(project.yuan)}{also}",
                schedule_zh(Site(site.space, site.way, 0, (project,)), years),
                _gainers(planned, best, project),
                loss_zh(planned.proposal.pack, loss_of(best, project)),
                "；".join(site.way.caveats) if place == 0 else "",
            )


def _gainers(planned: Planned, worked: Worked, project: Project) -> str:
    said = []
    for gain in worked.gains:
        if gain.action != project.action:
            continue
        before, after = minutes_text(gain.before_min), minutes_text(gain.after_min)
        walked = f"，步行{before}→{after}分钟" if before and after else ""
        marks = marks_zh(planned.proposal.pack, gain.need.rule)
        then = word("verdict", gain.after.verdict)
        said.append(
            f"{gain.people:,}人{walked}；{gain.need.rule.title.zh}"
            f"{f'（{marks}）' if marks else ''}{then}"
        )
    return "。".join(said)


def loss_zh(pack: Pack, loss: Loss | None) -> str:
    """Say what is lost without an action."""
    if loss is None:
        return "没有重算"
    if loss.status is None:
        return "没有它就没有可行方案"
    most = "" if loss.status is Status.OPTIMAL else "至多"
    if loss.first is not None and loss.first[1] > 0:
        return f"{most}少服务{loss.first[1]:,}人（{class_zh(pack, loss.first[0])}）"
    if loss.yuan > 0:
        return f"{most}多花{wan_text(loss.yuan)}万元"
    return "可以由别的替代"


def _changes(city: City, planned: Planned) -> str:
    """Return how many meet each rule today and once the recommended plan is built."""
    promise = planned.plans[0].promise
    chart = change_of(city, met_before(promise.assessment, promise.turned), promise.assessment)
    if chart is None:
        return "<p>没有一条规则达标的对象增减；缺的人少了多少，见下面各表。</p>"
    return figure(chart, "changes", folded=False)


def _units(city: City, planned: Planned) -> str:
    """Return who is short and who is newly served of each unit, drawn and as a table."""
    proposal, best = planned.proposal, planned.plans[0]
    assert proposal.problem is not None
    demands = proposal.problem.demands
    units = []
    for number, unit in enumerate(proposal.units):
        inside = demands.unit == number
        short, served = int(demands.people[inside].sum()), int(best.plan.served[inside].sum())
        units.append((unit or "（未写区县）", short, served))
    title = "各区县、开发区缺的人和推荐方案新服务的人"
    chart = units_compared(title, units, simulated=city.simulated)
    return figure(chart, "units", folded=False)


def _communities(city: City, planned: Planned) -> str:
    best = planned.plans[0]
    years = [row.year for row in planned.proposal.money]
    rows = []
    idle = 0
    for own in best.communities:
        if not own.sites and not own.goals and not own.owed:
            idle += 1
            continue
        rows.append((
            city.communities.name[own.community],
            "；".join(need.rule.title.zh for need in own.goals),
            "；".join(content_zh(city, site) for site in own.sites),
            "；".join(dict.fromkeys(code_zh("build_mode", s.way.mode) for s in own.sites)),
            "；".join(schedule_zh(site, years) for site in own.sites),
            "；".join(f"{one.permit.estate}{names_zh((one.permit.category,))}" for one in own.owed),
            completeness_zh(own),
        ))  # fmt: skip
    also = f"<p>另有{idle}个社区有缺口而本期没有项目，见 communities.csv。</p>" if idle else ""
    return html_table(_PLANS_OF_ZH, rows) + also


def _left(planned: Planned) -> Iterator[tuple[str, ...]]:
    """Count the needs that the recommended plan leaves, by why."""
    counts: Counter[str] = Counter()
    people: Counter[str] = Counter()
    reached = planned.proposal.reached
    filled = planned.plans[0].filled if planned.plans else frozenset()
    for at, need in enumerate(planned.proposal.needs):
        if (need.subject, need.rule.id) in filled or need.state == "asked for":
            continue
        why = why_open(need, reached=at in reached)
        counts[why] += 1
        people[why] += need.people or 0
    for why, count in counts.most_common():
        yield OPEN_ZH[why], f"{count:,}", f"{people[why]:,}" if people[why] else ""


def _reading() -> str:
    said: Sequence[str] = (
        "先照优先类的次序服务最多的人，再少花钱；钱数、处数一样时先做早的、编号小的。",
        "一处空间只用一种方式，几项功能合用它的建筑面积；当年预算当年用，不结转。",
        "“谁得到”只算今天缺、方案补上的人；几项都惠及同一批人时各记一次。",
        "步行分钟是这些人里一半人走到最近一处的时间，从今天到建成之后。",
        "“少了它”是去掉这一项重新求解，不是把它从方案里划掉。",
        "结论是把 facilities.csv 并入今天的资料重新评估得到的；开工、完工按各表所填工期推算。",
        "空间没有写可用建设方式的，按空间类型的通常做法，记为推定。",
    )
    return f"<ul>{''.join(f'<li>{html.escape(one)}</li>' for one in said)}</ul>"
