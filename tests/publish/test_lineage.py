"""Two runs with a change of areas between them: successors are named, not new and gone.

    old run   c0   c1   c2   c3    of 甲镇 (c0 c1) and 乙镇 (c2 c3)
              |     \\    /    | \\
    new run   n0     n1     c4  c5  of 新镇
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from lifecircle.place.area_changes import AreaChange
from lifecircle.place.tables import City
from lifecircle.publish.comparing import Change, compare
from lifecircle.publish.past import read_past
from lifecircle.publish.results import write_results
from tests.assess.cities import Place, Site, city_of, judged, pack_of, rule
from tests.conftest import network_of
from tests.publish import slow_comparing

COUNT = {"name": "count_in_area", "categories": ["clinic"]}
PACK = pack_of(
    rule("clinic", "community", COUNT, ">=1"), rule("town-clinic", "township", COUNT, ">=1")
)
ON, EARLY, LATE = date(2026, 3, 1), date(2026, 1, 1), date(2026, 6, 1)
HALF = Fraction(1, 2)
CHANGES = (
    AreaChange(ON, "rename", "community", "c0", "n0"),
    AreaChange(ON, "merge", "community", "c1", "n1"),
    AreaChange(ON, "merge", "community", "c2", "n1"),
    AreaChange(ON, "split", "community", "c3", "c4", share=HALF),
    AreaChange(ON, "split", "community", "c3", "c5", share=HALF),
    AreaChange(ON, "merge", "township", "甲镇", "新镇", ("n0",)),
    AreaChange(ON, "merge", "township", "乙镇", "新镇"),
)


def small(lying: dict[str, str], clinics: tuple[int, ...]) -> City:
    places = [Place(own, town, "某县") for own, town in lying.items()]
    sites = [Site(f"F{at}", "clinic", at) for at in clinics]
    return city_of(places, sites, census=frozenset({"clinic"}))


def changes_between(
    folder: Path, changes: tuple[AreaChange, ...]
) -> tuple[list[Change], list[str]]:
    old = small({"c0": "甲镇", "c1": "甲镇", "c2": "乙镇", "c3": "乙镇"}, (0, 1))
    new = small({"c4": "新镇", "c5": "新镇", "n0": "新镇", "n1": "新镇"}, ())
    runs = []
    for name, city, day in (("a", old, EARLY), ("b", replace(new, changes=changes), LATE)):
        write_results(folder / name, city, network_of(city), [judged(city, PACK, day)])
        runs.append(read_past(folder / name))
    (found,) = compare(*runs)
    assert found == slow_comparing.compare(folder / "a", folder / "b")
    return list(found.changes), list(found.general)


def test_successors_are_named(tmp_path: Path) -> None:
    found, general = changes_between(tmp_path, CHANGES)
    said = {(c.kind, c.subject): c.causes[0].says for c in found if c.kind != "changed"}
    assert {kind for kind, _ in said} == {"subject-succeeded", "subject-successor"}
    assert said["subject-succeeded", "c0"] == "2026-03-01更名：c0→n0（后继：n0）"
    merged = "2026-03-01合并：c1、c2→n1"
    assert said["subject-succeeded", "c1"] == f"{merged}（后继：n1社区）"
    assert said["subject-successor", "n1"] == f"{merged}（前身：c1社区、c2社区）"
    assert said["subject-succeeded", "c3"] == "2026-03-01拆分：c3→c4、c5（后继：c4社区、c5社区）"
    assert said["subject-successor", "c5"].endswith("（前身：c3社区）")
    towns = "2026-03-01合并：乙镇、甲镇→新镇"
    assert said["subject-succeeded", "甲镇"] == f"{towns}（后继：新镇）"
    assert ("subject-successor", "新镇") in said
    assert sum(line.startswith("区划变更：2026-03-01") for line in general) == 4


def test_what_was_only_renamed_is_compared_under_its_new_id(tmp_path: Path) -> None:
    found, _ = changes_between(tmp_path, CHANGES)
    turned = {c.subject: c.verdict for c in found if c.kind == "changed" and c.rule == "clinic"}
    assert turned == {"n0": ("met", "not met")}


def test_without_a_record_they_are_new_and_gone(tmp_path: Path) -> None:
    found, general = changes_between(tmp_path, ())
    assert {c.kind for c in found} == {"subject-new", "subject-gone"}
    assert not any("区划变更" in line for line in general)


def test_a_township_that_kept_its_name_is_the_heir_of_both(tmp_path: Path) -> None:
    """甲镇 has a code of its own only while no other township shares it."""
    took = (
        AreaChange(ON, "merge", "township", "乙镇", "甲镇", ("990001001002",)),
        AreaChange(ON, "merge", "township", "甲镇", "甲镇"),
    )
    city = small({"990001001001": "甲镇", "990001001002": "甲镇"}, (0,))
    city = replace(city, changes=took)
    runs = []
    for name, day in (("a", EARLY), ("b", LATE)):
        write_results(tmp_path / name, city, network_of(city), [judged(city, PACK, day)])
        runs.append(read_past(tmp_path / name))
    (found,) = compare(*runs)
    said = {(c.kind, c.subject): c.causes[0].says for c in found.changes}
    merged = "2026-03-01合并：乙镇、甲镇→甲镇"
    assert said == {
        ("subject-succeeded", "乙镇"): f"{merged}（后继：甲镇）",
        ("subject-succeeded", "甲镇"): f"{merged}（后继：甲镇）",
        ("subject-successor", "990001001"): f"{merged}（前身：乙镇、甲镇）",
    }
