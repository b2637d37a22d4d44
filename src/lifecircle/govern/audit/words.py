"""What actions, kinds, fields and values are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.wording import listed

VERBS: Mapping[str, Any] = {
    "accept": _("确认坐标"),
    "activate": _("启用"),
    "add": _("新增"),
    "again": _("重新运行"),
    "anonymise": _("抹去姓名"),
    "approve": _("批准"),
    "ask": _("发起"),
    "assign": _("归入变成的区划"),
    "change": _("修改"),
    "change_password": _("改密码"),
    "choose": _("选定方案"),
    "close": _("办结"),
    "closed": _("写入台账"),
    "commit": _("导入生效"),
    "compile": _("汇总"),
    "convert": _("转换"),
    "correct": _("提请更正"),
    "create": _("建立"),
    "deactivate": _("停用"),
    "discard": _("作废"),
    "done": _("算好"),
    "draft": _("拟定"),
    "end": _("终止"),
    "end-interpretation": _("终止读法"),
    "end-waiver": _("终止豁免"),
    "enter": _("填报"),
    "erase": _("删除"),
    "excuse": _("准予豁免或免报"),
    "expire": _("到期删除"),
    "export": _("导出"),
    "finish": _("全部写入台账"),
    "found": _("设立"),
    "freeze": _("提请发布后定稿"),
    "give": _("授予"),
    "hand_over": _("移交管理"),
    "handed_in": _("报送"),
    "hold": _("暂缓删除"),
    "import": _("导入"),
    "interpret": _("确定读法"),
    "issue": _("签发"),
    "load": _("装入"),
    "lock": _("更换密钥"),
    "merge": _("合并"),
    "move": _("调整隶属"),
    "move_deadlines": _("改期限"),
    "open": _("开始填报"),
    "opened": _("备好填报"),
    "propose": _("提请"),
    "publish": _("公开"),
    "redraw": _("重画边界"),
    "refuse": _("不批准"),
    "release": _("解除暂缓删除"),
    "remove": _("注销"),
    "remove_second_factor": _("取消第二重验证"),
    "rename": _("改名"),
    "renew_recovery_codes": _("更换恢复代码"),
    "reset_password": _("重设密码"),
    "reset_second_factor": _("清除第二重验证"),
    "reveal": _("显示个人信息"),
    "reviewed": _("审核通过"),
    "revise": _("变更"),
    "search": _("按电话查找"),
    "sent_back": _("退回改正"),
    "set_second_factor": _("设置第二重验证"),
    "split": _("拆分"),
    "stop": _("停止"),
    "take_back": _("退回修改"),
    "undo": _("撤回"),
    "unlock": _("解除登录锁定"),
    "unpublish": _("撤下底数"),
    "withdraw": _("撤回"),
}
"""By the part of an action after its point."""

KINDS: Mapping[str, Any] = {
    "assessment": _("评估"),
    "attachment": _("附件"),
    "calendar": _("工作日历"),
    "change": _("一批档案"),
    "file": _("附件"),
    "import": _("批量导入"),
    "inventory": _("设施台账"),
    "job": _("后台任务"),
    "need": _("需求清单"),
    "survey": _("摸底"),
    "token": _("接口令牌"),
}
"""Kinds that are no model by this name; others are called as their model is."""

CHANNELS: Mapping[str, Any] = {
    "web": _("网页"),
    "api": _("接口"),
    "command": _("命令"),
    "job": _("后台任务"),
}

FIELDS: Mapping[str, Any] = {
    "area": _("区划"),
    "days": _("天数"),
    "from_on": _("起"),
    "into": _("归入"),
    "name": _("姓名或名称"),
    "on": _("自何日起"),
    "role": _("角色"),
    "root": _("整批指纹"),
    "rows": _("行数"),
    "source": _("来源"),
    "to_on": _("止"),
    "user": _("账号"),
    "username": _("用户名"),
}
"""Names in a change that are no fields of its kind."""


@dataclass(frozen=True)
class Told:
    """A field before and after, in words."""

    label: str
    before: str
    after: str


@lru_cache(maxsize=1)
def models() -> Mapping[str, type[Model]]:
    """Return our own models by the kind that the audit calls them."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if model.__module__.startswith("lifecircle.govern.")
    }


def kind_words(kind: str) -> str:
    """Return what a kind is called; itself where nobody named it."""
    if kind in models():
        return str(models()[kind]._meta.verbose_name)
    return str(KINDS.get(kind, kind))


def action_words(action: str) -> str:
    """Return what an action is called: 设施：新增."""
    kind, _point, verb = action.rpartition(".")
    said = str(VERBS.get(verb, verb))
    return str(_("{kind}：{act}")).format(kind=kind_words(kind), act=said) if kind else said


def channel_words(channel: str) -> str:
    """Return what a channel is called."""
    return str(CHANNELS.get(channel, channel))


def changes(content: Mapping[str, Any]) -> list[Told]:
    """Return what an entry changed, field by field."""
    before, after = content.get("before") or {}, content.get("after") or {}
    kind = str(content.get("kind", ""))
    return [
        Told(_label(kind, name), _say(kind, name, before), _say(kind, name, after))
        for name in dict.fromkeys((*before, *after))
    ]


def _field(kind: str, name: str) -> Field[Any, Any] | None:
    if kind not in models():
        return None
    try:
        found = models()[kind]._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _label(kind: str, name: str) -> str:
    field = _field(kind, name)
    if field is not None and field.verbose_name != name.replace("_", " "):
        return str(field.verbose_name)
    return str(FIELDS.get(name, name))


def _say(kind: str, name: str, said: Mapping[str, Any]) -> str:
    if name not in said:
        return ""
    field = _field(kind, name)
    words = dict(field.flatchoices) if field is not None else {}
    return _plain(said[name], words)


def _plain(value: Any, words: Mapping[Any, Any]) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return listed(_plain(one, words) for one in value)
    if isinstance(value, dict):
        pairs = (name + gettext("：") + _plain(one, {}) for name, one in value.items())
        return gettext("；").join(pairs)
    return str(words.get(value, value))
