"""The judge as a whole: against a slow reference, and against changes that must not matter."""

from __future__ import annotations

import dataclasses
import json
import math
import random
import shutil
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely
import shapely.affinity

from lifecircle.assess.circles import centres, count_in_circle, radii_m
from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.judge import assess
from lifecircle.assess.walks import Walks
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City, RecordedWaiver
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Circle, Pack
from lifecircle.terms.errors import InputError
from lifecircle.terms.figures import share_text
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from tests.conftest import DAY, network_of
from tests.walk.graphs import slow_metres


def sized(city: City, size: str) -> dict[str, tuple[str, ...]]:
    """Return the attributes of the communities with every size set to ``size``."""
    areas = city.communities
    return {**areas.attributes, "size": (size,) * len(areas)}


def by_key(found: Assessment) -> dict[tuple[str, ...], Finding]:
    return {finding.key: finding for finding in found.findings}


def test_no_two_findings_share_a_key_and_all_are_sorted(example: Assessment) -> None:
    keys = [finding.key for finding in example.findings]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)


def test_shares_equal_a_slow_walk_over_the_same_points(
    example: Assessment, example_city: City, example_network: Network, pack: Pack
) -> None:
    """Every share on foot again, with a plain Dijkstra from each door of two communities."""
    walks = Walks(example_city, example_network, Profile("adult", 80.0))
    findings = by_key(example)
    for row in (0, 5):
        subject = example_city.communities.id[row]
        homes = np.flatnonzero(example_city.origins.community == row)
        keep = np.isin(walks.origins.owner, homes)
        origins = dataclasses.replace(
            walks.origins,
            owner=walks.origins.owner[keep],
            chain=walks.origins.chain[keep],
            at_m=walks.origins.at_m[keep],
            leg_m=walks.origins.leg_m[keep],
        )
        for rule_id in ("five-minutes-finance", "ten-minutes-government"):
            rule = pack.rule(rule_id)
            assert isinstance(rule.measure, WalkMeasure)
            lane = walks.lane(pack.categories_of(rule.measure), 1)
            metres = slow_metres(example_network, origins, lane.access)
            limit_m = rule.measure.minutes * 80.0
            weight = example_city.origins.weight
            covered = sum(int(weight[o]) for o in homes if min(metres[o], default=9e9) <= limit_m)
            total = sum(int(weight[o]) for o in homes)
            finding = findings["community", subject, rule_id, "walk", "adult"]
            assert finding.observed == share_text(covered, total)
            assert finding.people_affected in (total - covered, None)
            worst = max(min(metres[o]) for o in homes)
            if math.isfinite(worst) and finding.distance_m:
                assert float(finding.distance_m) == pytest.approx(worst, abs=0.51)


def test_the_circle_equals_a_plain_loop(example_city: City, pack: Pack) -> None:
    circle = pack.header.circle
    assert circle is not None
    measured = count_in_circle(example_city, circle, ("clinic",), serves_all=False)
    rows = example_city.of_categories(("clinic",))
    for row, middle in enumerate(centres(example_city)):
        wide = example_city.communities.radius_m[row]
        radius_m = 1200.0 if math.isnan(wide) else wide
        count = sum(
            math.dist(
                (middle.x, middle.y),
                shapely.get_coordinates(example_city.facilities.shape[at])[0],
            )
            <= radius_m
            for at in rows
        )
        assert measured[row].observed == str(count)


@pytest.mark.parametrize(
    ("size", "radius_m", "used"),
    [
        ("very_large", 1500.0, 1500.0),
        ("dispersed", 1500.0, 1500.0),
        ("small", 1500.0, 1200.0),
        ("very_large", math.nan, 1200.0),
        ("very_large", 900.0, 1200.0),
    ],
)
def test_only_very_large_or_dispersed_communities_widen_the_circle(
    example_city: City, pack: Pack, size: str, radius_m: float, used: float
) -> None:
    count = len(example_city.communities)
    areas = dataclasses.replace(
        example_city.communities,
        attributes=sized(example_city, size),
        radius_m=np.full(count, radius_m),
    )
    city = dataclasses.replace(example_city, communities=areas)
    assert isinstance(pack.header.circle, Circle)
    assert set(radii_m(city, pack.header.circle).tolist()) == {used}


