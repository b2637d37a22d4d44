"""Fields that ask in words whom a rule concerns and what it measures; no notation of packs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel

from lifecircle.assess.subjects import WIDER
from lifecircle.govern.assessments.wording import known
from lifecircle.govern.inventory.choices import CATEGORY, words
from lifecircle.govern.wording import listed, worded
from lifecircle.policy.fitting import SUBJECTS
from lifecircle.policy.measures import (
    UNIT_OF_MEASURE,
    AreaLevel,
    CapacityPerThousand,
    Conditions,
    Measure,
    WalkMeasure,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Text
from lifecircle.terms.attributes import attributes
from lifecircle.terms.codes import code_sets
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.shipped import read_shipped

MEASURES: Mapping[str, type[BaseModel]] = {
    get_args(one.model_fields["name"].annotation)[0]: one for one in get_args(get_args(Measure)[0])
}
CALLED: Mapping[str, str | Promise] = {
    "share_of_people_within": gettext_lazy("走得到的居民比例"),
    "count_within": gettext_lazy("步行范围内有几处"),
    "count_in_area": gettext_lazy("对象里有几处"),
    "area_per_100_households": gettext_lazy("每百户面积"),
    "facility_area": gettext_lazy("每处设施的面积"),
    "capacity_per_thousand": gettext_lazy("每千居民的床位、座位等"),
    "rules_met": gettext_lazy("几条规则中达标几条"),
    "share_of_areas_meeting": gettext_lazy("达标区划的比例"),
    "spread_of_areas_meeting": gettext_lazy("区划之间达标比例的差距"),
    "recorded_value": gettext_lazy("一个登记值"),
    "rate_from_records": gettext_lazy("两个登记值的比率"),
    "count_from_records": gettext_lazy("登记的个数"),
}
BASES = (
    ("gross_floor", gettext_lazy("建筑面积")), ("usable", gettext_lazy("使用面积")),
    ("site", gettext_lazy("用地面积")),
)  # fmt: skip
EACH = (
    ("", gettext_lazy("最后一次登记的数")), ("year", gettext_lazy("一年里各次相加")),
    ("month", gettext_lazy("一个月里各次相加")),
)  # fmt: skip
PARTS_OF: Mapping[str, Collection[str]] = {
    "categories": ("categories", "kind"),
    "minutes": ("minutes",),
    "basis": ("basis",),
    "where": ("where",),
    "leaving_out": ("leaving_out",),
    "denominator": ("area", "where", "leaving_out"),
}
"""Which parts of a measure an inferred reading leaves open; one of the measure itself, all."""

_OF_COMMUNITIES = ("stage", "mode", "programme")
_MORE: Mapping[str, Sequence[str]] = {
    "community": (),
    "estate": ("stage",),
    "facility": ("stage", "mode"),
    "project": ("mode", "programme"),
}
"""What is known of subjects beside what is known of their community."""

Fields = dict[str, forms.Field]


def is_whole(rule: Rule) -> bool:
    """Say whether the measure itself was inferred, and not only a part of it."""
    return any(item.of == "measure" for item in rule.inferred)


def open_parts(rule: Rule) -> set[str]:
    """Return the parts of a rule's measure that its pack inferred."""
    if is_whole(rule):
        return {part for one in MEASURES.values() for part in one.model_fields}
    return {part for item in rule.inferred for part in PARTS_OF.get(item.of, ())}


def measures_for(rule: Rule) -> list[tuple[str, str]]:
    """Return the measures that a rule may ask for instead, its own among them.

    Another unit is offered only where what is required may be changed too.
    """
    if not is_whole(rule):
        return []
    required = any(item.of in ("value", "comparator", "require") for item in rule.inferred)
    unit = UNIT_OF_MEASURE[rule.measure.name]
    return [
        (name, str(CALLED[name]))
        for name, one in MEASURES.items()
        if rule.subject in SUBJECTS.get(one, (rule.subject,))
        and (required or UNIT_OF_MEASURE[name] == unit)
    ]


