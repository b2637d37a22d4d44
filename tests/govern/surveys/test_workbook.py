"""A workbook goes out with what is known and comes back: all of a return is entered, or none."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lifecircle.govern.actor import system
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Answer, Channel, Return, Round, Submission
from lifecircle.govern.surveys.workbook import asked, header, read_back, write
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in
from tests.govern.surveys.rounds import back_of, opened, stocked

FUNCTIONS, FACILITIES, OPINIONS, PERMITS = "服务功能", "设施逐处核对", "居民意见", "规划许可对照"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    plain_pages(settings)


@pytest.fixture
def round_(small_city: SmallCity) -> Round:
    stocked(small_city["mill"])
    return opened(small_city["east"])


@pytest.fixture
def client(round_: Round, granted: Granted) -> Client:
    return signed_in(granted("li", "bridge", "survey.enter", "survey.view"))


class Book:
    """A workbook as a community fills it in."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def cell(self, sheet: str, which: str, column: str, community: str = "mill") -> Any:
        own = self.book[sheet]
        heads = [str(one.value).rstrip("*") for one in own[1]]
        row = next(
            row for row in own.iter_rows(min_row=2)
            if row[2].value == which and row[1].value in (community, None, "")
        )  # fmt: skip
        return row[heads.index(column)]

    def fill(self, sheet: str, which: str, column: str, value: Any, community: str = "mill") -> str:
        cell = self.cell(sheet, which, column, community)
        assert not cell.protection.locked
        cell.value = value
        return str(cell.coordinate)

    @property
    def content(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def download(client: Client, round_: Round, area: Any) -> Book:
    answer = client.get(f"/surveys/{round_.pk}/workbooks/{area.pk}.xlsx")
    assert answer.status_code == 200, answer.content
    return Book(answer.content)


def upload(client: Client, round_: Round, content: bytes, name: str = "填好.xlsx") -> str:
    answer = client.post(
        f"/surveys/{round_.pk}/workbooks/", {"file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def value(back: Return, question: str, row: str) -> Any:
    return Filled.of(back).value(question, row)


def test_what_is_known_goes_out(client: Client, round_: Round, small_city: SmallCity) -> None:
    mill = back_of(round_, small_city["mill"])
    enter(system("t"), mill, {("function_exists", "clinic"): "yes"}, Channel.PAGE)
    book = download(client, round_, small_city["mill"])
    clinic = mill.round.asks.section("functions").rows
    label = next(row.zh for row in clinic if row.key == "clinic")
    assert book.cell(FUNCTIONS, label, "有没有").value == "有"
    assert book.cell(FACILITIES, "Mill clinic", "建筑面积（平方米）").value == 80
    own = book.book[FUNCTIONS]
    assert own.column_dimensions["A"].hidden
    assert own.protection.sheet
    assert own["A2"].protection.locked
    lists = {str(one.sqref): one.formula1 for one in own.data_validations.dataValidation}
    assert any("选项" in formula for formula in lists.values() if formula)
    assert book.book["标识"].sheet_state == "veryHidden"
    notes = " ".join(str(row[0].value) for row in book.book["填写说明"].iter_rows())
    assert "没有去看过的空着" in notes


def test_untouched_it_changes_nothing(client: Client, round_: Round, small_city: SmallCity) -> None:
    mill = back_of(round_, small_city["mill"])
    answers = {
        ("facility_remark", "F1"): "第一行\n第二行", ("facility_point", "F1"): "108.12345678 34.2",
        ("space_available_on", "K1"): "2026-08-01", ("facility_hours", "new-1"): "08:00-12:00",
    }  # fmt: skip
    enter(system("t"), mill, answers, Channel.PAGE)
    before = Answer.objects.count()
    for area in ("mill", "bridge"):
        assert "没有新填的内容" in upload(
            client, round_, download(client, round_, small_city[area]).content
        )
    assert Answer.objects.count() == before
    assert not Submission.objects.exists()


def test_what_was_filled_in_is_entered_once(
    client: Client, round_: Round, small_city: SmallCity, django_assert_max_num_queries: Any
) -> None:
    mill, pond = (back_of(round_, small_city[name]) for name in ("mill", "pond"))
    book = download(client, round_, small_city["bridge"])
    book.fill(PERMITS, "Mill court 社区养老服务点", "落实情况", "未落实")
    book.fill(FACILITIES, "Mill clinic", "核对", "有变化，已改在下面")
    book.fill(FACILITIES, "Mill clinic", "建筑面积（平方米）", 95.5)
    book.fill(FACILITIES, "Mill clinic", "服务热线", 2912345678)
    cell = book.cell(OPINIONS, "（新增）", "意见", "")
    book.book[OPINIONS].cell(cell.row, 2).value = "pond"
    cell.value = "想要一个食堂"
    sent = book.content
    with django_assert_max_num_queries(60):
        page = upload(client, round_, sent)
    assert "写入4项" in page
    assert "写入1项" in page
    assert value(mill, "permit_actual", "许可〔2018〕12号-1") == "missing"
    assert value(mill, "facility_floor_m2", "F1") == "95.5"
    assert value(mill, "facility_hotline", "F1") == "2912345678"
    (opinion,) = Answer.objects.filter(back=pond)
    assert (opinion.value, opinion.channel) == ("想要一个食堂", "workbook")
    assert opinion.row.startswith("new-")
    count = Answer.objects.count()
    enter(system("x"), mill, {("facility_floor_m2", "F1"): "70"}, Channel.PAGE)
    assert "没有变化" in upload(client, round_, sent)
    assert Answer.objects.count() == count + 1, "the same file changes nothing"
    assert value(mill, "facility_floor_m2", "F1") == "70"


def test_faults_are_marked_and_nothing_is_half_entered(
    client: Client, round_: Round, small_city: SmallCity
) -> None:
    mill, pond = (back_of(round_, small_city[name]) for name in ("mill", "pond"))
    book = download(client, round_, small_city["bridge"])
    label = next(row.zh for row in round_.asks.section("functions").rows if row.key == "clinic")
    book.fill(FACILITIES, "Mill clinic", "核对", "与记录一致")
    bad = book.fill(FACILITIES, "Mill clinic", "建筑面积（平方米）", "很大")
    book.fill(FACILITIES, "Mill clinic", "备注", "电话13800138000")
    book.fill(FUNCTIONS, label, "有没有", "没有", "pond")
    page = upload(client, round_, book.content)
    assert "有2处要改" in page
    assert "要写数字" in page
    assert not Answer.objects.filter(back=mill).exists()
    assert value(pond, "function_exists", "clinic") == "no"
    link = next(part for part in page.split('href="') if "/marked/" in part)
    marked = Book(client.get(link.partition('"')[0]).content)
    cell = marked.book[FACILITIES][bad]
    assert "要写数字" in cell.comment.text
    assert cell.fill.start_color.rgb.endswith("FFC7CE")
    listed = [[one.value for one in row] for row in marked.book["问题清单"].iter_rows(min_row=2)]
    assert [bad, "建筑面积（平方米）"] == listed[0][3:5]
    assert listed[0][6] == "改正这一格"
    marked.fill(FACILITIES, "Mill clinic", "建筑面积（平方米）", 81)
    marked.fill(FACILITIES, "Mill clinic", "备注", None)
    again = upload(client, round_, marked.content)
    assert "写入2项" in again
    assert value(mill, "facility_floor_m2", "F1") == "81"


def test_what_another_answered_since_is_not_overwritten(
    client: Client, round_: Round, small_city: SmallCity, granted: Granted
) -> None:
    mill = back_of(round_, small_city["mill"])
    book = download(client, round_, small_city["mill"])
    book.fill(FACILITIES, "Mill clinic", "核对", "已经没有了")
    other = granted("wang", "mill", "survey.enter")
    enter(other, mill, {("facility_standing", "F1"): "same"}, Channel.PAGE)
    assert "别人刚刚填过" in upload(client, round_, book.content)
    assert value(mill, "facility_standing", "F1") == "same"


def test_a_blank_takes_back_only_what_the_workbook_showed(
    client: Client, round_: Round, small_city: SmallCity
) -> None:
    mill = back_of(round_, small_city["mill"])
    enter(system("t"), mill, {("facility_remark", "F1"): "要修"}, Channel.PAGE)
    book = download(client, round_, small_city["mill"])
    enter(system("t"), mill, {("facility_standing", "F1"): "same"}, Channel.PAGE)
    book.fill(FACILITIES, "Mill clinic", "备注", None)
    book.fill(FACILITIES, "Mill clinic", "建筑面积（平方米）", None)
    assert "写入1项" in upload(client, round_, book.content)
    assert value(mill, "facility_remark", "F1") is None
    assert value(mill, "facility_standing", "F1") == "same"


def test_who_reads_english_is_told_in_english_what_is_wrong(
    client: Client, round_: Round, small_city: SmallCity
) -> None:
    client.cookies["django_language"] = "en"
    book = download(client, round_, small_city["mill"])
    assert "Nothing new" in upload(client, round_, book.content)
    book.fill(FACILITIES, "Mill clinic", "建筑面积（平方米）", "很大")
    page = upload(client, round_, book.content)
    assert "Write a number" in page
    assert '<span lang="zh-Hans">建筑面积（平方米）</span>' in page


def test_rows_that_were_copied_are_told(
    client: Client, round_: Round, small_city: SmallCity
) -> None:
    book = download(client, round_, small_city["mill"])
    own = book.book[FACILITIES]
    for column in range(1, own.max_column + 1):
        own.cell(3, column).value = own.cell(2, column).value
    own.cell(5, 1).value = None
    own.cell(5, 4).value = "与记录一致"
    page = upload(client, round_, book.content)
    assert "编号重复" in page
    assert "没有编号" in page
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ["a.xlsx", "a.txt", "a.ods"])
def test_what_is_no_workbook_of_ours_is_told(client: Client, round_: Round, name: str) -> None:
    page = upload(client, round_, b"not a workbook", name)
    assert "工作簿" in page


def test_workbooks_of_others_are_told(
    client: Client, round_: Round, small_city: SmallCity, granted: Granted
) -> None:
    pine = write(round_, [back_of(round_, small_city["pine"])])
    assert "不在您的授权范围内" in upload(client, round_, pine)
    strange = openpyxl.Workbook()
    out = io.BytesIO()
    strange.save(out)
    assert "不是这一轮" in upload(client, round_, out.getvalue())
    path = f"/surveys/{round_.pk}/workbooks/{small_city['pine'].pk}.xlsx"
    assert client.get(path).status_code == 404
    sha256 = hashlib.sha256(pine).hexdigest()
    assert client.get(f"/surveys/{round_.pk}/workbooks/marked/{sha256}.xlsx").status_code == 404
    assert client.get(f"/surveys/{round_.pk}/workbooks/marked/{'0' * 64}.xlsx").status_code == 404
    viewer = signed_in(granted("yu", "bridge", "survey.view"))
    assert viewer.get(f"/surveys/{round_.pk}/workbooks/").status_code == 404


def test_words_stay_apart_in_a_cell(round_: Round) -> None:
    for section in round_.asks.sections:
        heads = [header(one) for one in asked(section)]
        assert len(set(heads)) == len(heads)
        for question in asked(section):
            names = [one.zh for one in question.choices]
            assert len(set(names)) == len(names)


def test_names_that_hold_the_mark_come_back(
    client: Client, round_: Round, small_city: SmallCity
) -> None:
    mill = back_of(round_, small_city["mill"])
    question = round_.asks.question("facility_categories")
    every = [one.code for one in question.choices]
    book = download(client, round_, small_city["mill"])
    text = "、".join(one.zh for one in reversed(question.choices))
    book.fill(FACILITIES, "Mill clinic", "设施类别", text)
    assert "写入1项" in upload(client, round_, book.content)
    assert value(mill, "facility_categories", "F1") == every
    again = download(client, round_, small_city["mill"])
    assert "没有新填的内容" in upload(client, round_, again.content)


def test_the_page_asks_the_database_little(
    client: Client, round_: Round, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30):
        assert client.get(f"/surveys/{round_.pk}/workbooks/").status_code == 200


def test_reading_needs_no_sheet_of_every_section(
    round_: Round, small_city: SmallCity, tmp_path: Path
) -> None:
    mill = back_of(round_, small_city["mill"])
    book = Book(write(round_, [mill]))
    del book.book[FUNCTIONS]
    path = tmp_path / "a.xlsx"
    path.write_bytes(book.content)
    got = read_back(path, round_, Return.objects.filter(pk=mill.pk))
    assert (got.faults, got.answers) == ([], {})
