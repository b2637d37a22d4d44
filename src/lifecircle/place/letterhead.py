"""What an office says of itself for its official documents: the section ``[documents]``."""

from __future__ import annotations

import re
from datetime import date

from pydantic import BaseModel, ConfigDict, field_validator

_NUMBER = re.compile(r".+〔\d{4}〕\d+号")


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DocumentNumbers(_Said):
    """The number of each document, such as 某民函〔2026〕12号; empty where it has none yet."""

    bulletin: str = ""
    ranking: str = ""
    report: str = ""
    notice: str = ""

    @field_validator("*")
    @classmethod
    def _with_year(cls, given: str) -> str:
        if given and not _NUMBER.fullmatch(given):
            raise ValueError(
                "应为 某民函〔2026〕12号 这样的文号，年份写全、用六角括号〔〕，不编虚位"
            )
        return given


class Letterhead(_Said):
    """The office that issues documents; what it has not said stands empty and is marked so.

    ``mark`` is the red head (``issuer`` with 文件 unless said), ``to`` the main recipients,
    ``copy_to`` who gets a copy, ``contact`` where a public notice sends objections.
    """

    issuer: str = ""
    mark: str = ""
    to: str = ""
    copy_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    signed_on: date | None = None
    contact: str = ""
    notice_period: str = ""
    numbers: DocumentNumbers = DocumentNumbers()
