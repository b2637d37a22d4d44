"""Every figure of a document leads back to rows, rule and clause."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from docx.oxml.ns import qn

from lifecircle.cli.main import main
from lifecircle.place.letterhead import Letterhead
from lifecircle.publish.documents.templates import template_of
from lifecircle.publish.documents.tracing import trace
from lifecircle.publish.documents.writing import FIGURES, write_documents
from lifecircle.terms.errors import InputError
from tests.publish.towns import town


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("公文") / "out"
    material = town()
    templates = {"bulletin": template_of("bulletin")}
    write_documents(out, material.ground, [material.assessment], Letterhead(), templates)
    return out


@pytest.fixture
def bulletin(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path / "own")
    return tmp_path / "own" / "月通报.docx"


def figures(document: Path) -> dict[str, Any]:
    told = json.loads((document.parent / FIGURES).read_text(encoding="utf-8"))
    found: dict[str, Any] = told["documents"]["月通报.docx"]["figures"]
    return found


def id_of(document: Path, says: str) -> str:
    return next(own for own, one in figures(document).items() if says in one["says"])


def test_a_figure_leads_to_its_rule_verdicts_and_rows(bulletin: Path) -> None:
    found = trace(bulletin, id_of(bulletin, "“rooms”未达标涉及的居民"))
    assert found.text == "300"
    assert found.rule is not None
    assert (found.rule["where"], found.rule["quote"]) == ("一", "原文")
    (one,) = found.findings
    assert (one["subject"], one["verdict"], one["observed"]) == (
        "c4社区", "未达标", "20平方米/百户"
    )  # fmt: skip
    assert [(row["kind"], row["id"]) for row in one["rows"]] == [("设施", "F4"), ("社区", "c4")]
    assert found.run["as_of"] == "2026-11-22"
    assert not found.altered


def test_a_row_of_a_table_leads_to_all_it_counts(bulletin: Path) -> None:
    own = next(own for own, one in figures(bulletin).items() if ["单位", "丙区"] in one["printed"])
    found = trace(bulletin, own)
    assert [one["subject"] for one in found.findings] == ["c4社区", "c5社区"]
    assert found.figure["table"].startswith("rollup_areas.csv")


def test_every_figure_of_a_document_can_be_traced(bulletin: Path) -> None:
    for own in figures(bulletin):
        found = trace(bulletin, own)
        assert found.findings or found.figure["source"] or found.figure["table"]


def test_an_unknown_id_gives_the_figures_it_may_mean(bulletin: Path) -> None:
    with pytest.raises(InputError, match="可能是下列之一") as raised:
        trace(bulletin, "300")
    assert id_of(bulletin, "“rooms”未达标涉及的居民") in str(raised.value)
    with pytest.raises(InputError, match="编号从 D1 到"):
        trace(bulletin, "D9999")


def test_a_figure_that_somebody_changed_is_told(bulletin: Path) -> None:
    own = id_of(bulletin, "“rooms”未达标涉及的居民")
    other = id_of(bulletin, "评估的社区个数")
    word = Document(str(bulletin))
    marks = {mark.get(qn("w:name")): mark for mark in word.element.body.iter(qn("w:bookmarkStart"))}
    text = marks[own].getnext().find(qn("w:t"))
    assert text.text == "300"
    text.text = "3"
    word.save(str(bulletin))
    assert trace(bulletin, own).printed_now == "3"
    found = trace(bulletin, other)
    assert (found.altered, found.printed_now) == (True, None)


def test_a_changed_row_and_a_bookmark_taken_out_are_told(bulletin: Path) -> None:
    own = next(own for own, one in figures(bulletin).items() if ["单位", "丙区"] in one["printed"])
    word = Document(str(bulletin))
    row = next(r for t in word.tables for r in t.rows if r.cells[-1].text == own)
    row.cells[5].paragraphs[0].runs[0].text = "90%"
    word.save(str(bulletin))
    now = trace(bulletin, own).printed_now
    assert now is not None
    assert "90%" in now
    for mark in list(word.element.body.iter(qn("w:bookmarkStart"))):
        mark.getparent().remove(mark)
    word.save(str(bulletin))
    assert trace(bulletin, own).printed_now == "（书签已删去）"


def test_a_renamed_document_is_known_by_its_bytes(bulletin: Path) -> None:
    other = bulletin.rename(bulletin.with_name("民函12号.docx"))
    assert trace(other, "D1").document == "月通报.docx"
    other.write_bytes(other.read_bytes() + b"\n")
    with pytest.raises(InputError, match="没有这个文件"):
        trace(other, "D1")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}'])
def test_without_its_record_a_document_says_what_is_missing(bulletin: Path, text: str) -> None:
    (bulletin.parent / FIGURES).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=FIGURES):
        trace(bulletin, "D1")
    (bulletin.parent / FIGURES).unlink()
    with pytest.raises(InputError, match=FIGURES):
        trace(bulletin, "D1")


def test_the_command_tells_all_of_the_example_city(example_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "公文"
    run = CliRunner()
    done = run.invoke(main, ["publish", "documents", str(example_folder), "--out", str(out),
                             "--as-of", "2026-11-22", "--kind", "月通报"])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert {path.name for path in out.iterdir()} == {
        "月通报.docx",
        "台账.xlsx",
        FIGURES,
        "manifest.json",
    }
    document = out / "月通报.docx"
    own = next(o for o, one in figures(document).items() if len(one["findings"]) > 1)
    said = run.invoke(main, ["trace", str(document), own]).output
    assert "全部是模拟数据。" in said
    for label in ("数字", "政策包", "条文", "输入"):
        assert label in said
    assert "communities.geojson第" in said
    assert "路网 city.osm.pbf" in said
    as_json = json.loads(run.invoke(main, ["trace", str(document), own, "--json"]).output)
    assert as_json["id"] == own
