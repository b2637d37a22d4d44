"""The four templates of official documents, as Word files with placeholders that docxtpl fills.

An office may take them, change what it likes in Word and hand them back with ``--template``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from docx.document import Document as Word

from lifecircle.publish.documents import layout
from lifecircle.publish.documents.sealing import sealed

KINDS = {"bulletin": "月通报", "ranking": "季排名", "report": "评估报告", "notice": "公示"}
"""What a document is, and what its file is called."""

PLACEHOLDERS = {
    "发文机关标志": "红色的大字，例如“某市民政局文件”",
    "发文字号": "年份用六角括号〔〕",
    "标题": "公文标题",
    "主送机关": "公示没有",
    "正文": "逐段的正文：每段有“类”，文字在“文”，表的各行在“行”",
    "附件": "附件说明，逐条：“头”是序号，“名”是名称",
    "发文机关": "署名",
    "成文日期": "用阿拉伯数字写全",
    "附录": "附件的内容，写法同正文",
    "抄送": "没有写就不印",
    "印发机关": "版记里的",
    "印发日期": "版记里的",
}
"""What a template may name, and what each holds."""

PARAGRAPHS = (
    "一级标题", "二级标题", "三级标题", "公文正文", "表题", "附件标记", "附件标题", "空行",
    "图", "图题",
)  # fmt: skip
TABLES: dict[str, tuple[tuple[str, float], ...]] = {
    "规则表": (("规则", 60), ("应评", 15), ("达标", 15), ("未达标", 17), ("未评估", 17),
            ("涉及人口", 18), ("编号", 14)),
    "区县表": (("单位", 46), ("应评", 17), ("达标", 17), ("未达标", 18), ("未评估", 18),
            ("达标比例", 24), ("编号", 16)),
    "排名表": (("名次", 15), ("单位", 45), ("达标比例", 24), ("达标", 17), ("应评", 17),
            ("未评估", 22), ("编号", 16)),
    "缺口表": (("社区", 36), ("规则", 46), ("实测", 20), ("要求", 20), ("涉及人口", 18),
            ("编号", 16)),
    "全市表": (("对象", 36), ("规则", 46), ("实测", 20), ("要求", 20), ("涉及人口", 18),
            ("编号", 16)),
    "读法表": (("规则", 68), ("只在圆内达标", 26), ("只按步行达标", 26), ("涉及人口", 20),
            ("编号", 16)),
    "变化表": (("对象", 30), ("规则", 38), ("变化", 30), ("原因", 42), ("编号", 16)),
    "前后表": (("规则", 96), ("以前", 22), ("以后", 22), ("编号", 16)),
    "步行表": (("单位", 42), ("第一档", 24), ("第二档", 24), ("第三档", 24), ("更远", 26),
            ("编号", 16)),
    "矩阵表": (("社区", 28), ("达标", 36), ("未达标", 26), ("名录不完整", 20), ("未评估", 16),
            ("不适用", 14), ("编号", 16)),
    "公示表": (("社区", 34), ("镇街", 28), ("未达标的项目", 78), ("编号", 16)),
    "出处表": (("编号", 14), ("数字", 24), ("说的是什么", 62), ("规则", 30), ("条文", 26)),
}  # fmt: skip
"""Columns of each kind of table with their widths in mm, 156 together."""

_TO_LEFT = frozenset(
    {"规则", "单位", "社区", "镇街", "对象", "变化", "原因", "未达标的项目", "说的是什么", "条文"}
)


@cache
def template_of(kind: str) -> bytes:
    """Return the template of a kind of document as the bytes of a .docx file."""
    word = layout.blank()
    _head(word, addressed=kind != "notice")
    _blocks(word, "正文")
    _foot_of_text(word)
    _blocks(word, "附录")
    _imprint(word)
    file = io.BytesIO()
    word.save(file)
    return sealed(file.getvalue())


def write_templates(folder: Path) -> list[str]:
    """Write all templates into a folder; return their names."""
    for kind, name in KINDS.items():
        (folder / f"{name}.docx").write_bytes(template_of(kind))
    return [f"{name}.docx" for name in KINDS.values()]


def _head(word: Word, *, addressed: bool) -> None:
    layout.add(word, "发文机关标志", "{{ 发文机关标志 }}")
    layout.ruled(layout.add(word, "发文字号", "{{ 发文字号 }}"))
    layout.add(word, "空行")
    layout.add(word, "空行")
    layout.add(word, "公文标题", "{{ 标题 }}")
    layout.add(word, "空行")
    if addressed:
        layout.add(word, "主送机关", "{{ 主送机关 }}：")


def _blocks(word: Word, name: str) -> None:
    """Write the loop over blocks: each kind of paragraph, each kind of table."""
    _tag(word, f"for 段 in {name}")
    choice = "if"
    for style in PARAGRAPHS:
        _tag(word, f'{choice} 段.类 == "{style}"')
        layout.add(word, style, "{{ 段.文 }}")
        choice = "elif"
    for kind, columns in TABLES.items():
        _tag(word, f'{choice} 段.类 == "{kind}"')
        _table(word, columns)
    _tag(word, "endif")
    _tag(word, "endfor")


def _tag(word: Word, said: str) -> None:
    """Add a paragraph that only steers: docxtpl takes it out."""
    layout.add(word, "公文正文", f"{{%p {said} %}}")


def _table(word: Word, columns: Sequence[tuple[str, float]]) -> None:
    names, widths = zip(*columns, strict=True)
    table = layout.add_table(word, widths)
    blank = [""] * (len(names) - 1)
    middle = ["表格居中"] * len(names)
    layout.add_row(table, names, widths, ["表头"] * len(names), heads=True)
    layout.add_row(table, ["{%tr for 行 in 段.行 %}", *blank], widths, middle)
    cells = [f"{{{{ 行.{name} }}}}" for name in names]
    styles = ["表格" if name in _TO_LEFT else "表格居中" for name in names]
    layout.add_row(table, cells, widths, styles)
    layout.add_row(table, ["{%tr endfor %}", *blank], widths, middle)


def _foot_of_text(word: Word) -> None:
    _tag(word, "if 附件")
    layout.add(word, "空行随后")
    _tag(word, "endif")
    _tag(word, "for 附 in 附件")
    layout.add(word, "附件说明", "{{ 附.头 }}{{ 附.名 }}")
    _tag(word, "endfor")
    layout.add(word, "空行随后")
    layout.add(word, "空行随后")
    layout.add(word, "署名", "{{ 发文机关 }}")
    layout.add(word, "成文日期", "{{ 成文日期 }}")


def _imprint(word: Word) -> None:
    """Write the imprint at the foot of the last page: copies to, printed by and on, rules."""
    widths = (156.0,)
    table = layout.add_table(word, widths)
    layout.add_row(table, ("{%tr if 抄送 %}",), widths, ("版记",))
    layout.add_row(table, ("抄送：{{ 抄送 }}。",), widths, ("版记抄送",))
    layout.add_row(table, ("{%tr endif %}",), widths, ("版记",))
    layout.add_row(table, ("{{ 印发机关 }}\t{{ 印发日期 }}印发",), widths, ("版记",))
    layout.tabbed(table.rows[-1].cells[0].paragraphs[0])
    layout.at_the_foot(word, table)
