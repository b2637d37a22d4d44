"""The page that whoever opens the folder of open data reads first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def readme(said: Mapping[str, Any], persons: Sequence[str]) -> str:
    """Return the readme (Markdown) of a described folder of open data."""
    described = str(said["description"]).splitlines()
    about = [f"- {one}" for one in described if one not in persons]
    files = [
        f"| `{one['path']}` | {one['title']} | {_licence(one['licenses'])} |"
        for one in said["resources"]
    ]
    blocks = [
        [f"# {said['title']}"],
        [f"评估日期：{said['version']}。"],
        about,
        ["## 文件"],
        ["| 文件 | 内容 | 许可 |", "|---|---|---|", *files],
        ["每一列的意思写在 `datapackage.json`（Frictionless Data），校验值写在 `manifest.json`。"],
        ["## 人数"],
        [f"- {one}" for one in persons],
        ["## 来源"],
        [f"- {one['title']}" for one in said.get("sources", ())] or ["发布单位自己的资料。"],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _licence(licences: Sequence[Mapping[str, str]]) -> str:
    return "、".join(one.get("title") or one["name"] for one in licences)