def scope_fields(rule: Rule) -> Fields:
    """Return a field for each attribute by which a rule may say whom it concerns."""
    return _conditions("scope", _("对谁：%(what)s"), rule.scope, rule.subject)


def measure_fields(pack: Pack, rule: Rule, name: str) -> Fields:
    """Return the fields of a measure, filled with what the rule says now where it is its own."""
    now = rule.measure.model_dump() if rule.measure.name == name else {}
    free, found = open_parts(rule), Fields()
    for part in MEASURES[name].model_fields:
        if part in ("where", "leaving_out") and part in free:
            said = {"where": _("计入：%(what)s"), "leaving_out": _("不计入：%(what)s")}[part]
            level = now.get("area", "community")
            found |= _conditions(f"measure_{part}", said, now.get(part, {}), level)
        elif part in _MAKERS and part in free:
            field = _MAKERS[part](pack, rule)
            field.initial = now.get(part, field.initial)
            found[f"measure_{part}"] = field
    return found


def conditions_read(data: Mapping[str, Any], prefix: str, now: Conditions) -> dict[str, list[str]]:
    """Return the conditions that were chosen; one as it was keeps its order."""
    found: dict[str, list[str]] = {}
    for name in attributes():
        if chosen := data.get(f"{prefix}_{name}"):
            found[name] = _kept(chosen, now.get(name, ()))
    return found


def measure_read(data: Mapping[str, Any], rule: Rule, name: str) -> dict[str, Any]:
    """Return the measure that was chosen as a pack has it; what is printed stays."""
    now = rule.measure.model_dump(mode="json") if rule.measure.name == name else {}
    free, told = open_parts(rule), {"name": name, **now}
    for part in MEASURES[name].model_fields:
        if part not in free or part == "name":
            continue
        if part in ("where", "leaving_out"):
            told[part] = conditions_read(data, f"measure_{part}", now.get(part, {}))
        elif isinstance(value := data.get(f"measure_{part}"), list):
            told[part] = _kept(value, now.get(part, ()))
        elif value is not None:
            told[part] = value
    return told


def _kept(chosen: Sequence[str], now: Sequence[str]) -> list[str]:
    return list(now) if set(chosen) == set(now) else list(chosen)


def _known_of(level: str) -> list[str]:
    """Return the attributes that areas, estates, facilities or projects of a level may have."""
    if level not in _MORE:
        return [name for name in attributes() if name in WIDER]
    own = (*_MORE[level],)
    return [name for name in attributes() if name in own or name not in _OF_COMMUNITIES]


def _conditions(prefix: str, says: str, now: Conditions, level: str) -> Fields:
    names = [name for name in attributes() if name in now or name in _known_of(level)]
    return {
        f"{prefix}_{name}": _several(
            says % {"what": _title(name)}, list(_values(name)), now.get(name, ()),
            _("一个也不选就是不论。"),
        )
        for name in names
    }  # fmt: skip


@cache
def _sets() -> Mapping[str, tuple[str, Text]]:
    """Return the code set of each attribute and what it is called; the files are read once."""
    bodies = read_shipped("codes.yaml")
    sets = {name: row["set"] for name, row in read_shipped("attributes.yaml").items()}
    return {
        name: (own, Text(zh=bodies[own]["zh"], en=bodies[own]["en"])) for name, own in sets.items()
    }


def _title(name: str) -> str:
    return worded(_sets()[name][1])


def _values(name: str) -> Iterator[tuple[str, str]]:
    codes = code_sets()[_sets()[name][0]]
    for code, zh in attributes()[name].values.items():
        yield code, worded(Text(zh=zh, en=codes[code].en))


def _several(
    label: str, choices: list[tuple[str, str]], now: Sequence[str] = (), says: str = "",
    *, long: bool = False,
) -> forms.MultipleChoiceField:  # fmt: skip
    widget = forms.CheckboxSelectMultiple({"class": "long"} if long else {})
    return forms.MultipleChoiceField(
        label=label, choices=choices, initial=list(now), help_text=says, required=False,
        widget=widget,
    )  # fmt: skip


