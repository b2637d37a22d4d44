"""Turns what an inspection found into rows for the terminal, JSON, and a page."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lifecircle.place.inspection import Inspection
from lifecircle.place.tables import City
from lifecircle.terms.doubts import doubted
from lifecircle.terms.errors import Fault
from lifecircle.terms.figures import percent_text, share_text
from lifecircle.terms.words import word

GRAVITY_ZH = {"error": "错误", "doubt": "疑点"}
HEADERS_ZH = ("程度", "文件", "位置", "列", "问题", "改法", "影响")


@dataclass(frozen=True)
class AuditRow:
    """One fault (an error stops the run) or doubt (weakens what rests on it)."""

    gravity: str
    fault: Fault
    communities: tuple[str, ...] | None
    weakens: str

    @property
    def file(self) -> str:
        """Return the name of the file without its folders."""
        return Path(self.fault.file).name

    @property
    def header(self) -> str:
        """Return the header of the column, where there is one."""
        return self.fault.spot.header if self.fault.spot else ""

    @property
    def effect(self) -> str:
        """Say what follows from it."""
        if self.gravity == "error":
            return "不改不能评估"
        return f"可信度降为{word('confidence', self.weakens)}" if self.weakens else "只作提醒"

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts, in the order of `HEADERS_ZH`."""
        fault = self.fault
        spot = fault.spot
        place = f"{fault.place}（{spot.cell}）" if spot and spot.cell else fault.place
        gravity = GRAVITY_ZH[self.gravity]
        return (gravity, self.file, place, self.header, fault.reason, fault.remedy, self.effect)


def audit_rows(found: Inspection) -> list[AuditRow]:
    """Return the errors, then the doubts, each by file and row."""
    rows = [AuditRow("error", fault, None, "") for fault in found.faults]
    rows += [
        AuditRow(
            "doubt",
            doubt.fault,
            None if doubt.communities is None else tuple(sorted(doubt.communities)),
            doubted()[doubt.code].weakens,
        )
        for doubt in found.doubts
    ]
    return sorted(rows, key=_order)


def _order(row: AuditRow) -> tuple[Any, ...]:
    spot = row.fault.spot
    where = ("", 0, "") if spot is None else (spot.sheet, spot.row, spot.cell)
    return (row.gravity != "error", row.fault.file, *where, row.fault.code, row.fault.reason)


def facts(city: City | None) -> list[tuple[str, str]]:
    """Return what was read, in a planner's words: how much of each thing, and who declared what."""
    if city is None:
        return []
    ways = city.streets.ways
    rows = [
        ("社区", f"{len(city.communities)}个"),
        ("出发点", f"{len(city.origins)}处"),
        ("设施", f"{len(city.facilities)}处"),
        ("空间资源", f"{len(city.spaces)}处"),
        ("功能摸底", f"{len(city.surveys)}个社区"),
        ("登记值", f"{len(city.records)}个"),
        ("道路", f"{ways.total_m / 1000:.1f}公里"),
    ]
    shown = [kind for kind in ways.by_kind[:8] if ways.total_m]
    rows += [
        (f"道路：{kind or '没有种类'}", percent_text(share_text(metres, ways.total_m)))
        for kind, metres in shown
    ]
    rows += [(f"声明：{layer.name}", _declared(layer)) for layer in city.layers]
    return rows


def _declared(layer: Any) -> str:
    if not layer.census:
        return "不完整名录"
    return f"{layer.declared_by}声明{layer.census_on}已查全{len(layer.census)}个类别"


def audit_json(found: Inspection) -> str:
    """Return the audit as JSON, rows with their places as numbers and letters."""
    rows = audit_rows(found)
    content = {
        "lifecircle_audit": 1,
        "errors": len(found.faults),
        "doubts": len(found.doubts),
        "by_code": dict(sorted(Counter(row.fault.code or "error" for row in rows).items())),
        "accepted": [{**vars(one), "on": one.on.isoformat()} for one in found.accepted],
        "facts": dict(facts(found.city)),
        "rows": [_as_json(row) for row in rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _as_json(row: AuditRow) -> dict[str, Any]:
    fault, spot = row.fault, row.fault.spot
    return {
        "gravity": row.gravity,
        "code": fault.code or "error",
        "file": row.file,
        "place": fault.place,
        "sheet": spot.sheet if spot else "",
        "row": spot.row if spot and spot.row else None,
        "column": row.header,
        "cell": spot.cell if spot else "",
        "reason": fault.reason,
        "remedy": fault.remedy,
        "communities": None if row.communities is None else list(row.communities),
        "weakens": row.weakens,
    }


def audit_page(found: Inspection, title: str) -> str:
    """Return the audit as one page without scripts, to be opened by a double click."""
    rows = audit_rows(found)
    errors = len(found.faults)
    verdict = f"{errors}处错误，改好才能评估" if errors else "没有错误，可以评估"
    counts = Counter(word("reason", doubt.code) for doubt in found.doubts)
    summary = html_table(("疑点", "处"), [(name, str(n)) for name, n in sorted(counts.items())])
    accepted = [
        (word("reason", one.code), str(one.count), one.by, one.on.isoformat(), one.reason)
        for one in found.accepted
    ]
    template = resources.files(__package__).joinpath("assets", "audit.html")
    return template.read_text(encoding="utf-8").format(
        title=html.escape(f"{title} 资料检查"),
        verdict=html.escape(f"{verdict}；{len(found.doubts)}处疑点"),
        facts=html_table(("读到的", "数量"), facts(found.city)) if found.city else "",
        summary=summary if counts else "",
        accepted=html_table(("认可的疑点", "处", "认可人", "日期", "理由"), accepted)
        if accepted
        else "",
        rows=html_table(HEADERS_ZH, [row.cells() for row in rows], [row.gravity for row in rows])
        if rows
        else "<p>没有发现问题。</p>",
    )


def html_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], classes: Sequence[str] = ()
) -> str:
    """Return texts as a table; ``classes`` are those of its rows."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in headers)
    body = "".join(
        f'<tr class="{classes[at] if classes else ""}">'
        + "".join(
            f'<td data-label="{html.escape(header)}">{html.escape(text)}</td>'
            for header, text in zip(headers, row, strict=True)
        )
        + "</tr>"
        for at, row in enumerate(rows)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
