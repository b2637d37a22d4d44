"""What a job says is read in the language of who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_noop, override

from lifecircle.govern.imports.handlers import NOTHING, said_of
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.sentences import only_chinese, read

STOPPED = gettext_noop("按要求停止了。")


def test_kept_in_the_source_language_whatever_the_worker_speaks() -> None:
    with override("en"):
        said = said_of({"added": 3, "rejected": 1})
    with override("zh-hans"):
        assert read(said) == "新增3行。\n退回1行。"
        assert said == said_of({"added": 3, "rejected": 1})
        assert read(said_of({})) == NOTHING == "没有变化。"


def test_read_by_each_in_their_own() -> None:
    job = Job(said=STOPPED)
    with override("en"):
        assert job.sentence != STOPPED
        assert not job.in_chinese
        assert only_chinese("不是完整的工作簿，请另存一次。"), (
            "the fault of a file has no other words"
        )
        assert not only_chinese("")
    with override("zh-hans"):
        assert job.sentence == STOPPED
