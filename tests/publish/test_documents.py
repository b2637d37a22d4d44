"""Official documents: the sheet they stand on, what they say, whom they rank."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.cli.main import main
from lifecircle.place.letterhead import DocumentNumbers, Letterhead
from lifecircle.place.sources import read_sources
from lifecircle.publish.documents import kinds
from lifecircle.publish.documents import standard as gb
from lifecircle.publish.documents.filling import filled, templates_in
from lifecircle.publish.documents.layout import ORDER
from lifecircle.publish.documents.marking import plain
from lifecircle.publish.documents.ranking import ranked_by, rankings
from lifecircle.publish.documents.sections import chinese
from lifecircle.publish.documents.templates import (
    KINDS,
    PLACEHOLDERS,
    TABLES,
    template_of,
    write_templates,
)
from lifecircle.publish.documents.writing import write_documents
from lifecircle.publish.past import read_past
from lifecircle.publish.results import write_results
from lifecircle.terms.errors import InputError
from tests.assess.cities import Place, city_of
from tests.conftest import ROOT
from tests.publish.towns import material_of, rules, town

OFFICE = Letterhead.model_validate(
    {
        "issuer": "小城民政局",
        "to": "各区人民政府",
        "copy_to": ["市委办公室", "市人大常委会办公室"],
        "signed_on": "2026-12-01",
        "printed_by": "小城民政局办公室",
        "printed_on": "2026-12-02",
        "contact": "基层政权科",
        "notice_period": "12月2日至8日",
        "numbers": {"bulletin": "小民函〔2026〕12号"},
    }
)
MM_A_TWIP = 25.4 / 1440


def document(kind: str, office: Letterhead | None = None, **names: str) -> Any:
    return Document(io.BytesIO(content(kind, office, **names)))


def content(kind: str, office: Letterhead | None = None, **names: str) -> bytes:
    written = kinds.write(kind, town(office, **names))
    return filled(template_of(kind), KINDS[kind], written.said, written.figures.pictures)


def texts(word: Any) -> list[str]:
    return [
        "".join(text.text for text in line.iter(qn("w:t")) if text.text)
        for line in word.element.body.iter(qn("w:p"))
    ]


def tables_of(kind: str, name: str) -> list[dict[str, Any]]:
    said = kinds.write(kind, town()).said
    return [block for block in [*said["正文"], *said["附录"]] if block["类"] == name]


@pytest.mark.parametrize("kind", KINDS)
def test_the_sheet_is_that_of_the_standard(kind: str) -> None:
    word = Document(io.BytesIO(template_of(kind)))
    section = word.sections[0]
    sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin,
             section.left_margin, section.right_margin)  # fmt: skip
    assert [round(side.mm, 1) for side in sides if side is not None] == [210, 297, 37, 35, 28, 26]
    body = word.styles["公文正文"]
    pitch = body.paragraph_format.line_spacing
    assert pitch is not None
    assert 22 * pitch.mm <= 225 < 22 * pitch.mm + 0.5
    closer = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    character = (16 * 20 + closer) * MM_A_TWIP
    assert 28 * character <= 156 < 29 * character
    named = {
        name: word.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("公文正文", "公文标题", "一级标题", "二级标题", "三级标题", "页码")
    }
    assert list(named.values()) == ["仿宋", "方正小标宋简体", "黑体", "楷体", "仿宋", "宋体"]
    assert body.font.size.pt == 16
    assert word.styles["公文标题"].font.size.pt == 22
    assert word.styles["页码"].font.size.pt == 14


def test_page_numbers_stand_outside() -> None:
    word = Document(io.BytesIO(template_of("bulletin")))
    assert word.settings.odd_and_even_pages_header_footer
    section = word.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert [odd.alignment, even.alignment] == [2, None]
    for line in (odd, even):
        assert line.text == "— 1 —"
        assert [code.text for code in line._p.iter(qn("w:instrText"))] == ["PAGE"]


@pytest.mark.parametrize("kind", KINDS)
def test_properties_stand_in_the_order_of_the_schema(kind: str) -> None:
    """Word refuses some files whose properties stand otherwise; LibreOffice never does."""
    word = document(kind, OFFICE)
    for root in (word.element, word.styles.element):
        for tag, said in ORDER.items():
            order = said.split()
            for properties in root.iter(qn(f"w:{tag}")):
                inside = [str(one.tag).rpartition("}")[2] for one in properties]
                ranks = [order.index(name) for name in inside if name in order]
                assert ranks == sorted(ranks), inside


def test_fonts_are_named_with_what_stands_in_and_never_shipped() -> None:
    with zipfile.ZipFile(io.BytesIO(template_of("report"))) as archive:
        table = archive.read("word/fontTable.xml").decode()
        names = archive.namelist()
    for font in gb.FONTS:
        assert f'w:name="{font.name}"' in table
        assert ",".join(font.others) in table
    assert not [name for name in names if "font" in name.lower() and "Table" not in name]


def test_the_widths_of_every_table_fill_the_type_area() -> None:
    for kind, columns in TABLES.items():
        assert sum(width for _, width in columns) == gb.TYPE_AREA_MM[0], kind


def test_what_an_office_has_not_said_is_a_lit_gap() -> None:
    word = document("bulletin")
    lit = [
        run.find(qn("w:t")).text
        for run in word.element.body.iter(qn("w:r"))
        if run.find(qn("w:rPr")) is not None
        and run.find(qn("w:rPr")).find(qn("w:highlight")) is not None
    ]
    assert lit == [
        "（发文机关）", "（发文字号）", "（主送机关）", "（发文机关）", "（成文日期）",
        "（印发机关）", "（印发日期）",
    ]  # fmt: skip


def test_what_an_office_says_is_printed() -> None:
    word = document("bulletin", OFFICE)
    assert not list(word.element.body.iter(qn("w:highlight")))
    said = texts(word)
    for line in ("小城民政局文件", "小民函〔2026〕12号", "各区人民政府：", "小城民政局",
                 "2026年12月1日", "抄送：市委办公室，市人大常委会办公室。",
                 "小城民政局办公室2026年12月2日印发"):  # fmt: skip
        assert line in said


@pytest.mark.parametrize("number", ["小民函[2026]12号", "小民函〔26〕12号", "〔2026〕1号", "12号"])
def test_a_number_without_its_year_in_brackets_is_refused(tmp_path: Path, number: str) -> None:
    text = 'network = "a.osm.pbf"\n[communities]\nfile = "a.gpkg"\n[documents.numbers]\n'
    (tmp_path / "lifecircle.toml").write_text(f'{text}report = "{number}"\n', encoding="utf-8")
    with pytest.raises(InputError, match="六角括号"):
        read_sources(tmp_path)


def test_the_bulletin_counts_what_was_worked_by_hand() -> None:
    """Of seven communities one is short, with 300 people; one has no households on record."""
    said = "\n".join(plain(block["文"]) for block in kinds.write("bulletin", town()).said["正文"]
                     if "文" in block)  # fmt: skip
    assert said.startswith("本文全部数据是模拟数据")
    assert "对小城7个社区作了评估，评估日期为2026年11月22日。" in said
    assert "应评社区7个，未达标1个，未评估1个，涉及居民300人（按记录）" in said
    assert "依据：一，“原文”。" in said
    rows = tables_of("bulletin", "区县表")[0]["行"]
    told = [(row["单位"], row["应评"], row["达标"], row["未评估"], row["达标比例"]) for row in rows]
    assert sorted(told) == [
        ("丁区", "1", "0", "1", "至少0%"),
        ("丙区", "2", "1", "0", "50%"),
        ("乙区", "2", "2", "0", "100%"),
        ("甲区", "2", "2", "0", "100%"),
    ]


def test_units_are_ranked_only_by_rules_and_data_that_may_rank() -> None:
    found, refused = rankings(town())
    (only,) = found
    assert only.rule.id == "rooms"
    assert [(rank, row.area_name) for rank, row in only.units] == [
        (1, "乙区"), (1, "甲区"), (3, "丙区"), (None, "丁区")
    ]  # fmt: skip
    assert refused == Counter({"unverified": 1, "not-binding": 1, "no-threshold": 1})
    (table,) = tables_of("ranking", "排名表")
    assert [row["名次"] for row in table["行"]] == ["1", "1", "3", "—"]


_LIKE = town().units(rules()[0])[0]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 1)), max_size=9))
def test_ranks_are_those_of_counting_who_is_better(drawn: list[tuple[int, int, int]]) -> None:
    """One more than the number of units that are strictly better; nobody unassessed is ranked."""
    like = _LIKE
    rows = [
        dataclasses.replace(like, area=f"u{at}", met=met, not_met=short, not_assessed=open_)
        for at, (met, short, open_) in enumerate(drawn)
        if met + short + open_
    ]
    sure = [row for row in rows if not row.not_assessed]
    found = ranked_by(rules()[0], rows)
    if len(sure) < 2:
        assert found is None
        return
    assert found is not None
    slow = {
        row.area: 1 + sum(o.met * row.denominator > row.met * o.denominator for o in sure)
        for row in sure
    }
    assert {row.area: rank for rank, row in found.units} == {
        row.area: slow.get(row.area) for row in rows
    }
    ranks = [rank for rank, _ in found.units if rank is not None]
    assert ranks == sorted(ranks)


def test_the_command_writes_templates_that_it_takes_again(
    example_folder: Path, tmp_path: Path
) -> None:
    run, own, out = CliRunner(), tmp_path / "模板", tmp_path / "out"
    assert run.invoke(main, ["publish", "templates", "--out", str(own)]).exit_code == 0
    assert {path.name for path in own.iterdir()} == {f"{name}.docx" for name in KINDS.values()}
    done = run.invoke(
        main,
        ["publish", "documents", str(example_folder), "--out", str(out), "--template", str(own),
         "--kind", "公示", "--as-of", "2026-11-22", "--json"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    manifest = json.loads(done.stdout)
    assert set(manifest["files"]) == {"公示.docx", "台账.xlsx", "figures.json"}
    assert set(manifest["run"]["templates"]) == {"notice"}


def test_the_guide_tells_every_placeholder_and_table() -> None:
    text = (ROOT / "docs" / "official-documents.md").read_text(encoding="utf-8")
    for name in PLACEHOLDERS:
        assert f"| `{name}` |" in text
    for kind, columns in TABLES.items():
        assert f"| {kind} | {'、'.join(name for name, _ in columns)} |" in text
    for name in (*Letterhead.model_fields, *DocumentNumbers.model_fields):
        assert name in (ROOT / "docs" / "lifecircle-toml.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_city_of_which_nothing_is_known_has_documents_too(kind: str) -> None:
    """One community of no county, no facility known, nobody counted: all is not assessed."""
    material = material_of(city_of([Place("c0")]))
    said = kinds.write(kind, material).said
    lines = texts(Document(io.BytesIO(filled(template_of(kind), KINDS[kind], said, {}))))
    assert "未达标1" not in "".join(lines)
    if kind == "ranking":
        assert "没有一条规则能排名：至少要有2个单位的社区全部评估过。" in lines
    if kind == "bulletin":
        assert "没有社区被判为未达标。未评估的不等于达标，见资料说明。" in lines


def test_a_notice_tells_no_number_of_people() -> None:
    said = "\n".join(texts(document("notice", OFFICE)))
    assert "300" not in said
    assert "c4社区" in said
    assert "向基层政权科反映" in said
    assert "主送" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_has_its_bookmark_and_every_bookmark_its_figure(kind: str) -> None:
    material = town()
    written = kinds.write(kind, material)
    word = Document(io.BytesIO(filled(template_of(kind), KINDS[kind], written.said, {})))
    marked = {}
    for start in word.element.body.iter(qn("w:bookmarkStart")):
        marked[start.get(qn("w:name"))] = start.getnext().find(qn("w:t")).text
    figures = {figure.id: figure for figure in written.figures.all}
    assert marked.keys() == figures.keys()
    for own, text in marked.items():
        assert text in (own, figures[own].text)
    in_tables = [figure for figure in figures.values() if figure not in written.figures.in_text]
    assert all(marked[figure.id] == figure.id for figure in in_tables)


def test_no_digit_of_the_text_is_without_an_id() -> None:
    """Figures that a document counts are marked; what remains are dates, names and the policy's."""
    said = kinds.write("bulletin", town(OFFICE)).said
    lines = [block["文"] for block in said["正文"] if block["类"] == "公文正文"]
    mark = re.compile("\U0010fff0[^\U0010fff3]*\U0010fff3")
    left = mark.sub("", "\n".join(lines))
    known = ("2026年11月22日", "test 1.0.0", "2026-11-22")
    for text in known:
        left = left.replace(text, "")
    counted = [line for line in left.splitlines() if re.search(r"\d(?=[个条人])", line)]
    assert counted == []


