"""Numbers of persons are found in every kind of file, and none of them stands in the open data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from docx import Document

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess
from lifecircle.place.letterhead import Letterhead
from lifecircle.place.notices import doubt_notices, public_notices
from lifecircle.place.sources import HandbookSource, PublicSource
from lifecircle.place.tables import AcceptedFault, City, Doubt
from lifecircle.policy.models import Pack
from lifecircle.publish.documents.templates import template_of
from lifecircle.publish.documents.writing import write_documents
from lifecircle.publish.handbook.material import Material
from lifecircle.publish.handbook.writing import Wanted as Books
from lifecircle.publish.handbook.writing import write_handbooks
from lifecircle.publish.map.writing import Wanted as Map
from lifecircle.publish.map.writing import write_map
from lifecircle.publish.opendata.earlier import read_earlier
from lifecircle.publish.opendata.persons import FEW, K
from lifecircle.publish.opendata.writing import Terms, write_open_data
from lifecircle.publish.registers.writing import REGISTER
from lifecircle.publish.typesetting import Typesetter
from lifecircle.terms.errors import Fault
from lifecircle.walk.network import Network
from tests.conftest import DAY
from tests.publish.attack import Attack, people_of, read
from tests.publish.told import gives_away, in_file, in_folder, in_json, in_text

WORDS_OF_RULES = (0, K - 1, K, FEW, FEW - 1, 195, 199)
"""Numbers in the sentences that say how persons are told; handbooks give 195 to 199 as example."""


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("涉及1,234人。", 1234, 1234),
        ("有3位老人住得远", 3, 3),
        ("6160至6164人", 6160, 6164),
        ("儿童：7", 7, 7),
        ("常住人口 88", 88, 88),
        ("约1.2万人", 12000, 12000),
        ("17名儿童", 17, 17),
        ("1户、3人", 3, 3),
    ],
)
def test_numbers_by_words_for_persons_are_found(text: str, least: float, most: float) -> None:
    assert (least, most) in {(one.least, one.most) for one in in_text(text)}


@pytest.mark.parametrize("text", ["老年人走路15分钟", "每千人口", "2026年6月30日", "服务电话12345"])
def test_other_numbers_are_not(text: str) -> None:
    assert in_text(text) == []


def test_payloads_are_read_by_their_keys_and_strings() -> None:
    payload = {
        "rows": [{"people": 31, "at": 7, "older": [5, 9]}], "note": "另有2人", "affected": {"a": 4},
    }  # fmt: skip
    found = {(one.least, one.most) for one in in_json(payload)}
    assert found == {(31, 31), (5, 9), (2, 2), (4, 4)}


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    page = "#let said = json(bytes(sys.inputs.data))\n#set text(font: said.face)\n#said.text"
    (tmp_path / "a.typ").write_text(page, encoding="utf-8")
    made = Typesetter(tmp_path / "a.typ").pdf({"text": "共有37位老人"}, "zh-Hans", DAY)
    (tmp_path / "a.pdf").write_bytes(made)
    texts = {
        "a.js": '/* x */\n(window.d ??= {})["k"] = {"residents":37};\n',
        "b.js": "const said = '37人';",
        "a.html": "<p><b>37</b>人</p>",
        "a.md": "- 37人",
        "a.json": '{"people": 37}',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    word = Document()
    word.add_paragraph("共37人")
    word.save(str(tmp_path / "a.docx"))
    for name in (*texts, "a.pdf", "a.docx"):
        assert {one.least for one in in_file(tmp_path / name)} == {37}, name


@pytest.fixture
def doubted(example_city: City) -> City:
    """The example city with doubts that quote people, a raster's total and somebody's name."""
    doubts = [
        Doubt(Fault(reason, "a", "b", "c", code))
        for code, reason in (
            ("household-size", "1户、37人，平均每户37人"),
            ("people-differ", "小区人口合计6163人，社区登记7001人"),
        )
    ]
    accepted = [AcceptedFault("household-size", "张某某", DAY, "已核对", 2)]
    raster = (
        "人口由栅格推算，是估计数，不是登记数：常住人口（a.tif）社区内73,451人，"
        "社区外（同一矩形范围）12人。来源：某栅格。"
    )
    notices = (*doubt_notices(doubts, accepted), raster, *example_city.notices)
    return replace(example_city, doubts=tuple(doubts), accepted=tuple(accepted), notices=notices)


def test_the_public_is_told_of_doubts_without_persons(doubted: City) -> None:
    said = public_notices(doubted)
    text = "".join(said)
    assert in_text(text) == []
    assert "张某某" not in text
    assert "37" not in text


def published(out: Path, city: City, network: Network, found: Assessment, terms: Terms) -> Path:
    write_open_data(out, Ground(city, network, found.as_of), [found], terms)
    return out


def test_no_file_of_open_data_tells_a_finer_number_than_its_tables(
    tmp_path: Path, doubted: City, example_network: Network, example: Assessment
) -> None:
    out = published(tmp_path / "a", doubted, example_network, example, Terms())
    told = in_folder(out)
    assert len(told) > 3  # how persons are told is said in words
    assert gives_away(told, read(out), WORDS_OF_RULES) == []
    (out / "careless.md").write_text("另有37人。", encoding="utf-8")
    assert [one.least for one in gives_away(in_folder(out), read(out), WORDS_OF_RULES)] == [37]


def write_notice(out: Path, ground: Ground, found: Assessment) -> None:
    notice = {"notice": template_of("notice")}
    write_documents(out, ground, [found], Letterhead(), notice)
    (out / REGISTER).unlink()  # stays in the office


def write_books(out: Path, ground: Ground, found: Assessment) -> None:
    material = Material.of(ground, [found], HandbookSource())
    write_handbooks(out, material, Books([0, 1]))


def write_page(out: Path, ground: Ground, found: Assessment) -> None:
    write_map(out, Map(ground, [found], PublicSource()))


TOGETHER = {"handbook": write_books, "map": write_page, "notice": write_notice}
"""What is published beside the open data."""


@pytest.mark.parametrize("kind", sorted(TOGETHER))
def test_nothing_published_beside_is_finer_than_the_open_data(
    tmp_path: Path, doubted: City, example_network: Network, example: Assessment, kind: str
) -> None:
    out = published(tmp_path / "a", doubted, example_network, example, Terms())
    TOGETHER[kind](tmp_path / kind, Ground(doubted, example_network, DAY), example)
    away = gives_away(in_folder(tmp_path / kind), read(out), WORDS_OF_RULES)
    assert away == []


def test_a_map_with_exact_numbers_is_found_out(
    tmp_path: Path, example_city: City, example_network: Network, example: Assessment
) -> None:
    out = published(tmp_path / "a", example_city, example_network, example, Terms())
    script = '(window.lifecircleData ??= {})["communities"] = {"rows":[{"people":5263}]};\n'
    (tmp_path / "communities.js").write_text(script, encoding="utf-8")
    (one,) = gives_away(in_file(tmp_path / "communities.js"), read(out), WORDS_OF_RULES)
    assert (one.least, one.where) == (5263, "communities.js")


def test_all_files_of_two_dates_tell_no_more_than_each(
    tmp_path: Path, doubted: City, example_network: Network, example: Assessment, pack: Pack
) -> None:
    """One of each home turned old between the dates; no number is narrower than K - 1 values."""
    first = published(tmp_path / "a", doubted, example_network, example, Terms())
    homes = doubted.origins
    grown = (homes.older > 0) & (homes.older + homes.children < homes.residents)
    older = np.where(grown, homes.older + 1, homes.older)
    moved = replace(doubted, origins=replace(homes, older=older))
    later = assess(pack, moved, example_network, date(2026, 12, 31))
    earlier = (read_earlier(first),)
    second = published(tmp_path / "b", moved, example_network, later, Terms(before=earlier))
    days = [read(first), read(second)]
    ends = {name: [*days[0][name], *days[1][name]] for name in days[0]}
    for folder in (first, second):
        assert gives_away(in_folder(folder), ends, WORDS_OF_RULES) == []
    attack = Attack(*days)
    for row in days[0]["communities"][::4]:
        for day in (0, 1):
            least, most = attack.range({people_of(day, row["id"], "older"): 1})
            assert most - least >= K - 2


def test_other_numbers_on_the_same_spans_give_the_same_bytes(
    tmp_path: Path, example_city: City, example_network: Network, example: Assessment
) -> None:
    """The whole folder is a function of the spans: nothing else of it changes with the numbers."""
    none = replace(example, findings=(), rollup=(), rollup_by_area=())
    homes = example_city.origins
    _, first = np.unique(homes.community, return_index=True)
    sums = np.bincount(homes.community[homes.community >= 0], homes.older[homes.community >= 0])
    older = homes.older.copy()
    at = first[homes.community[first] >= 0]
    older[at] += np.where(sums[homes.community[at]] % K < K - 1, 1, -1).astype(older.dtype)
    assert (older != homes.older).any()
    bare = replace(example_city, communities=replace(example_city.communities, counts={}))
    other = replace(bare, origins=replace(homes, older=older))
    one = published(tmp_path / "a", bare, example_network, none, Terms())
    two = published(tmp_path / "b", other, example_network, none, Terms())
    for path in sorted(one.iterdir()):
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name
