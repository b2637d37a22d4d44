"""Fills a template with what a document says; refuses one that asks for what there is not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from lifecircle.publish.documents.layout import MADE
from lifecircle.publish.documents.marking import mark_up, plain
from lifecircle.publish.documents.pictures import Picture, draw
from lifecircle.publish.documents.sealing import sealed
from lifecircle.publish.documents.templates import KINDS, PLACEHOLDERS, template_of
from lifecircle.terms.errors import InputError, stop
from lifecircle.terms.gate import check_readable

NO_WORD = (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError)
"""What reading a file that is no Word document raises; lxml's refusals are syntax errors."""

TEXT = "正文"
"""The placeholder without which nothing of an assessment would stand in the document."""

MOST_BYTES = 64 * 2**20
"""A template holds no more than this when unpacked."""


def templates_in(folder: Path | None) -> dict[str, bytes]:
    """Return the template of each kind, the office's own where ``folder`` has one of its name.

    Raises InputError where a file is no Word document or has no place for the text, or the folder
    has none of the names.
    """
    found = {kind: template_of(kind) for kind in KINDS}
    if folder is None:
        return found
    own = {kind: folder / f"{name}.docx" for kind, name in KINDS.items()}
    there = {kind: path for kind, path in own.items() if path.exists()}
    if not there:
        names = "、".join(path.name for path in own.values())
        raise stop("里面没有模板", file=folder, remedy=f"放进 {names} 里的任何一个")
    return found | {kind: _read(path) for kind, path in there.items()}


def _read(path: Path) -> bytes:
    check_readable(path)
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
                raise stop("解开后太大", file=path, remedy="检查文件来源")
        Document(io.BytesIO(content))
    except NO_WORD as e:
        raise stop("不是 Word 文档（.docx）", file=path, remedy="在 Word 里另存为 .docx") from e
    if TEXT not in _asked(content, path.stem):
        # a finished document would be sent out again with the figures of its own day
        reason = f"没有占位符“{TEXT}”，是写好的公文，不是模板"
        raise stop(reason, file=path, remedy="给 lifecircle publish templates 写出、自己改过的模板")
    return content


def _asked(template: bytes, name: str) -> set[str]:
    """Return what a template names."""
    try:
        return set(
            DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(_looks_up())
        )
    except (TemplateError, SyntaxError) as error:
        raise _refused(name, error) from error


def _looks_up() -> SandboxedEnvironment:
    """Return what a template may do: look things up; it runs nothing."""
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def filled(
    template: bytes, name: str, said: Mapping[str, Any], pictures: Mapping[str, Picture]
) -> bytes:
    """Return a template filled with what a document says, as the bytes of a .docx file.

    Equal content gives equal bytes. Raises InputError where the template names what there is not.
    """
    book = DocxTemplate(io.BytesIO(template))
    try:
        book.render(_cleaned(said), jinja_env=_looks_up())
    except (TemplateError, SyntaxError) as error:
        raise _refused(name, error) from error
    mark_up(book.docx)
    draw(book.docx, pictures)
    properties = book.docx.core_properties
    properties.title = plain(f"{said['标题']}".translate(_CONTROLS))[:255]
    properties.created = properties.modified = MADE
    file = io.BytesIO()
    book.docx.save(file)
    return sealed(file.getvalue())


def _refused(name: str, error: Exception) -> InputError:
    known = "、".join(PLACEHOLDERS)
    reason = f"模板填不了（{error}）；能用的有{known}"
    return stop(reason, file=f"{name}.docx", remedy="对照 lifecircle publish templates 写出的模板")


def _cleaned(value: Any) -> Any:
    """Return what a document says without characters that no XML may hold; marks stay."""
    if isinstance(value, str):
        return value.translate(_CONTROLS)
    if isinstance(value, Mapping):
        return {key: _cleaned(one) for key, one in value.items()}
    return [_cleaned(one) for one in value]


_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