def test_where_the_circle_may_widen_but_nobody_said_how_far(
    example_city: City, example_network: Network, pack: Pack
) -> None:
    count = len(example_city.communities)
    areas = dataclasses.replace(
        example_city.communities,
        attributes=sized(example_city, "dispersed"),
        radius_m=np.full(count, np.nan),
    )
    city = dataclasses.replace(example_city, communities=areas)
    found = assess(pack, city, example_network, DAY)
    short = [f for f in found.findings if f.reading == "circle" and f.rule == "one-clinic"]
    marked = {f.subject: f.reasons for f in short if f.verdict == "not met"}
    assert marked
    assert set(marked.values()) == {("circle-may-widen",)}


def test_the_river_makes_circle_and_walk_differ(example: Assessment) -> None:
    findings = by_key(example)
    differ = [
        f.subject
        for f in example.findings
        if f.rule == "one-clinic"
        and f.reading == "circle"
        and f.verdict == "met"
        and findings["community", f.subject, f.rule, "walk", "adult"].verdict == "not met"
    ]
    assert len(differ) == 3


def waived(city: City, rule: str) -> City:
    waiver = RecordedWaiver(city.communities.id[4], rule, "张某", date(2026, 5, 1), "随综合体交付")
    return dataclasses.replace(city, waivers=(waiver,))


def test_a_soft_rule_is_excused_and_counted_apart(
    example: Assessment, example_city: City, example_network: Network, pack: Pack
) -> None:
    found = assess(pack, waived(example_city, "one-clinic"), example_network, DAY)
    excused = [f for f in found.findings if f.waiver]
    assert {(f.rule, f.reading, f.verdict) for f in excused} == {("one-clinic", "walk", "not met")}
    assert excused[0].waiver == "张某于2026-05-01豁免：随综合体交付"
    rows = {(row.rule, row.reading): row for row in found.rollup}
    assert rows["one-clinic", "walk"].waived == 1
    assert rows["one-clinic", "walk"].not_met == 4
    assert [f.verdict for f in found.findings] == [f.verdict for f in example.findings]


def test_a_rule_that_is_no_soft_one_cannot_be_excused(
    example_city: City, example_network: Network, pack: Pack
) -> None:
    with pytest.raises(InputError, match="不能豁免"):
        assess(pack, waived(example_city, "fifteen-minutes-medical"), example_network, DAY)


def test_a_waiver_of_another_packs_rule_is_left_alone(
    example: Assessment, example_city: City, example_network: Network, pack: Pack
) -> None:
    found = assess(pack, waived(example_city, "some-other-rule"), example_network, DAY)
    assert found.findings == example.findings


def test_a_village_is_not_an_urban_community(example: Assessment, example_city: City) -> None:
    village = example_city.communities.id[
        example_city.communities.attributes["kind"].index("village")
    ]
    verdicts = {f.verdict for f in example.findings if f.subject == village}
    assert verdicts == {"not applicable"}


def test_the_rollup_counts_every_community_once(example: Assessment, example_city: City) -> None:
    for row in example.rollup:
        total = row.met + row.not_met + row.not_assessed + row.not_applicable
        assert total == len(example_city.communities)
        assert row.denominator == total - 1
        verdicts = Counter(
            f.verdict
            for f in example.findings
            if (f.rule, f.reading, f.subject_level) == (row.rule, row.reading, "community")
        )
        assert verdicts["met"] == row.met
        assert verdicts["not met"] == row.not_met


def test_who_is_short_of_a_level_is_short_of_any_part(
    example: Assessment, example_city: City, pack: Pack
) -> None:
    """Sets of people are joined, not added and not taken as the largest."""
    findings = by_key(example)
    parts = [rule.id for rule in pack.rules if rule.id.startswith("one-")]
    for row, subject in enumerate(example_city.communities.id):
        level = findings["community", subject, "liveable", "walk", "adult"]
        below = [findings["community", subject, part, "walk", "adult"] for part in parts]
        short = [f.people_affected or 0 for f in below if f.verdict == "not met"]
        if level.verdict == "not met":
            assert level.people_affected is not None
            assert max(short) <= level.people_affected <= (level.people or 0)
            everyone = int(
                example_city.origins.residents[example_city.origins.community == row].sum()
            )
            assert level.people == everyone


def test_the_city_share_is_met_over_those_it_applies_to(example: Assessment) -> None:
    (row,) = (r for r in example.rollup if (r.rule, r.reading) == ("liveable", "walk"))
    finding = by_key(example)["city", "city", "liveable-all", "walk", "adult"]
    assert Fraction(finding.observed) == pytest.approx(Fraction(row.met, row.denominator), abs=1e-4)
    assert finding.verdict == "not met"
    assert finding.due == "overdue"