def _minutes(pack: Pack, _rule: Rule) -> forms.Field:
    spoken = {one.measure.minutes for one in pack.rules if isinstance(one.measure, WalkMeasure)}
    said = listed(decimal_text(one, 1) for one in sorted(spoken))
    return forms.FloatField(
        label=_("步行多少分钟以内"), min_value=0.5, max_value=120,
        help_text=_("这份政策说到的有%(minutes)s分钟。") % {"minutes": said},
    )  # fmt: skip


def _kind(pack: Pack, _rule: Rule) -> forms.Field:
    own = [(code, worded(kind)) for code, kind in pack.kinds()]
    choices = [("", _("只看下面选的设施类别")), *own]
    return forms.ChoiceField(label=_("哪一类服务"), choices=choices, required=False, initial="")


def _categories(_pack: Pack, _rule: Rule) -> forms.Field:
    said = _("上面选了哪一类服务的，这里不选。")
    return _several(_("设施类别"), words(CATEGORY), says=said)


def _capacity(pack: Pack, _rule: Rule) -> forms.Field:
    counted = {
        one.measure.capacity for one in pack.rules if isinstance(one.measure, CapacityPerThousand)
    }
    choices = [(name, worded(pack.header.records[name])) for name in sorted(counted)]
    return forms.ChoiceField(label=_("数什么"), choices=choices)


def _before(pack: Pack, rule: Rule) -> list[Rule]:
    """Return the rules that stand before one: of these it may be made."""
    ids = [one.id for one in pack.rules]
    return list({one.id: one for one in pack.rules[: ids.index(rule.id)]}.values())


def _part_rules(pack: Pack, rule: Rule) -> forms.Field:
    own = [
        (one.id, worded(one.title)) for one in _before(pack, rule) if one.subject == rule.subject
    ]
    found = _several(_("哪几条规则"), own, long=True)
    found.required = True
    return found


def _part_rule(pack: Pack, rule: Rule) -> forms.Field:
    levels, told = known("level"), _("%(level)s：%(title)s")
    own = [
        (one.id, told % {"level": levels[one.subject], "title": worded(one.title)})
        for one in _before(pack, rule)
        if one.subject in get_args(AreaLevel)
    ]
    return forms.ChoiceField(label=_("达到哪条规则"), choices=own)


def _level(label: str, codes: Sequence[str]) -> forms.Field:
    levels = known("level")
    return forms.ChoiceField(label=label, choices=[(code, levels[code]) for code in codes])


def _record(label: str) -> Callable[[Pack, Rule], forms.Field]:
    def make(pack: Pack, _rule: Rule) -> forms.Field:
        own = [(name, worded(record)) for name, record in pack.header.records.items()]
        return forms.ChoiceField(label=_(label), choices=own)

    return make


_MAKERS: Mapping[str, Callable[[Pack, Rule], forms.Field]] = {
    "kind": _kind,
    "categories": _categories,
    "minutes": _minutes,
    "basis": lambda _pack, _rule: forms.ChoiceField(label=_("哪种面积"), choices=BASES),
    "capacity": _capacity,
    "rules": _part_rules,
    "rule": _part_rule,
    "area": lambda _pack, _rule: _level(_("数哪一级"), get_args(AreaLevel)),
    "between": lambda _pack, _rule: _level(_("比哪一级之间"), ("township", "county")),
    "record": _record(gettext_noop("哪个登记值")),
    "part": _record(gettext_noop("分子")),
    "whole": _record(gettext_noop("分母")),
    "per": lambda _pack, _rule: forms.IntegerField(
        label=_("每多少"), min_value=1, initial=1, help_text=_("1是写成百分比。")
    ),
    "each": lambda _pack, _rule: forms.ChoiceField(label=_("怎样数"), choices=EACH, required=False),
}
