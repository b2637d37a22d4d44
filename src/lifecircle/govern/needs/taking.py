"""A need list as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lifecircle.govern.needs.models import NeedItemQuerySet, NeedList
from lifecircle.govern.needs.wording import origins, told_whole

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table(needs: NeedList, rows: NeedItemQuerySet) -> Iterator[list[str]]:
    """Yield the headers and the items in words; unknown is 不明, never 0."""
    yield [
        _("模拟"), _("清单"), _("状态"), _("内容指纹"), _("序号"), _("区划代码"), _("区划"),
        _("功能"), _("要什么"), _("缓急"), _("列入"), _("不列入的理由"), _("待核"),
        _("涉及的人"), _("提出的人"), _("来源"), _("依据"), _("说明"),
    ]  # fmt: skip
    for number, one in enumerate(rows.iterator(chunk_size=2000), start=1):
        yield [
            _("模拟数据") if needs.simulated else "", str(needs), needs.get_state_display(),
            needs.sha256, str(number), one.area.code, one.area.name, one.called,
            one.get_ask_display(), one.get_priority_display(), _("是") if one.kept else _("否"),
            one.reason, _("待核") if one.to_verify else "", _count(one.people),
            _count(one.asked_by), origins(one), _("。").join(map(told_whole, one.sources)),
            one.note,
        ]  # fmt: skip


def _count(people: int | None) -> str:
    return _("不明") if people is None else str(people)
