"""A new platform leads step by step to its first assessment, and says no more of it then."""

from __future__ import annotations

from typing import Any

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.waiting import steps_for
from tests.govern.assessments.stocked import run_of
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in

MAY = (
    "assessment.view", "assessment.run", "area.view", "inventory.view", "survey.run", "survey.view",
)  # fmt: skip


def test_what_is_missing_is_told_in_turn_until_there_is_a_run(
    small_city: SmallCity, granted: Granted, settings: Any, django_assert_max_num_queries: Any
) -> None:
    plain_pages(settings)
    chief = granted("chief", "city", *MAY)
    steps = steps_for(chief)
    assert [one.text for one in steps] == [
        "区划", "设施", "人口", "路网和边界文件", "第一次摸底", "第一次评估"
    ]  # fmt: skip
    assert [one.done for one in steps] == [True, *[False] * 5]
    assert all(one.url for one in steps)
    assert "city文件夹" in steps[3].says
    client = signed_in(chief)
    for one in steps:
        assert client.get(one.url).status_code == 200, one.url
    with django_assert_max_num_queries(30):
        page = client.get("/").content.decode()
    assert "从这里开始" in page
    assert "没有等您办的事" not in page
    clerk = granted("clerk", "mill", "inventory.view")
    assert steps_for(clerk) == []
    assert "没有等您办的事" in signed_in(clerk).get("/").content.decode()
    run = run_of(small_city["city"], state=Run.State.WAITING)
    assert not steps_for(chief)[-1].done
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE)
    assert steps_for(chief) == []
    assert "从这里开始" not in client.get("/").content.decode()
