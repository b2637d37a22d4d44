"""Two at once, and the power gone between two parts: still each answer once."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from tests.govern.openrosa.conftest import facility, form, functions
from tests.govern.processes import Home, kill, own_home

BUILD = """
import json
from django.db import transaction
from lifecircle.govern.actor import system
from tests.govern.conftest import founded
from tests.govern.surveys.rounds import back_of, opened, stocked
with transaction.atomic():
    areas = founded()
    stocked(areas["mill"])
    back = back_of(opened(areas["east"]), areas["mill"])
    print(json.dumps([back.pk, back.round_id]))
"""
SEND = """
import io, sys
from PIL import Image
from django.core.files.uploadedfile import SimpleUploadedFile
from lifecircle.govern.actor import system
from lifecircle.govern.openrosa import receiving
out = io.BytesIO()
Image.new("RGB", (8, 8)).save(out, "JPEG")
def send():
    parts = {{"1.jpg": SimpleUploadedFile("1.jpg", out.getvalue())}}
    print(receiving.receive(system("li"), {form!r}.encode(), parts).saved)
{then}
"""
COUNT = """
from lifecircle.govern.surveys.models import Answer, Submission
from lifecircle.govern.audit.verify import verify_database
print([Answer.objects.count(), Submission.objects.count(), verify_database().number])
"""
AFTER_THE_FORM = """
import time
def slowly(pieces):
    print("entered", flush=True)
    time.sleep(60)
receiving.keep = slowly
send()
"""


class _Back:
    def __init__(self, told: str) -> None:
        self.pk, self.round_id = json.loads(told)


def sent(home: Home) -> str:
    back = _Back(home.run(BUILD))
    rows = facility("F1", "a", facility_photo="1.jpg")
    inner = f"{functions(function_exists='yes')}<facilities>{rows}</facilities>"
    return form(back, inner, f"uuid:{uuid.uuid4()}")  # type: ignore[arg-type]


def test_each_answer_is_entered_once(tmp_path: Path, migrated: Path | None) -> None:
    with own_home(tmp_path / "home", migrated) as home:
        filled = sent(home)
        dying = home.start(SEND.format(form=filled, then=AFTER_THE_FORM))
        assert dying.stdout
        assert dying.stdout.readline() == "entered\n"
        kill(dying)
        assert home.run(COUNT) == "[1, 1, 0]\n", "the form is in, the photo is not"
        again = SEND.format(form=filled, then="send()")
        at_once = [home.start(again) for _ in range(3)]
        saved = sorted(one.communicate(timeout=120)[0] for one in at_once)
        assert saved == ["0\n", "0\n", "1\n"]
        assert home.run(COUNT) == "[2, 2, 0]\n"
