"""Reads the register of changes of areas, and holds every row against the trees of its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from lifecircle.place.area_changes import LEVELS, AreaChange, Event, events
from lifecircle.place.areas.succession import BETWEEN, Trees, plain, undone, went_over
from lifecircle.place.forms.columns import SEVERAL, Columns, Headers
from lifecircle.place.kept_areas import KeptAreas
from lifecircle.place.layers import VectorLayer
from lifecircle.place.tables import Communities, Doubt
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, raise_all

NEEDED = ("changed_on", "kind", "level", "source", "target")
EXACT = 10**9
"""Shares are read to the ninth decimal: what a cell shows as 0.3 is three tenths."""

Problem = tuple[AreaChange, str, str]
"""A row, what is wrong with it, and how to mend it."""


def read_changes(
    layers: list[VectorLayer],
    communities: Communities,
    headers: Headers,
    as_of: date | None,
    kept: KeptAreas | None = None,
) -> tuple[tuple[AreaChange, ...], list[Doubt]]:
    """Return the changes in order of time, with those on record, and what is doubtful.

    A change may not lie after today or, where that is later, the day of assessment. Raises
    InputError with the faults of all sheets; rows are held against the trees only when each can be
    read.
    """
    latest = max(date.today(), as_of or date.min)
    faults: list[Fault] = []
    doubts: list[Doubt] = []
    rows: list[AreaChange] = []
    for layer in layers:
        columns = Columns(layer, "area_changes", headers)
        rows += _rows(columns, latest)
        faults += columns.faults
        doubts += [Doubt(doubt, frozenset()) for doubt in columns.doubts]
    raise_all(faults, (doubt.fault for doubt in doubts))
    if kept is not None:
        rows = [now for row in rows if (now := kept.as_now(row)) is not None]
        rows += kept.changes()
    found = events(rows)
    problems = problems_of(found, communities)
    raise_all((_fault(*problem) for problem in problems), (doubt.fault for doubt in doubts))
    return tuple(row for event in found for row in event.rows), doubts


def problems_of(found: tuple[Event, ...], communities: Communities) -> list[Problem]:
    """Return what is wrong with events in order of time, given the communities of today."""
    alone = [*_alone(found), *_on_one_day(found)]
    return alone or [*_against_trees(found, communities)]


def _fault(row: AreaChange, reason: str, remedy: str) -> Fault:
    spot = row.spot
    return Fault(reason, spot.file, spot.place, remedy, "area-change", spot)


def _rows(columns: Columns, latest: date) -> Iterator[AreaChange]:
    """Yield the rows that can be read; the others are faults of ``columns``."""
    there = [columns.require(name, columns.form.columns[name].zh) for name in NEEDED]
    if not all(there):
        return
    read = [columns.values("changed_on"), columns.words("kind"), columns.words("level")]
    read += [columns.texts("source"), columns.texts("target")]
    cells = zip(*read, strict=True)
    shares, members = columns.values("share"), columns.texts("members")
    basis = columns.texts("basis")
    faulty = {fault.spot.row for fault in columns.faults if fault.spot}
    for at, (on, kind, level, source, target) in enumerate(cells):
        spot = columns.layer.spot(at + 1, columns.header("source"))
        if spot.row in faulty:
            continue
        missing = [
            columns.form.columns[name].zh
            for name, cell in zip(NEEDED, (on, kind, level, source, target), strict=True)
            if not cell
        ]
        if missing:
            columns.fault(f"没有写{'、'.join(missing)}", at + 1, "补上", code="no-value")
        elif on > latest:
            reason = f"生效日期 {on} 还没有到"
            columns.fault(reason, at + 1, "生效以后再登记，或改正日期", "changed_on", "future-date")
        elif level not in LEVELS:
            columns.fault("级别应为社区、镇街或区县", at + 1, "改正", "level")
        else:
            named = tuple(part for part in SEVERAL.split(members[at]) if part)
            part = shares[at]
            share = None if part is None else Fraction(part).limit_denominator(EXACT)
            yield AreaChange(on, kind, level, source, target, named, share, basis[at], spot)


def _alone(found: Iterable[Event]) -> Iterator[Problem]:
    """Yield what is wrong with single events, whatever the trees."""
    for event in found:
        yield from _shape(event)
        yield from _shares(event)


def _shape(event: Event) -> Iterator[Problem]:
    """Yield what a kind of change cannot be."""
    first = event.rows[0]
    if event.kind in ("move", "hand_over"):
        yield from _moves(event)
    if event.kind in ("rename", "move", "hand_over") and first.source == first.target:
        yield first, f"“原”和“现”都是 {first.source}", "改正其中一个"
    if event.kind == "split" and len(event.targets) < 2:
        yield first, f"{first.source} 拆分只写了一个“现”", "每个现区划写一行，留下的也写"
    if event.kind == "merge" and event.level != "community":
        open_ = [row for row in event.rows if not row.members]
        if len(open_) > 1:
            reason = f"并成 {first.target} 的有{len(open_)}行没有写“涉及”，分不清原来各属哪里"
            yield open_[1], reason, "至多一行不写，其余写上原来所辖的社区或镇街"
        elif len(event.rows) == 1 and open_:
            yield first, f"并成 {first.target} 只写了一行，又没有写“涉及”", "写上并进来的社区或镇街"
    if event.kind in ("merge", "split"):
        pairs = [(row.source, row.target) for row in event.rows]
        for at, row in enumerate(event.rows):
            if pairs[at] in pairs[:at]:
                yield row, f"{row.source}→{row.target} 写了不止一行", "合成一行"


def _moves(event: Event) -> Iterator[Problem]:
    first, kind = event.rows[0], code_sets()["area_change"][event.kind].zh
    if event.level == "community":
        remedy = "级别写镇街或区县，“原”“现”写原来和现在的单位，社区写在“涉及”里"
        yield first, f"{kind}的级别不能是社区", remedy
    elif event.kind == "hand_over" and event.level != "county":
        yield first, "移交的级别应为区县", "改正级别，开发区也写区县"
    elif not all(row.members for row in event.rows):
        yield first, f"{kind}没有写涉及哪些社区或镇街", "在“涉及”里写上；整个过去的写成合并"


def _shares(event: Event) -> Iterator[Problem]:
    """Yield shares that are missing, impossible, or do not add up to 1."""
    shares = [row.share for row in event.rows]
    for row in event.rows:
        if row.share is not None and not 0 < row.share <= 1:
            yield row, f"人口比例 {float(row.share):g} 不在0到1之间", "改正"
            return
    written = [share for share in shares if share is not None]
    must = event.kind == "split" and event.level == "community"
    whole = event.kind == "split" or (event.kind == "merge" and len(event.rows) > 1)
    if len(written) < len(shares) and (written or must):
        row = next(row for row in event.rows if row.share is None)
        yield row, f"{row.source}→{row.target} 没有写人口比例", "每行都写，加起来是1"
    elif whole and written and sum(written) != 1:
        said = "＋".join(f"{float(share):g}" for share in written)
        of = event.sources[0] if event.kind == "split" else event.targets[0]
        reason = f"{of} 的人口比例 {said} 加起来是{float(sum(written)):g}，不是1"
        yield event.rows[-1], reason, "改正比例"


def _touched(event: Event) -> set[str]:
    """Return the areas that an event is about; a move is about what moved."""
    if event.kind in ("move", "hand_over"):
        return {member for row in event.rows for member in row.members}
    return {*event.sources, *event.targets}


def _on_one_day(found: Iterable[Event]) -> Iterator[Problem]:
    """Yield events of one day about the same area: nobody can say which came first."""
    first: dict[tuple[date, str, str], Event] = {}
    for event in found:
        for area in sorted(_touched(event)):
            other = first.setdefault((event.on, event.level, area), event)
            if other is not event:
                reason = f"{area} 在{event.on}有两次变更（{other.text}），分不清先后"
                yield event.rows[0], reason, "改正日期，或合成一次变更"
                break


def _against_trees(found: tuple[Event, ...], communities: Communities) -> Iterator[Problem]:
    """Go back from today and yield what does not fit; what follows from a misfit is passed over."""
    trees = Trees.of(communities)
    alive = {*communities.id}
    doubtful: set[str] = set()
    for event in reversed(found):
        about = {*event.sources, *event.targets}
        if event.level == "community":
            wrong = [*_of_communities(event, alive)]
            gone = set() if event.absorbs else {*event.targets}
            alive = (alive - gone) | {*event.sources}
        else:
            others = [other for other in found if other is not event]
            elsewhere = {area for one in others for area in (*one.sources, *one.targets)}
            wrong = [*_of_areas(event, trees, elsewhere)]
            trees = trees if wrong else undone(trees, event)
        if not about & doubtful:
            yield from wrong
        doubtful |= about if wrong else set()


def _of_communities(event: Event, alive: set[str]) -> Iterator[Problem]:
    for row in event.rows:
        if row.target not in alive:
            reason = f"没有编号为 {row.target} 的社区"
            yield row, reason, "写“社区”表里的编号；以后又变更的，补上那一次"
        elif row.source in alive and row.source not in event.targets:
            yield row, f"社区 {row.source} 变更以后还在社区表里", "改正编号，或从社区表里去掉"


def _of_areas(event: Event, trees: Trees, elsewhere: set[str]) -> Iterator[Problem]:
    """Yield what an event says and the trees just after it do not."""
    level = "管理单位" if event.kind == "hand_over" else code_sets()["area_level"][event.level].zh
    gone: list[Problem] = []
    for row in event.rows:
        there = trees.rows_in(event, row.target)
        counties = sorted({trees.county[at] for at in there})
        if not there:
            reason = f"{row.on}以后没有叫 {row.target} 的{level}"
            gone.append((row, reason, "与“社区”表里的写法一致；以后又更名的，写当时的名称"))
        elif event.level == "township" and len(counties) > 1:
            several = "、".join(
                f"{county}{BETWEEN}{plain(event, row.target)}" for county in counties
            )
            gone.append((row, f"有几个叫 {row.target} 的镇街：{several}", "写成其中一个"))
        else:
            gone += _members(row, trees, there)
    yield from gone
    if not gone:
        yield from _sources(event, trees, level, elsewhere)


def _members(row: AreaChange, trees: Trees, there: tuple[int, ...]) -> Iterator[Problem]:
    """Yield members that were not in the target, or that two communities answer to."""
    for member in row.members if row.kind != "rename" else ():
        rows = trees.named(member, there)
        names = [at for at in rows if trees.name[at] == member and trees.id[at] != member]
        if not rows:
            reason = f"“涉及”的 {member} 在{row.on}以后不属于 {row.target}"
            yield row, reason, "改正名称或编号；社区编号写“社区”表里现在的编号"
        elif len(names) > 1:
            ids = "、".join(trees.id[at] for at in names)
            yield row, f"{row.target} 里有几个叫 {member} 的社区：{ids}", "改写编号"


def _sources(event: Event, trees: Trees, level: str, elsewhere: set[str]) -> Iterator[Problem]:
    """Yield sources that nobody knows, that should be gone, or that two rows took apart.

    ``elsewhere`` are the areas that other changes name.
    """
    known = {*trees.township, *trees.county, *trees.managed_by, *elsewhere}
    went = went_over(trees, event)
    seen: set[int] = set()
    for row, rows in zip(event.rows, went, strict=True):
        twice = [at for at in rows if at in seen]
        seen |= {*rows}
        county = row.source.rpartition(BETWEEN)[0] if event.level == "township" else ""
        counties = {trees.county[at] for at in rows}
        still = {*trees.rows_in(event, row.source)}
        if event.level == "township" and not county:
            still = {at for at in still if trees.county[at] in counties}
        if not rows:
            yield row, f"没有哪个社区从 {row.source} 到 {row.target}", "核对“涉及”"
        elif twice:
            whom = "、".join(trees.id[at] for at in twice[:3])
            yield row, f"社区 {whom} 在同一次变更里写了两处", "只留一处"
        elif county and counties != {county}:
            reason = f"{row.source} 和 {row.target} 不在同一个区县"
            yield row, reason, "先写一行区县级的调整隶属"
        elif event.kind in ("move", "hand_over"):
            if plain(event, row.source) not in known:
                remedy = "改正名称；所辖全部过去的，写成合并"
                yield row, f"没有叫 {row.source} 的{level}", remedy
        elif still and row.source not in event.targets:
            yield row, f"{row.source} 变更以后还在“社区”表里", "核对名称和日期"