def test_where_the_files_do_not_reach_nothing_is_not_met(
    example_folder: Path, tmp_path: Path, pack: Pack
) -> None:
    """Communities and people moved five kilometres away from every street."""
    shutil.copytree(example_folder, tmp_path, dirs_exist_ok=True)
    for file in example_folder.glob("*.*"):
        content = file.read_text(encoding="utf-8") if file.suffix == ".geojson" else ""
        if file.name in ("communities.geojson", "estates.geojson", "gates.geojson"):
            data = json.loads(content)
            for feature in data["features"]:
                geometry = shapely.geometry.shape(feature["geometry"])
                moved = shapely.affinity.translate(geometry, yoff=0.07)
                feature["geometry"] = shapely.geometry.mapping(moved)
            (tmp_path / file.name).write_text(json.dumps(data), encoding="utf-8")
        else:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    city = read_city(read_sources(tmp_path))
    found = assess(pack, city, network_of(city), DAY)
    verdicts = {f.verdict for f in found.findings if f.subject_level == "community"}
    assert verdicts == {"not assessed", "not applicable"}
    reasons = {code for f in found.findings for code in f.reasons}
    assert "outside-network" in reasons


@pytest.mark.parametrize("scope", [{"class": ("resettlement",)}, {"size": ("small",)}])
def test_an_attribute_nobody_recorded_fails_nobody(
    example: Assessment,
    example_city: City,
    example_network: Network,
    pack: Pack,
    scope: dict[str, tuple[str, ...]],
) -> None:
    areas = example_city.communities
    unknown = {name: ("",) * len(areas) for name in scope}
    blank = dataclasses.replace(areas, attributes={**areas.attributes, **unknown})
    example_city = dataclasses.replace(example_city, communities=blank)
    scoped = pack.model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"scope": scope}) if rule.id == "one-clinic" else rule
                for rule in pack.rules
            )
        }
    )
    found = by_key(assess(scoped, example_city, example_network, DAY))
    turned = 0
    for key, before in by_key(example).items():
        if key[2] == "one-clinic" and before.verdict == "not met":
            assert found[key].verdict == "not assessed"
            assert "attribute-unknown" in found[key].reasons
            turned += 1
    assert turned >= 4


def test_a_new_facility_never_lowers_coverage(
    example: Assessment, example_city: City, example_network: Network, pack: Pack
) -> None:
    bank = dict(zip(example_city.facilities.categories, range(9999), strict=False))[("bank",)]
    places = example_city.facilities
    x_m, y_m = example_city.origins.x_m[3], example_city.origins.y_m[3]
    more = dataclasses.replace(
        places,
        id=(*places.id, "zz-new"),
        name=(*places.name, "新网点"),
        categories=(*places.categories, ("bank",)),
        layer=(*places.layer, places.layer[bank]),
        shape=np.append(places.shape, shapely.Point(x_m, y_m)),
        community=np.append(places.community, places.community[bank]),
        details=(*places.details, places.details[bank]),
        entry_of=np.append(places.entry_of, len(places)),
        entry_x_m=np.append(places.entry_x_m, x_m),
        entry_y_m=np.append(places.entry_y_m, y_m),
    )
    city = dataclasses.replace(example_city, facilities=more)
    after = by_key(assess(pack, city, example_network, DAY))
    changed = 0
    for key, before in by_key(example).items():
        if before.unit == "share":
            assert Fraction(after[key].observed or 0) >= Fraction(before.observed or 0), key
            changed += after[key].observed != before.observed
    assert changed > 0


def test_rows_in_another_order_change_nothing(
    example: Assessment, example_folder: Path, tmp_path: Path, pack: Pack
) -> None:
    shutil.copytree(example_folder, tmp_path, dirs_exist_ok=True)
    for file in example_folder.glob("*.*"):
        content = file.read_bytes()
        if file.suffix == ".geojson":
            data = json.loads(content)
            random.Random(7).shuffle(data["features"])
            content = json.dumps(data).encode()
        (tmp_path / file.name).write_bytes(content)
    city = read_city(read_sources(tmp_path))
    assert assess(pack, city, network_of(city), DAY) == example


def test_assessing_twice_gives_the_same(
    example: Assessment, example_city: City, example_network: Network, pack: Pack
) -> None:
    assert assess(pack, example_city, example_network, DAY) == example
