"""A closed round goes into the inventory; a baseline makes absences known where they were told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifecircle.assess.judge import assess
from lifecircle.assess.walks import network_of
from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.inventory.models import Census, Facility, Permit, Space
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.records.models import Change
from lifecircle.govern.records.services import put
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.baseline import (
    Declared,
    declare,
    declared_in,
    filled_lots,
    frozen_sha256,
    take_back,
)
from lifecircle.govern.surveys.closing import settle_all
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Channel, Return, Round
from lifecircle.govern.surveys.services import close, hand_in, review
from lifecircle.place.tables import City
from lifecircle.policy.packs import load_pack
from tests.govern.conftest import SmallCity
from tests.govern.surveys.rounds import AS_ON, PACK, back_of, opened, stocked

COMMAND = system("test")
PERMIT = "许可〔2018〕12号-1"
RULE = "has-community-meals"


def passed(back: Return, answers: Mapping[tuple[str, str], Any]) -> None:
    """Enter answers, hand the return in and pass it."""
    if answers:
        enter(COMMAND, back, answers, Channel.PAGE)
    now = Return.objects.get(pk=back.pk)
    handed = hand_in(COMMAND, now, seen=now.version, missing="没有看过")
    review(COMMAND, handed, seen=handed.version)


def closed(round_: Round) -> Round:
    """Close a round with all that is left named, and write it."""
    left = round_.returns.exclude(state="reviewed")
    settling = close(COMMAND, round_, {one.pk: "搬迁中" for one in left})
    return settle_all(COMMAND, settling)


def current(model: Any, own_id: str) -> Any:
    return model.versions.get(record__own_id=own_id, until__isnull=True)


def test_closing_writes_what_was_answered(small_city: SmallCity) -> None:
    stocked(small_city["mill"])
    round_ = opened(small_city["east"])
    mill, pond = (back_of(round_, small_city[name]) for name in ("mill", "pond"))
    passed(
        mill,
        {
            ("facility_standing", "F1"): "changed",
            ("facility_floor_m2", "F1"): "120",
            ("facility_name", "new-a"): "新食堂",
            ("facility_categories", "new-a"): ["community_canteen"],
            ("facility_point", "new-a"): "108.951 34.251",
            ("space_standing", "K1"): "gone",
            ("permit_actual", PERMIT): "未落实",
            ("permit_actual_m2", PERMIT): 0,
        },
    )
    passed(pond, {})
    before = Change.objects.count()
    round_ = closed(round_)
    assert round_.state == Round.State.CLOSED
    assert Change.objects.count() == before + 1, "one change for the community that told something"
    change = Change.objects.latest("pk")
    assert (change.channel, change.effective_on) == ("survey", AS_ON)
    clinic = current(Facility, "F1")
    assert (str(clinic.floor_m2), clinic.name, clinic.since) == ("120.00", "Mill clinic", change)
    added = Facility.versions.get(name="新食堂")
    assert (added.categories, added.lon, added.area) == (
        ["community_canteen"], 108.951, small_city["mill"],
    )  # fmt: skip
    assert current(Space, "K1").removed
    permit = current(Permit, PERMIT)
    assert (permit.actual, str(permit.actual_m2), str(permit.permitted_m2)) == (
        "missing", "0.00", "400.00",
    )  # fmt: skip
    states = {back.area.name: back.state for back in round_.returns.select_related("area")}
    assert states == {"mill": "closed", "pond": "closed", "pine": "open"}
    settle_all(COMMAND, round_)
    assert Facility.versions.filter(name="新食堂").count() == 1, "again changes nothing"


def test_what_changed_since_stays_and_is_told(small_city: SmallCity) -> None:
    stocked(small_city["mill"])
    round_ = opened(small_city["east"])
    mill = back_of(round_, small_city["mill"])
    passed(mill, {("facility_floor_m2", "F1"): "120", ("space_name", "K1"): "旧磨坊"})
    now = current(Facility, "F1")
    data = {name: getattr(now, name) for name in now.data_fields()} | {"floor_m2": "95"}
    put(COMMAND, Facility, "F1", now.record.area, data, permission="x", effective_on=AS_ON)
    closed(round_)
    back = Return.objects.get(pk=mill.pk)
    assert [(one["row"], one["reason"]) for one in back.unwritten] == [
        ("F1", "填报期间别人改过这条档案")
    ]
    assert str(current(Facility, "F1").floor_m2) == "95.00"
    assert current(Space, "K1").name == "旧磨坊"


def test_what_cannot_be_a_record_is_not_handed_in(small_city: SmallCity) -> None:
    stocked(small_city["mill"])
    mill = back_of(opened(small_city["east"]), small_city["mill"])
    enter(COMMAND, mill, {("facility_name", "new-a"): "新食堂"}, Channel.PAGE)
    with pytest.raises(Refused, match="没有写设施类别"):
        hand_in(COMMAND, mill, seen=2, missing="x")


def test_the_job_goes_on_where_it_was(small_city: SmallCity) -> None:
    stocked(small_city["mill"])
    round_ = opened(small_city["east"])
    for back in round_.returns.select_related("round", "area"):
        passed(back, {})
    close(COMMAND, round_)
    assert Worker("test").run_one()
    assert Job.objects.get(kind="survey.settle").state == "done"
    assert Round.objects.get(pk=round_.pk).state == "closed"


@pytest.fixture(scope="session")
def bare_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example city whose lists declare nothing complete."""
    folder = tmp_path_factory.mktemp("surveys") / "city"
    write_example(folder, 12)
    toml = folder / "lifecircle.toml"
    told = re.sub(r"(?m)^(census|census_on|declared_by) = .*\n", "", toml.read_text("utf-8"))
    toml.write_text(told, "utf-8")
    return folder


