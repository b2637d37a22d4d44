"""`lifecircle plan` on the example city, as an office runs it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.walks import network_of
from lifecircle.cli.main import main
from lifecircle.demo.files import write_example
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.policy.packs import load_pack
from lifecircle.publish.headlines import OWN
from lifecircle.publish.planning.writing import TABLES

PACK = "xian-2024"


def ran(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["plan", *map(str, words)])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan") / "示例 市"
    write_example(folder)
    return folder


@pytest.fixture(scope="module")
def out(city: Path) -> Path:
    out = city.parent / "规划"
    result = ran(city, "--pack", PACK, "--out", out, "--seconds", "20")
    assert result.exit_code == 0, result.output
    assert "全部是模拟数据" in result.output
    return out


def test_every_table_says_that_its_data_are_simulated(out: Path) -> None:
    for name in TABLES:
        for row in rows(out / name):
            assert row.get("simulated", "模拟数据") == "模拟数据", name
    assert rows(out / "demand.csv")
    assert "全部是模拟数据" in (out / "index.html").read_text(encoding="utf-8")


def test_units_are_drawn_above_the_table_with_the_same_numbers(out: Path) -> None:
    page = (out / "index.html").read_text(encoding="utf-8")
    section = page.split("<h2>各区县、开发区</h2>")[1].split("</section>")[0]
    drawn, table = section.split("</svg>")
    cells = re.findall(r'<td data-label="[^"]+">([^<]*)</td>', table)
    units = list(zip(cells[::3], cells[1::3], cells[2::3], strict=True))
    assert units
    for name, served, left in units:
        assert f"{name}：新服务{served}人，仍缺{left}人" in drawn


def test_what_is_met_before_and_after_is_drawn(out: Path) -> None:
    """As many more meet a rule as promise.csv turns, in the reading of the policy."""
    page = (out / "index.html").read_text(encoding="utf-8")
    section = page.split("<h2>建成以前和以后</h2>")[1].split("</section>")[0]
    told = {
        name: int(after) - int(before)
        for name, before, after in re.findall(
            r"<tr[^>]*><td[^>]*>([^<]+)</td><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>", section
        )
    }
    more: Counter[tuple[str, str]] = Counter()
    for row in rows(out / "promise.csv"):
        if row["plan"] == "1":
            then, now = row["verdict_then"] == "met", row["verdict"] == "met"
            more[row["rule_title"], row["reading"]] += then - now
    assert told
    assert all(told[name] in [more[name, own] for own in OWN] for name in told)
    for (name, reading), number in more.items():
        assert reading != "circle" or told.get(name, 0) == number


def test_the_budget_of_no_year_is_passed(city: Path, out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    budget = {str(row.year): row.yuan for row in read_city(read_sources(city)).planning.budget}
    assert manifest["run"]["plans"]
    for plan in manifest["run"]["plans"]:
        assert all(yuan <= budget[year] for year, yuan in plan["cost_yuan"].items())


def test_todays_data_and_the_table_give_the_promised_findings(city: Path, out: Path) -> None:
    """An office puts the table beside its own files, and assesses again."""
    folder = city.parent / "建成"
    shutil.copytree(city, folder)
    shutil.copy(out / "facilities.csv", folder / "facilities.csv")
    built = rows(out / "facilities.csv")
    codes = sorted({row["设施类别"] for row in built})
    toml = folder / "lifecircle.toml"
    layer = (
        '\n[[facilities]]\nfile = "facilities.csv"\n'
        f"census = {json.dumps(codes)}\ncensus_on = 2026-06-30\n"
        'declared_by = "规划（模拟）"\n\n[people]'
    )
    toml.write_text(toml.read_text(encoding="utf-8").replace("\n[people]", layer), encoding="utf-8")
    own = read_city(read_sources(folder))
    ground = Ground(own, network_of(own.streets), date(2026, 6, 30))
    found = {f.key: f.verdict for f in assess_on(ground, load_pack(PACK)).findings}
    promised = [row for row in rows(out / "promise.csv") if row["plan"] == "1"]
    assert promised
    for row in promised:
        keys = [
            key
            for key in found
            if key[:3] == (row["subject_level"], row["subject"], row["rule"])
            and key[3] == row["reading"]
        ]
        assert [found[key] for key in keys] == [row["verdict_then"]], row


def test_each_gap_of_the_community_is_a_goal_or_stays_open_with_a_reason(out: Path) -> None:
    data = json.loads((out / "communities.json").read_text(encoding="utf-8"))["plans"][0]
    said = {
        (own["community"], one["rule"]) for own in data for one in (*own["goals"], *own["open"])
    }
    listed = {
        (row["area"], row["rule"])
        for row in rows(out / "demand.csv")
        if row["level"] == "community"
    }
    assert said == listed


def test_the_same_input_gives_the_same_bytes(city: Path, out: Path) -> None:
    again = city.parent / "再来"
    assert ran(city, "--pack", PACK, "--out", again, "--seconds", "20").exit_code == 0
    one, other = (json.loads((own / "manifest.json").read_text()) for own in (out, again))
    assert one["run"] == other["run"]
    assert one["files"] == other["files"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--least-share", "一半"), "读不懂 一半"),
        (("--least-share", "nobody=30%"), "没有名为 nobody 的优先类"),
        (("--set-aside", "nothing"), "没有名为 nothing 的先后"),
    ],
)
def test_a_wish_that_cannot_be_is_one_sentence(
    city: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = ran(city, "--pack", PACK, "--out", tmp_path / "x", *words)
    assert said in str(result.exception)
    assert not (tmp_path / "x").exists()


def test_a_folder_with_other_things_is_left_alone(city: Path, tmp_path: Path) -> None:
    (tmp_path / "别的.txt").write_text("别的", encoding="utf-8")
    result = ran(city, "--pack", PACK, "--out", tmp_path)
    assert "文件夹里有别的内容" in str(result.exception)
