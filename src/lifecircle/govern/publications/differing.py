"""What a proposal would change of what everybody sees now."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.subjects import Feature, read_features
from lifecircle.govern.wording import listed

MOST_NAMED = 50


def differences(publication: Publication) -> dict[str, Any]:
    """Return by collection how many are new, gone and changed, and some of them by name.

    Compared with the live publication of the kind and area; ``against`` is that, None where this
    is the first.
    """
    mine = Publication.objects.filter(kind=publication.kind, area_id=publication.area_id)
    live = mine.live().exclude(pk=publication.pk).first()
    told: dict[str, Any] = {"against": live.pk if live else None, "counts": {}, "named": []}
    if live is None:
        return told
    old = {
        (one.collection, one.own_id): (one.name, _mark(one))
        for one in PublicFeature.objects.filter(publication=live).iterator()
    }
    counts: Counter[tuple[str, str]] = Counter()
    for new in read_features(publication.folder):
        was = old.pop((new.collection, new.own_id), None)
        if was is None:
            _note(told, counts, new.collection, "added", new.name)
        elif was[1] != _mark(new):
            room = len(told["named"]) < MOST_NAMED
            fields = [fields_of(live, new)] if room else []
            _note(told, counts, new.collection, "changed", new.name, *fields)
    for (collection, _own_id), was in old.items():
        _note(told, counts, collection, "gone", was[0])
    for (collection, what), many in sorted(counts.items()):
        told["counts"].setdefault(collection, {})[what] = many
    return told


def _note(
    told: dict[str, Any],
    counts: Counter[tuple[str, str]],
    collection: str,
    what: str,
    name: str,
    *fields: list[str],
) -> None:
    counts[collection, what] += 1
    if len(told["named"]) < MOST_NAMED:
        told["named"].append([collection, what, name, *fields])


def _mark(one: PublicFeature | Feature) -> str:
    """Return a mark of all that is told but the day, which is another in every publication."""
    kept = {name: value for name, value in one.properties.items() if name != "as_of"}
    text = json.dumps([one.name, one.geometry, kept], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def fields_of(live: Publication, new: Feature) -> list[str]:
    """Return which fields of a thing are others than what everybody sees."""
    found = PublicFeature.objects.filter(publication=live, collection=new.collection)
    was = found.get(own_id=new.own_id)
    own = [name for name in ("name", "geometry") if getattr(was, name) != getattr(new, name)]
    names = sorted({*was.properties, *new.properties} - {"as_of"})
    return own + [one for one in names if was.properties.get(one) != new.properties.get(one)]


def fields_said(fields: Sequence[str]) -> str:
    """Return fields as the office calls them, each once."""
    known = {
        "name": _("名称"), "pinyin": _("名称"), "geometry": _("位置或边界"), "lon": _("位置或边界"),
        "lat": _("位置或边界"), "address": _("地址"), "hours": _("开放时间"), "open": _("开放时间"),
        "hours_zh": _("开放时间"), "charges": _("收费"), "hotline": _("服务电话"),
        "to_bring": _("要带什么"), "state": _("状态"), "state_zh": _("状态"), "serves": _("状态"),
        "categories": _("种类"), "categories_zh": _("种类"), "verdicts": _("政策做到了没有"),
        "services": _("走路几分钟到"), "people": _("人数"), "community_name": _("所在社区"),
    }  # fmt: skip
    return listed(dict.fromkeys(known.get(one, _("其他内容")) for one in fields))


def facts(publication: Publication) -> Iterator[str]:
    """Say what is otherwise of the whole: its day, its sentence, the office's words, the counts."""
    against = publication.manifest.get("differences", {}).get("against")
    live = Publication.objects.filter(pk=against).first() if against else None
    if live is None:
        return
    was, new = live.manifest, publication.manifest
    pairs = ((_("资料截至"), "as_of"), (_("总的情况"), "headline"), (_("许可"), "licence"),
             (_("审图号"), "map_approval_number"))  # fmt: skip
    for called, name in pairs:
        before, after = was.get(name) or _("没有写"), new.get(name) or _("没有写")
        if before != after:
            told = {"called": called, "before": before, "after": after}
            yield _("%(called)s：原来%(before)s，现在%(after)s") % told
    words = [one.get("words_sha256") for one in (was, new)]
    if all(words) and words[0] != words[1]:
        yield _("办公室的说明（lifecircle.toml 里的）改过")
    yield from _counts(was, new)


def _counts(was: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Say of each rule in how many communities it is met, where that is another number."""
    met = {(one.get("rule"), one.get("reading")): one["met"] for one in was.get("totals", ())}
    for one in new.get("totals", ()):
        before = met.get((one.get("rule"), one.get("reading")))
        if before is not None and before != one["met"]:
            called = f"{one['title']}（{one['reading_zh']}）"
            told = {"rule": called, "before": before, "after": one["met"]}
            yield _("%(rule)s：做到的社区原来%(before)s个，现在%(after)s个") % told
