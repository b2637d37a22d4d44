"""Where the results of runs lie: a folder for each run, of several packs one below for each."""

from __future__ import annotations

from pathlib import Path

from lifecircle.govern.assessments.models import Run
from lifecircle.publish.past import Past, read_past
from lifecircle.publish.results import RESULTS

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


def past_of(run: Run, pack: str) -> dict[str, Past]:
    """Return what one pack of a run left behind; raises InputError where the folder is gone."""
    return read_past(folder_of(run, pack))
