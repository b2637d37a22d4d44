"""Processes that do jobs: what each may do to itself, and nothing to the others."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import click
import pytest

from lifecircle.cli.crew import Crew, Outcome, processors
from lifecircle.terms.errors import Fault, InputError
from lifecircle.terms.progress import Progress


def job(wanted: str, progress: Progress) -> tuple[str, int]:
    """Do what is wanted; runs in a process of its own."""
    progress(f"开始 {wanted}")
    if wanted == "input":
        raise InputError(Fault("读不懂", "a.csv"), Fault("也读不懂", "b.csv"))
    if wanted == "usage":
        raise click.UsageError("没有说按哪个政策包。")
    if wanted == "disk":
        raise OSError(28, "No space left on device")
    if wanted == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if wanted == "break":
        raise ZeroDivisionError("0/0")
    if wanted.startswith("sleep "):
        mark = Path(wanted.removeprefix("sleep "))
        mark.touch()
        try:
            time.sleep(60)
        finally:
            mark.unlink()
    return wanted, os.getpid()


def run(*wanted: str, processes: int = 1) -> tuple[dict[str, Outcome], list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    with Crew(job, processes) as crew:
        jobs = dict(zip(wanted, wanted, strict=True))
        return dict(crew.run(jobs, lambda name, stage: told.append((name, stage)))), told


def test_every_job_ends_and_one_never_takes_another_along() -> None:
    wanted = ("a", "input", "usage", "disk", "b", "die", "c", "break", "d")
    found, told = run(*wanted)
    assert list(found) == list(wanted)
    assert told == [(name, f"开始 {name}") for name in wanted]
    assert {found[name].result[0] for name in "abcd"} == set("abcd")
    assert [str(fault) for fault in found["input"].faults] == [
        "a.csv：读不懂。",
        "b.csv：也读不懂。",
    ]
    assert str(found["usage"].faults[0]) == "没有说按哪个政策包。"
    assert "磁盘满了" in str(found["disk"].faults[0])
    assert "退出码-9" in str(found["die"].faults[0])
    assert "ZeroDivisionError" in found["break"].report
    # a sound process goes on to the next job, a dead or broken one is replaced
    pids = [found[name].result[1] for name in "abcd"]
    assert pids[0] == pids[1]
    assert len(set(pids)) == 3


def test_several_processes_do_all_jobs() -> None:
    found, _ = run("a", "b", "c", processes=2)
    assert sorted(found) == ["a", "b", "c"]
    assert {one.result[1] for one in found.values()}.isdisjoint({os.getpid()})
    assert run(processes=2) == ({}, [])


def test_leaving_stops_everyone_and_lets_them_tidy_up(tmp_path: Path) -> None:
    marks = [tmp_path / "1", tmp_path / "2"]
    jobs = {mark.name: f"sleep {mark}" for mark in marks}

    def leave(*_: str) -> None:
        deadline = time.monotonic() + 30
        while not all(mark.exists() for mark in marks) and time.monotonic() < deadline:
            time.sleep(0.01)
        raise KeyboardInterrupt

    crew = Crew(job, 2)
    with pytest.raises(KeyboardInterrupt), crew:
        list(crew.run(jobs, leave))
    assert list(tmp_path.iterdir()) == []


def test_processors_are_counted() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
