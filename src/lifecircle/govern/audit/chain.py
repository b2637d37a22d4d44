"""Entries as text, their hashes, and whether a chain of them holds.

No database and nothing but the standard library, so that anybody can verify an export:
``python -m lifecircle.govern.audit.chain FILE``, a file of JSON lines.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FIRST = "0" * 64
"""Stands before the first entry."""

REPEATED = ("number", "actor", "user_id", "channel", "action", "kind", "subject", "area_path")
"""The columns that repeat what the content says."""

FIELDS = (*REPEATED, "at", "content", "previous", "hash")
"""What an export has of each entry."""


@dataclass(frozen=True)
class Verified:
    """How many entries hold, the hash of the last, and what is wrong with the first that does not.

    ``number`` is that of the first bad entry, 0 where all hold.
    """

    count: int
    hash: str
    number: int = 0
    reason: str = ""


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one text of a content: JSON with sorted keys and no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """Return the one text of a moment: UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link(previous: str, content: str) -> str:
    """Return the hash of an entry: SHA-256 over the hash before it, a line break and its text."""
    return hashlib.sha256(f"{previous}\n{content}".encode("utf-8", "surrogateescape")).hexdigest()


def root(rows: list[str]) -> str:
    """Return the hash that stands for the rows of a batch, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(hashlib.sha256(row.encode()).digest())
    return digest.hexdigest()


def verify(
    entries: Iterable[Mapping[str, Any]],
    head: tuple[int, str] | None = None,
    after: tuple[int, str] = (0, FIRST),
) -> Verified:
    """Verify entries in their order, from the one after number and hash ``after`` on.

    ``head`` is the number and hash that the last should have.
    """
    count, previous = after
    for entry in entries:
        wrong = _wrong(entry, count + 1, previous)
        if wrong:
            return Verified(count, previous, count + 1, wrong)
        count, previous = count + 1, entry["hash"]
    if head and head != (count, previous):
        reason = f"链尾记的是第{head[0]}条，实际到第{count}条：末尾被删或链尾被改"
        return Verified(count, previous, min(count, head[0]) + 1, reason)
    return Verified(count, previous)


def verify_excerpt(entries: Iterable[Mapping[str, Any]]) -> Verified:
    """Verify entries some of which may be left out: each by itself, neighbours also together.

    ``count`` is of the entries read. What is left out between them is not vouched for.
    """
    count, number, previous = 0, 0, FIRST
    for entry in entries:
        follows = entry.get("number") == number + 1
        before = previous if follows else str(entry.get("previous"))
        claimed = entry.get("number")
        if not isinstance(claimed, int) or claimed <= number:
            return Verified(count, previous, number + 1, "序号读不出，或者次序乱了")
        wrong = _wrong(entry, claimed, before)
        if wrong:
            return Verified(count, previous, claimed, wrong)
        count, number, previous = count + 1, claimed, entry["hash"]
    return Verified(count, previous)


def _wrong(entry: Mapping[str, Any], number: int, previous: str) -> str:
    if set(FIELDS) - set(entry) or entry["number"] != number:
        return f"缺第{number}条，或者缺它的栏目"
    if entry["previous"] != previous:
        return "与前一条接不上"
    if entry["hash"] != link(previous, str(entry["content"])):
        return "内容与指纹不符"
    try:
        content = json.loads(entry["content"])
        wrong = [name for name in REPEATED if content.get(name) != entry[name]]
        at = datetime.strptime(content["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "内容读不出"
    if wrong or moment(at) != entry["at"]:
        return f"列与内容不符（{'、'.join(wrong) or 'at'}）"
    return ""


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of an export; a line that is no entry is one that does not hold."""
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                entry = {}
            yield entry if isinstance(entry, dict) else {}


def main(arguments: list[str] | None = None) -> int:
    """Verify an export and say what came of it; returns 1 where it does not hold."""
    parser = argparse.ArgumentParser(
        prog="python -m lifecircle.govern.audit.chain",
        description="核对导出的审计记录（每行一条JSON）。",
    )
    parser.add_argument("file", type=Path, help="导出的文件")
    parser.add_argument("--excerpt", action="store_true", help="只有一部分记录：缺号不算错")
    asked = parser.parse_args(arguments)
    try:
        found = (verify_excerpt if asked.excerpt else verify)(read(asked.file))
    except OSError as error:
        sys.stdout.write(f"{asked.file}读不出：{error.strerror}。\n")
        return 1
    if found.number:
        remedy = "" if asked.excerpt else "只导出了一部分的，加上 --excerpt 再核对。"
        sys.stdout.write(f"第{found.number}条不对：{found.reason}。{remedy}\n")
        return 1
    sys.stdout.write(f"链完整：{found.count:,}条，末条指纹 {found.hash}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
