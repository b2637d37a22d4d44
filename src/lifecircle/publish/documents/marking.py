"""Marks inside the text of a document: figures become bookmarks, gaps an office fills are lit.

A mark is a character of the last private use plane, which no register uses, around a stretch of
text; templates carry it through like any other, and `mark_up` turns it into what Word knows.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document as Word
from docx.oxml.ns import qn

from lifecircle.publish.documents.layout import element, put

_FIGURE, _NAMED, _MISSING, _END = (chr(0x10FFF0 + at) for at in range(4))
_PICTURE = chr(0x10FFF4)
_STRETCH = re.compile(f"{_FIGURE}(D\\d+){_NAMED}([^{_END}]*){_END}|{_MISSING}([^{_END}]*){_END}")


def figure_mark(own_id: str, text: str) -> str:
    """Return a figure that will carry its id as a bookmark."""
    return f"{_FIGURE}{own_id}{_NAMED}{text}{_END}"


def missing(text: str) -> str:
    """Return a placeholder for what the office has not said, in brackets and lit."""
    return f"{_MISSING}（{text}）{_END}"


def picture_mark(name: str) -> str:
    """Return what stands where the picture of this name goes."""
    return f"{_PICTURE}{name}{_END}"


def picture_in(text: str) -> str:
    """Return the name of the picture that a text stands for, nothing for other texts."""
    return text[1:-1] if text[:1] == _PICTURE and text[-1:] == _END else ""


def plain(text: str) -> str:
    """Return a text without marks, as a reader sees it."""
    if picture_in(text):
        return ""
    return _STRETCH.sub(lambda found: found[2] or found[3] or "", text)


def mark_up(word: Word) -> None:
    """Turn every mark of a document into bookmarks and highlights."""
    numbers = iter(range(1, 10**9))
    for text in list(word.element.body.iter(qn("w:t"))):
        if text.text and _STRETCH.search(text.text):
            _isolate(text)
            _split(text, numbers)


def _isolate(text: Any) -> None:
    """Give a text a run of its own where tabs or other texts share it."""
    run = text.getparent()
    parts = [one for one in run if one.tag != qn("w:rPr")]
    for part in parts[: parts.index(text)] + parts[: parts.index(text) : -1]:
        made = copy.deepcopy(run)
        for old in [one for one in made if one.tag != qn("w:rPr")]:
            made.remove(old)
        before = parts.index(part) < parts.index(text)
        made.append(part)
        (run.addprevious if before else run.addnext)(made)


def _split(text: Any, numbers: Iterator[int]) -> None:
    run = text.getparent()
    said, at = text.text, 0
    for found in _STRETCH.finditer(said):
        if found.start() > at:
            run.addprevious(_run(run, said[at : found.start()]))
        if found[1]:
            number = str(next(numbers))
            run.addprevious(element("w:bookmarkStart", id=number, name=found[1]))
            run.addprevious(_run(run, found[2]))
            run.addprevious(element("w:bookmarkEnd", id=number))
        else:
            run.addprevious(_run(run, found[3], lit=True))
        at = found.end()
    if at < len(said):
        run.addprevious(_run(run, said[at:]))
    run.getparent().remove(run)


def _run(like: Any, said: str, *, lit: bool = False) -> Any:
    """Return a run of the same looks that says something else."""
    made = copy.deepcopy(like)
    for old in made.findall(qn("w:t")):
        made.remove(old)
    text = element("w:t")
    text.text = said
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.append(text)
    if lit:
        put(made.get_or_add_rPr(), element("w:highlight", val="yellow"))
    return made
