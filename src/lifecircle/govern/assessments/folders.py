"""Where the results of runs lie: a folder for each run, of several packs one below for each."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_noop

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.jobs.sentences import Failed
from lifecircle.publish.past import Past, read_past
from lifecircle.publish.results import RESULTS
from lifecircle.terms.errors import InputError

ALLOWED = RESULTS.names


def folder_of(run: Run, pack: str) -> Path:
    """Return where the results of one pack of a run are."""
    return run.folder if len(run.manifest) == 1 else run.folder / pack


def names_of(run: Run) -> list[tuple[str, list[str]]]:
    """Return the files of a run that are there, by pack."""
    return [
        (pack, sorted(one.name for one in folder_of(run, pack).glob("*") if one.name in ALLOWED))
        for pack in run.manifest
    ]


UNREADABLE = gettext_noop(
    "第%(number)s次评估的结果文件不见了或者读不了；请从备份恢复，或者重新评估一次。"
)


def past_of(run: Run, pack: str) -> dict[str, Past]:
    """Return what one pack of a run left behind; raises Failed where it cannot be read."""
    try:
        return read_past(folder_of(run, pack))
    except InputError as error:
        raise unreadable(run) from error


def unreadable(*runs: Run) -> Failed:
    """Return how a job fails whose runs have lost their folders or were written otherwise.

    People read the sentence, and a path of the server tells them nothing.
    """
    return Failed(UNREADABLE, {"number": "、".join(str(run.pk) for run in runs)})
