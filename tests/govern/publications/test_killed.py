"""A worker that dies at any step: the next one goes on, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.services import approve, propose
from tests.govern.dying import Mortal, Power
from tests.govern.publications.conftest import ALL, Office, Slips


def worked(at: int, *, before: bool) -> bool:
    """Work with death at a step, then to the end; say whether anybody died."""
    died, late = False, 1
    for mortal in (Mortal(at, before=before, late=late), Mortal(10**6, before=True, late=late + 1)):
        try:
            while mortal.run_one():
                pass
        except Power:
            died = True
    return died


@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_step(paper: Run, office: Office, slips: Slips, *, before: bool) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    slips.halls = [f"堂{number}" for number in range(250)]
    steps, died = 0, True
    while died:
        made = propose(one, Publication.Kind.RUN, paper.pk, "x")
        killed = worked(steps, before=before)
        approve(other, made, 1, "x")
        died = worked(steps, before=before) or killed
        made.refresh_from_db()
        assert made.state == Publication.State.PUBLISHED
        assert PublicFeature.objects.filter(publication=made).count() == 251
        assert Publication.objects.live().count() == 1
        assert not list(made.folder.parent.glob(".*.making"))
        steps += 1
    assert steps > 4


def test_killed_while_a_file_is_written(
    paper: Run, office: Office, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = slips.write

    def torn(publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        (out / "map").mkdir()
        (out / "features.jsonl").write_text('{"half', encoding="utf-8")
        yield 1, 2
        raise Power

    monkeypatch.setattr(slips, "write", torn)
    made = propose(office("one", *ALL), Publication.Kind.RUN, paper.pk, "x")
    with pytest.raises(Power):
        Mortal(10**6, before=True, late=1).run_one()
    assert not made.folder.exists()
    monkeypatch.setattr(slips, "write", whole)
    assert Mortal(10**6, before=True, late=2).run_one()
    assert (made.folder / "manifest.json").is_file()
    made.refresh_from_db()
    assert made.manifest["features"] == 3
