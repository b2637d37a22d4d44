"""JavaRosa, the engine of ODK Collect, fills in our form; what it writes is sent and understood.

JavaRosa comes inside ODK Validate, which pyxform brings.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from pyxform.validators import odk_validate

from lifecircle.govern.surveys.asking import CHANGED, is_standing
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Answer, Return, Round, Submission
from lifecircle.govern.surveys.questions import NEW, Form, Question, Section
from lifecircle.govern.surveys.values import read
from lifecircle.govern.surveys.xform import ROOT
from tests.govern.conftest import Granted, SmallCity
from tests.govern.openrosa.conftest import Device, token_of
from tests.govern.openrosa.test_forms import texts
from tests.govern.surveys.rounds import back_of

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None and os.environ.get("CI") != "true", reason="java is not installed"
)
ENGINE = Path(odk_validate.__file__).parent / "bin" / "ODK_Validate.jar"
FILLING = Path(__file__).parent / "Filling.java"
HOTLINE = "029-88886666"


@dataclass(frozen=True)
class Told:
    """An answer: where it stands in the form, of which question and row, what a person entered."""

    path: str
    question: Question
    row: str
    text: str

    @property
    def value(self) -> Any:
        """Return what the platform keeps of it."""
        if self.question.kind == "point":
            lat, lon, *_accuracy = self.text.split()
            return read(self.question, f"{lon} {lat}")
        given = self.text.split() if self.question.kind == "choices" else self.text
        return read(self.question, given)


@dataclass
class Telephone:
    """A device with a folder, to which it fetched the form and its lists as Collect does."""

    device: Device
    folder: Path

    def fetch(self) -> None:
        (told,) = map(texts, ET.fromstring(self.device.get("/openrosa/formList").content))
        (self.folder / "form.xml").write_bytes(self.device.get(told["downloadUrl"]).content)
        for one in map(texts, ET.fromstring(self.device.get(told["manifestUrl"]).content)):
            content = self.device.get(one["downloadUrl"]).content
            (self.folder / one["filename"]).write_bytes(content)

    def fill(
        self, answers: Mapping[str, str], before: str | None = None
    ) -> tuple[str, dict[str, str]]:
        """Return the filled form, and what became of each question that was shown."""
        given, filled = self.folder / "answers.tsv", self.folder / "filled.xml"
        lines = [f"{path}\t{text}\n" for path, text in answers.items()]
        given.write_text("".join(lines), encoding="utf-8")
        command = ["java", "-Dfile.encoding=UTF-8", "-cp", str(ENGINE), str(FILLING)]
        command += [str(self.folder / "form.xml"), str(self.folder), str(given), str(filled)]
        if before is not None:
            (self.folder / "before.xml").write_text(before, encoding="utf-8")
            command.append(str(self.folder / "before.xml"))
        done = subprocess.run(command, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr.decode()
        shown = [line.split("\t") for line in done.stdout.decode().splitlines() if "\t" in line]
        return filled.read_text(encoding="utf-8"), {path: became for path, became, _label in shown}


@pytest.fixture
def mill(round_: Round, small_city: SmallCity) -> Return:
    return back_of(round_, small_city["mill"])


@pytest.fixture
def telephone(mill: Return, granted: Granted, settings: Any, tmp_path: Path) -> Telephone:
    settings.DEMO = True
    actor = granted("li", "bridge", "survey.enter", "survey.view")
    found = Telephone(Device("li", token_of(actor)), tmp_path)
    found.fetch()
    return found


def rows_of(section: Section, back: Return) -> Iterator[tuple[str, str, str]]:
    """Yield the path, the key and the chosen record of each row that is filled in."""
    if not section.repeats:
        for name, key in [(row.key, row.key) for row in section.rows] or [("once", "")]:
            yield f"{section.code}_{name}", key, ""
        return
    records = sorted(back.on_file.get(section.code, {})) if section.of else []
    records += [NEW, NEW] if section.may_add else []
    for number, record in enumerate(records, 1):
        place = f"[{number}]" if number > 1 else ""
        yield f"{section.code}_rows{place}", record, record


def text_of(question: Question, number: int) -> str:
    """Return what a person enters."""
    if question.choices:
        codes = [one.code for one in question.choices]
        return " ".join(codes[:2]) if question.kind == "choices" else codes[number % len(codes)]
    words = HOTLINE if question.public_number else f"文字{number} <&>"
    return {
        "integer": "7", "decimal": f"{number}.25", "text": words, "day": "2026-06-30",
        "point": f"34.2{number} 108.9 0 4.5", "photo": f"{number}.jpg",
    }[question.kind]  # fmt: skip


def everything(form: Form, back: Return) -> list[Told]:
    """Return an answer to every question, in every row."""
    found = []
    for section in form.sections:
        for at, (place, key, record) in enumerate(rows_of(section, back), 1):
            for question in section.questions:
                if is_standing(question) and record == NEW:
                    continue
                text = CHANGED if is_standing(question) else text_of(question, at)
                text = "yes" if question.kind == "yes_no" else text
                path = f"/{ROOT}/{section.code}/{place}/{question.code}"
                found.append(Told(path, question, key, text))
    return found


def entered(form: Form, back: Return, told: list[Told]) -> dict[str, str]:
    """Return all that a person enters by path, with the community, the sections, the records."""
    found = {f"/{ROOT}/community": str(back.pk)}
    found[f"/{ROOT}/sections"] = " ".join(one.code for one in form.sections)
    for section in form.sections:
        for place, _key, record in rows_of(section, back):
            if section.of:
                found[f"/{ROOT}/{section.code}/{place}/{section.code}_record"] = record
    return found | {one.path: one.text for one in told}


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return out.getvalue()


def kept(back: Return, told: list[Told], filled: str) -> dict[str, tuple[Any, Any]]:
    """Return by path what the platform holds and what was told, where these differ."""
    held, wrong = Filled.of(back), {}
    keys = {
        (one.tag, number): next(key.text for key in one if key.tag.endswith("_key"))
        for group in ET.fromstring(filled)
        for number, one in enumerate((one for one in group if one.tag.endswith("_rows")), 1)
    }
    for one in told:
        row = one.row
        if row == NEW:
            name, number = re.fullmatch(r".*/(\w+?_rows)(?:\[(\d+)\])?/\w+", one.path).groups()  # type: ignore[union-attr]
            row = f"{NEW}{keys[name, int(number or 1)]}"
        value = PHOTOS[one.text] if one.question.kind == "photo" else one.value
        if held.value(one.question.code, row) != value:
            wrong[one.path] = held.value(one.question.code, row), value
    return wrong


COLOURS = {
    f"{number}.jpg": photo(colour) for number, colour in enumerate(("red", "lime", "blue"), 1)
}
PHOTOS = {name: hashlib.sha256(content).hexdigest() for name, content in COLOURS.items()}


def test_every_question_arrives_as_it_was_answered(telephone: Telephone, mill: Return) -> None:
    form = mill.round.asks
    told = everything(form, mill)
    assert {one.question.kind for one in told} == {
        "yes_no", "integer", "decimal", "text", "choice", "choices", "day", "point", "photo",
    }  # fmt: skip
    given = entered(form, mill, told)
    filled, became = telephone.fill(given)
    assert became.pop("valid") == "ok"
    assert {path: became.get(path) for path in given} == dict.fromkeys(given, "ok")
    notes = {path for path, one in became.items() if one == "blank"}
    assert all(path.endswith(("_about", "_note")) for path in notes), notes
    device = telephone.device
    first, second, third = COLOURS.items()
    assert device.send(filled, dict([first]), **{"*isIncomplete*": "yes"}).status_code == 202
    assert device.send(filled, dict([first]), **{"*isIncomplete*": "yes"}).status_code == 202
    assert device.send(filled, dict([second]), **{"*isIncomplete*": "yes"}).status_code == 202
    assert device.send(filled, dict([third])).status_code == 201
    assert kept(mill, told, filled) == {}
    many = Answer.objects.count()
    assert many == len(told)
    assert device.send(filled, COLOURS).status_code == 201
    assert (Answer.objects.count(), Submission.objects.count()) == (many, 4)


def test_a_form_opened_again_corrects_what_it_said(telephone: Telephone, mill: Return) -> None:
    form = mill.round.asks
    told = [one for one in everything(form, mill) if one.question.kind != "photo"]
    before, _became = telephone.fill(entered(form, mill, told))
    assert telephone.device.send(before).status_code == 201
    told = [
        Told(one.path, one.question, one.row, f"{one.text}改") if one.text[:2] == "文字" else one
        for one in told
    ]
    again, became = telephone.fill({one.path: one.text for one in told}, before)
    assert became["valid"] == "ok"
    # Collect gives what was opened after it was finished a new id, and names the old one
    own = re.search(r"<instanceID>(.*?)</instanceID>", again)
    assert own
    new = f"<instanceID>uuid:{uuid.uuid4()}</instanceID>"
    again = again.replace(own[0], f"{new}<deprecatedID>{own[1]}</deprecatedID>")
    assert telephone.device.send(again).status_code == 201
    assert kept(mill, told, again) == {}
    holding = Answer.objects.filter(closed_at__isnull=True)
    assert holding.count() == len(told), "no row came twice"


def test_a_telephone_holds_to_the_limits_of_the_platform(
    telephone: Telephone, mill: Return
) -> None:
    group = f"/{ROOT}/functions/functions_clinic"
    wrong = {
        f"{group}/function_hours": "找13800138000",
        f"{group}/function_m2": "1.234",
        f"/{ROOT}/needs/needs_{mill.round.asks.section('needs').rows[0].key}/need_rank": "0",
    }
    start = {
        f"/{ROOT}/community": str(mill.pk), f"/{ROOT}/sections": "functions needs",
        f"{group}/function_exists": "yes",
    }  # fmt: skip
    _filled, became = telephone.fill(start | wrong)
    said = {path: became[path] for path in wrong}
    assert "ok" not in said.values()
    assert all("请删去" in one or "范围" in one for one in said.values()), said