def verdicts(city: City, rule: str = RULE) -> dict[str, str]:
    found = assess(load_pack(PACK), city, network_of(city.streets), AS_ON).findings
    return {one.subject: one.verdict for one in found if one.rule == rule}


def declared(round_: Round) -> list[Declared]:
    told = (declared_in(filled) for lot in filled_lots(round_) for filled in lot)
    return [one for one in told if one]


def test_a_baseline_makes_absences_known_where_they_were_told(
    db: None, bare_example: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(bare_example, tmp_path / "city"))
    loaded = load_city(folder, COMMAND, date(2020, 1, 1))
    round_ = opened(loaded.city)
    without = city_of_records(folder)
    without_surveys = verdicts(replace(without, surveys=()))
    unknown = [own for own, one in without_surveys.items() if one == "not assessed"]
    assert len(unknown) >= 2
    told, silent = unknown[0], unknown[1]
    backs = {back.area.code: back for back in round_.returns.select_related("area", "round")}
    meals = ("function_exists", "community_canteen")
    passed(backs[told], {meals: "no"})
    passed(backs[silent], {meals: "not_known"})
    with pytest.raises(Conflict):
        declare(COMMAND, round_, [])
    round_ = closed(round_)
    assert round_.sha256 == frozen_sha256(round_)
    round_ = declare(COMMAND, round_, declared(round_))
    declare(COMMAND, round_, declared(round_))
    assert [one.area.code for one in Census.objects.all()] == [told]
    city = city_of_records(folder)
    after = verdicts(replace(city, surveys=()))
    assert (after[told], after[silent]) == ("not met", "not assessed")
    assert {own for own in after if after[own] != without_surveys[own]} == {told}
    assert [one.name for one in city.files if one.role == "census"]
    before = city_of_records(folder, as_of=date(2026, 6, 29))
    assert not before.censuses
    assert Area.objects.get(code=told)
    take_back(COMMAND, round_, "数错了")
    take_back(COMMAND, round_, "数错了")
    city = city_of_records(folder)
    assert verdicts(replace(city, surveys=())) == without_surveys
    assert not [one.name for one in city.files if one.role == "census"]
    assert Census.objects.get().withdrawn_at, "it stays on record"
    assert Round.objects.get(pk=round_.pk).state == "closed"
    declare(COMMAND, round_, declared(round_))
    assert (Census.objects.count(), Census.objects.standing().count()) == (2, 1)
