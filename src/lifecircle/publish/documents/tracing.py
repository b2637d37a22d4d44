"""Leads a figure of a document back: the run, the rule and clause, the verdicts, the input rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from lifecircle.publish.documents.filling import NO_WORD
from lifecircle.publish.documents.writing import FIGURES
from lifecircle.publish.results import sha256_of
from lifecircle.terms.errors import Fault, InputError, stop
from lifecircle.terms.gate import check_readable

MOST_CANDIDATES = 12


@dataclass(frozen=True)
class Traced:
    """A figure and all it rests on, as plain values.

    ``printed_now`` is what stands in the document today where that is not what was computed, None
    where it is; ``altered`` says that the file is not, byte for byte, the one that was written.
    """

    document: str
    id: str
    figure: Mapping[str, Any]
    run: Mapping[str, Any]
    run_sha256: str
    rule: Mapping[str, Any] | None
    findings: tuple[Mapping[str, Any], ...]
    altered: bool
    printed_now: str | None

    @property
    def text(self) -> str:
        """Return the figure as it was computed, the cells of a row one after another."""
        return _text(self.figure)


def trace(document: Path, own_id: str) -> Traced:
    """Return what a figure of a document rests on, by its id.

    Raises InputError where the record beside the document is missing or does not know it, and for
    an unknown id, naming the figures it may have meant.
    """
    check_readable(document)
    told = _record(document)
    name = _name(document, told)
    known = told["documents"][name]
    if own_id not in known["figures"]:
        raise _unknown(document, own_id, known["figures"])
    figure = known["figures"][own_id]
    findings = [_finding(told["findings"], key) for key in figure["findings"]]
    altered = sha256_of(document) != known["sha256"]
    return Traced(
        name,
        own_id,
        figure,
        told["run"],
        told["run_sha256"],
        told["rules"].get(figure["rule"]),
        tuple(findings),
        altered,
        _printed_now(document, own_id, figure) if altered else None,
    )


def _finding(known: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a finding with the verdicts it counts that are not met, each with its own rows."""
    parts = [{"key": part, **known[part]} for part in known[key]["parts"]]
    return {"key": key, **known[key], "parts": parts}


def _record(document: Path) -> dict[str, Any]:
    path = document.parent / FIGURES
    remedy = f"把公文和同一次写出的 {FIGURES} 放在一个文件夹里"
    try:
        check_readable(path)
        told = json.loads(path.read_text(encoding="utf-8"))
    except (InputError, OSError, ValueError) as error:
        raise stop(f"旁边没有能读的 {FIGURES}", file=document, remedy=remedy) from error
    if not isinstance(told, dict) or "lifecircle_figures" not in told:
        raise stop(f"旁边的 {FIGURES} 不是 lifecircle publish 写的", file=document, remedy=remedy)
    return told


def _name(document: Path, told: Mapping[str, Any]) -> str:
    """Return under which name the record knows a document; a renamed one goes by its bytes."""
    known: Mapping[str, Any] = told["documents"]
    if document.name in known:
        return document.name
    own = sha256_of(document)
    same = [name for name, said in known.items() if said["sha256"] == own]
    if not same:
        reason = f"{FIGURES} 里没有这个文件，只有{'、'.join(known)}"
        raise stop(reason, file=document, remedy="改回原来的文件名")
    return same[0]


def _unknown(document: Path, asked: str, figures: Mapping[str, Any]) -> InputError:
    """Return the error for an unknown id, with the figures that read or say what was asked."""
    wanted = asked.strip().replace(",", "")
    alike = [
        (own, figure)
        for own, figure in figures.items()
        if wanted and (wanted in _text(figure).replace(",", "") or wanted in figure["says"])
    ]
    exact = [one for one in alike if wanted in _values(one[1])]
    chosen = (exact or alike)[:MOST_CANDIDATES]
    if not chosen:
        last = list(figures)[-1] if figures else "D0"
        reason = f"没有编号 {asked}，也没有这样的数字；编号从 D1 到 {last}"
        return stop(reason, file=document.name, remedy="看文件末尾的“数字出处”或表格最后一列")
    faults = [Fault(f"没有编号 {asked}，可能是下列之一", document.name, "", "写编号")]
    faults += [Fault(f"{_text(one)}（{one['says']}）", own) for own, one in chosen]
    return InputError(*faults)


def _values(figure: Mapping[str, Any]) -> list[str]:
    return [value.replace(",", "") for _, value in figure["printed"]]


def _text(figure: Mapping[str, Any]) -> str:
    return "，".join(f"{name}{value}" for name, value in figure["printed"])


def _printed_now(document: Path, own_id: str, figure: Mapping[str, Any]) -> str | None:
    """Return what stands at a figure's bookmark today; None where that is what was computed."""
    try:
        body = Document(str(document)).element.body
    except NO_WORD:
        return "（打不开）"
    for start in body.iter(qn("w:bookmarkStart")):
        if start.get(qn("w:name")) == own_id:
            row = next(start.iterancestors(qn("w:tr")), None)
            if row is None:
                now = "".join(_until_end(start))
                return None if now == _text(figure) else now
            cells = ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.tc_lst]
            known = {*(value for _, value in figure["printed"]), own_id}
            return None if known.issuperset(cells) else "，".join(cells)
    return "（书签已删去）"


def _until_end(start: Any) -> Iterator[str]:
    """Yield the texts from where a bookmark starts to where it ends."""
    number = start.get(qn("w:id"))
    for one in start.itersiblings():
        if one.tag == qn("w:bookmarkEnd") and one.get(qn("w:id")) == number:
            return
        yield from (text.text or "" for text in one.iter(qn("w:t")))
