"""The first files of a new pack, with comments that teach."""

from __future__ import annotations

_HEADER = """\
# 政策包的封面。改完后运行：lifecircle packs check 这个文件夹
id: {id}                    # 与文件夹同名，只用小写字母、数字和连字符
version: 0.1.0              # 数字有改动时加一，结果里会记下版本
title: {{zh: {title}, en: A policy}}
issuer: 发文机关（未署名就写未署名）
issued: "发文日期，原文没有就写没有"
applies_to: 城市社区
"""

_PARENT = """\
parent: {parent}            # 本包只写改动，其余沿用上级包
"""

_CHANGES = """\
# 对上级包的改动。每条改动从某一天起生效，此前仍按上级包。
changes:
  - rule: {rule}            # 上级包里规则的 id（lifecircle packs show {parent} 可查）
    from: 2027-01-01
    by: 某区人民政府          # 谁决定的
    why: 示例：请改成本地文件的名称和文号
    strength: standard      # 还可以改 require、scope、due；停用写 withdraw: true
"""

_RULES = """\
# 规则。一条规则说：谁、量什么、要多少、力度多大、依据哪句原文。
records:                    # 规则要用到、由单位登记的数
  satisfied_share: {zh: 居民满意度, en: residents' satisfaction}
rules:
  - id: satisfaction
    title: {zh: 居民满意度, en: Residents' satisfaction}
    group: {zh: 示例, en: Example}
    clause: {quote: 居民满意度不低于85%, where: 一（一）}   # 一字不改抄原文
    subject: community      # community、township、county、city、facility、estate、project
    scope: {kind: [community]}                          # 只对哪些对象；不写就是全部
    measure: {name: recorded_value, record: satisfied_share}
    require: {comparator: ">=", value: 0.85}            # 超过写 ">"；范围写 between、low、high
    strength: standard      # hard 必须、standard 标准、soft 一般、advisory 宜、exploratory 鼓励
    due: 2027-12-31
    source: verbatim        # 只有 verbatim（读过原文）才可以判未达标
    inferred:               # 原文没印、由你决定的读法，一条不漏
      - {of: due, says: 原文只写年份，期限取当年年底}
"""

_CASES = """\
# 测试：用规划人员的话写，机器照着判。
cases:
  - name: 满意度正好85%，达到
    rule: satisfaction
    observed: {value: 0.85}
    expect: {verdict: met}
  - name: 满意度84.9%，2028年检查时已逾期
    rule: satisfaction
    observed: {value: 0.849}
    as_of: 2028-01-01
    expect: {verdict: not met, due: overdue}
  - name: 村不适用
    rule: satisfaction
    area: {kind: village}
    observed: {value: 0}
    expect: {verdict: not applicable}
"""


def starter(pack_id: str, title: str, parent: str, first_rule: str = "") -> dict[str, str]:
    """Return the files of a new pack by name: one of its own, or a change set over ``parent``."""
    header = _HEADER.format(id=pack_id, title=title)
    if parent:
        changes = _CHANGES.format(parent=parent, rule=first_rule)
        return {"pack.yaml": header + _PARENT.format(parent=parent), "changes.yaml": changes}
    return {"pack.yaml": header, "rules/rules.yaml": _RULES, "cases/cases.yaml": _CASES}