def test_hostile_names_stay_text() -> None:
    name = "<w:p/>&{{ 7*7 }}{% raise %}\x0b\ud800]]>\U0010fff0D1\U0010fff1"
    assert "<w:p/>&{{ 7*7 }}{% raise %}]]>" in "".join(texts(document("notice", c4=name)))


def test_the_same_run_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        material = town.__wrapped__(OFFICE)
        write_documents(
            tmp_path / name, material.ground, [material.assessment], OFFICE, templates_in(None)
        )
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(
        ["figures.json", "manifest.json", "台账.xlsx", *(f"{name}.docx" for name in KINDS.values())]
    )
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with zipfile.ZipFile(tmp_path / "one" / "公示.docx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_tables_stand_without_a_line_between(kind: str) -> None:
    inside = [str(one.tag).rpartition("}")[2] for one in document(kind, OFFICE).element.body]
    assert ("tbl", "tbl") not in list(pairwise(inside))


def test_an_office_replaces_a_template(tmp_path: Path) -> None:
    names = write_templates(tmp_path)
    assert names == [f"{name}.docx" for name in KINDS.values()]
    for name in names[1:]:
        (tmp_path / name).unlink()
    own = Document(str(tmp_path / names[0]))
    own.paragraphs[0].insert_paragraph_before("机密★{{ 成文日期 }}")
    own.save(str(tmp_path / names[0]))
    templates = templates_in(tmp_path)
    assert templates["report"] == template_of("report")
    said = kinds.write("bulletin", town(OFFICE)).said
    word = Document(io.BytesIO(filled(templates["bulletin"], "月通报", said, {})))
    assert texts(word)[0] == "机密★2026年12月1日"


@pytest.mark.parametrize(
    "text", ["{{ 发文机构 }}", "{{ 标题 }", "{% for %}", "{{ ''.__class__.__mro__ }}"]
)
def test_a_template_that_asks_for_what_there_is_not_is_refused(text: str) -> None:
    own = Document(io.BytesIO(template_of("notice")))
    own.paragraphs[0].insert_paragraph_before(text)
    file = io.BytesIO()
    own.save(file)
    said = kinds.write("notice", town()).said
    with pytest.raises(InputError, match="模板填不了"):
        filled(file.getvalue(), "公示", said, {})


def test_what_is_no_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有模板"):
        templates_in(tmp_path)
    finished = filled(template_of("notice"), "公示", kinds.write("notice", town()).said, {})
    (tmp_path / "公示.docx").write_bytes(finished)
    with pytest.raises(InputError, match="是写好的公文，不是模板"):
        templates_in(tmp_path)
    (tmp_path / "公示.docx").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(InputError, match="不是 Word 文档"):
        templates_in(tmp_path)
    with zipfile.ZipFile(tmp_path / "公示.docx", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match="不是 Word 文档"):
        templates_in(tmp_path)


def test_placeholders_are_those_that_documents_fill() -> None:
    said = kinds.write("bulletin", town()).said
    assert set(said) == set(PLACEHOLDERS)


def test_what_changed_since_an_earlier_result_is_told(tmp_path: Path) -> None:
    """c4 has 40 m2 now, so that two rules are met; the unverified one goes from open to met."""
    before, now = town(), town(OFFICE, (40.0, 30.0, 60.0, 35.0, 40.0, 50.0, 90.0))
    ground = before.ground
    write_results(tmp_path / "before", ground.as_read, ground.network, [before.assessment])
    out = tmp_path / "out"
    templates = {"bulletin": template_of("bulletin")}
    past = read_past(tmp_path / "before")
    write_documents(out, now.ground, [now.assessment], OFFICE, templates, past)
    said = "\n".join(texts(Document(str(out / "月通报.docx"))))
    assert (
        "与2026年11月22日的结果相比：由未达标变为达标的结论2条，由达标变为未达标的0条，其他变化1条"
    ) in said
    assert "设施 F4 F4站改了" in said
    told = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert told["run"]["office"]["issuer"] == "小城民政局"
    better = next(
        one for one in told["documents"]["月通报.docx"]["figures"].values()
        if one["says"] == "由未达标变为达标的结论条数"
    )  # fmt: skip
    assert [key.split("|")[1:3] for key in better["findings"]] == [
        ["c4", "rooms"],
        ["c4", "wished"],
    ]


def test_numbers_in_chinese() -> None:
    said = [chinese(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)]
    assert said == ["一", "九", "十", "十一", "十九", "二十", "二十一", "九十九"]


def with_imprint_after(lines: int) -> bytes:
    """Return a bulletin with an annex of some lines, in which the imprint stands."""
    said = kinds.write("bulletin", town(OFFICE)).said
    said["附录"] = [{"类": "附件标记", "文": "附件"}]
    said["附录"] += [{"类": "公文正文", "文": "国"}] * (lines - 1)
    return filled(template_of("bulletin"), "月通报", said, {})


def with_full_lines() -> bytes:
    said = kinds.write("bulletin", town(OFFICE)).said
    said["正文"] = [{"类": "公文正文", "文": "国" * 28 * 60}]
    return filled(template_of("bulletin"), "月通报", said, {})


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of PDFs made in one start of LibreOffice, or say why there are none."""
    program = os.environ.get("LIFECIRCLE_SOFFICE") or shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    home = tmp_path_factory.mktemp("libreoffice")
    (home / "full.docx").write_bytes(with_full_lines())
    for lines in (1, 22):
        (home / f"imprint-{lines}.docx").write_bytes(with_imprint_after(lines))
    command = [program, "--headless", f"-env:UserInstallation={(home / 'profile').as_uri()}",
               "--convert-to", "pdf", "--outdir", str(home),
               *map(str, sorted(home.glob("*.docx")))]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if "could not be loaded" in done.stderr:
        pytest.skip("LibreOffice Writer is not installed (Debian: libreoffice-writer)")
    return home


WORD = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'


@pytest.mark.parametrize("lines", [1, 22])
def test_libreoffice_sets_the_imprint_at_the_foot_of_the_last_page(pdfs: Path, lines: int) -> None:
    """After little text, and where no place is left for it below the text."""
    told = subprocess.run(
        ["pdftotext", "-bbox", str(pdfs / f"imprint-{lines}.pdf"), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    last = told.rpartition("<page ")[2]
    bottoms = {text[:2]: float(box[3]) / 72 * 25.4 for *box, text in re.findall(WORD, last)}
    assert 297 - 35 - 5 < bottoms["小城"] < 297 - 35
    assert 5 < bottoms["小城"] - bottoms["抄送"] < 9
    assert bottoms["小城"] == pytest.approx(bottoms["20"], abs=0.5)


def test_libreoffice_sets_22_lines_of_28_characters_inside_the_margins(pdfs: Path) -> None:
    told = subprocess.run(
        ["pdftotext", "-f", "2", "-l", "2", "-bbox", str(pdfs / "full.pdf"), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', told)
    assert page
    assert [round(float(side) / 72 * 25.4) for side in page.groups()] == [210, 297]
    lines: dict[int, list[tuple[float, ...]]] = {}
    number = ""
    for *box, text in re.findall(WORD, told):
        if "国" in text:
            box_mm = tuple(float(side) / 72 * 25.4 for side in box)
            lines.setdefault(round(box_mm[1]), []).append((*box_mm, len(text)))
        else:
            number += text
    assert number == "—2—"
    assert len(lines) == 22
    assert {sum(word[4] for word in line) for line in lines.values()} == {28}
    every = [word for line in lines.values() for word in line]
    assert 27.5 < min(word[0] for word in every) < 28.5
    assert 183.0 < max(word[2] for word in every) < 184.5
    assert min(word[1] for word in every) > 36
    assert max(word[3] for word in every) < 297 - 35 + 1
