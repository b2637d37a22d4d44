"""The desk of jobs."""

from __future__ import annotations

from typing import Any

import pytest

from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.services import enqueue
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in


@pytest.fixture(autouse=True)
def _apart(settings: Any) -> None:
    plain_pages(settings)


def test_who_sees_a_job_and_who_stops_it(small_city: SmallCity, granted: Granted) -> None:
    owner = granted("owner", "mill", "job.view")
    job = enqueue(owner, "count", "x", title="数数", area_path=small_city["bridge"].path)
    page = f"/jobs/{job.pk}/"
    assert "数数" in signed_in(owner).get("/jobs/").content.decode()
    above = signed_in(granted("above", "east", "job.view"))
    assert "数数" in above.get(page).content.decode()
    assert above.post(page + "stop/").status_code == 403
    for name, area in (("west", "west"), ("nobody", None)):
        assert signed_in(granted(name, area, "job.view")).get(page).status_code == 404
    assert signed_in(owner).post(page + "stop/").status_code == 302
    assert Job.objects.get().state == State.STOPPED
    assert "接着办" in signed_in(owner).get(page).content.decode()
    assert signed_in(owner).post(page + "again/").status_code == 302
    assert Job.objects.get().state == State.WAITING


def test_a_browser_with_scripts_gets_only_the_part(granted: Granted) -> None:
    owner = granted("owner", "mill", "import.run")
    job = enqueue(owner, "count", "x", title="数数")
    part = signed_in(owner).get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    Job.objects.update(state=State.DONE)
    ended = signed_in(owner).get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"
