"""A file that holds numbers of identity is read and not kept; what it is called is read by all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.files.services import attach, keep, sweep
from lifecircle.govern.imports.models import Batch, BatchState, What
from lifecircle.govern.imports.services import bring_in, undo
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.jobs.models import Job
from tests.govern.conftest import Granted, SmallCity
from tests.govern.imports.conftest import MAY, BringIn, committed, facility, work, workbook
from tests.govern.parts import signed_in

# the example of GB 11643-1999 itself
NUMBER = "11010519491231002X"


def bring(content: bytes, small_city: SmallCity, name: str = "a.xlsx", **how: Any) -> Batch:
    """Bring a content in and check it."""
    batch = bring_in(system("test"), [content], name, small_city["bridge"], MAY, **how)
    work()
    batch.refresh_from_db()
    return batch


def gone(batch: Batch) -> bool:
    """Say whether the content of a batch is marked as erased, and goes."""
    assert batch.file_id
    file = StoredFile.objects.get(pk=batch.file_id)
    sweep()
    assert file.path.is_file() == (file.erased_at is None)
    return file.erased_at is not None


def test_a_file_with_a_number_is_not_kept_and_its_good_rows_count(
    small_city: SmallCity, tmp_path: Path, granted: Granted
) -> None:
    rows = [facility(1, remark=f"王某 {NUMBER}"), facility(2)]
    content = workbook(tmp_path, rows)
    batch = bring(content, small_city)
    assert (batch.counts[What.REJECTED], batch.counts[What.ADDED]) == (1, 1)
    assert gone(batch)
    entry = Entry.objects.get(action="file.erase")
    assert NUMBER not in str(vars(entry))
    clerk = signed_in(granted("clerk", "city", "import.run"))
    page = clerk.get(f"/imports/{batch.pk}/").content.decode()
    assert f"上传的文件已于{timezone.localdate()}删去" in page
    assert "身份证" in page
    assert NUMBER not in page
    assert "marked.xlsx" not in page
    assert clerk.get(f"/imports/{batch.pk}/marked.xlsx").status_code == 403
    committed(batch)
    assert Facility.versions.current().count() == 1
    again = bring(content, small_city)
    assert again.file_id == batch.file_id
    assert (again.counts[What.UNCHANGED], again.counts[What.REJECTED]) == (1, 1)
    assert gone(again)
    back = undo(system("test"), batch, "写错了")
    work()
    committed(Batch.objects.get(pk=back.pk))
    assert not Facility.versions.current().filter(removed=False).exists()


def test_a_column_of_numbers_that_no_form_reads_is_told(small_city: SmallCity) -> None:
    for header, cell in (("负责人身份证号", "见附件"), ("联系", f"王某{NUMBER}")):
        text = f"设施编号,设施名称,设施类别,所属社区编号,{header}\nF1,hall,早餐网点,mill,{cell}\n"
        batch = bring(text.encode(), small_city, "a.csv", form="facilities")
        assert batch.state == BatchState.CHECKED, [one["reason"] for one in batch.faults]
        assert header in str(batch.faults)
        assert gone(batch)
    text = f"设施编号,备注二\nF1,{NUMBER}\n"
    headless = bring(text.encode(), small_city, "b.csv", form="facilities")
    assert (headless.state, gone(headless)) == (BatchState.FAILED, True)


def test_what_is_clean_or_attached_elsewhere_stays(
    small_city: SmallCity, brought: BringIn, tmp_path: Path
) -> None:
    clean = brought([facility(1)], small_city["bridge"])
    assert not gone(clean)
    rows = [facility(2, remark=NUMBER)]
    batch = brought(rows, small_city["bridge"])
    assert gone(batch)
    kept = keep([content := workbook(tmp_path, rows)])
    attach(system("test"), kept, small_city["mill"], name="a.xlsx")
    assert not gone(bring(content, small_city))


def test_titles_of_jobs_are_read_in_the_readers_language(
    small_city: SmallCity, brought: BringIn
) -> None:
    with override("en"):
        brought([facility(1)], small_city["bridge"], name="表.xlsx")
    job = Job.objects.get(kind="imports.check")
    assert str(job) == "检查 表.xlsx"
    with override("en"):
        assert str(job) == "Check 表.xlsx"
    job.title = "每天清扫"
    assert str(job) == "每天清扫"
