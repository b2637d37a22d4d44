"""An export is verified by a script that needs no Django."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lifecircle.govern.audit.chain import main, verify_excerpt
from lifecircle.govern.audit.verify import rows, verify_part
from tests.govern.conftest import SmallCity


@pytest.fixture
def exported(small_city: SmallCity, tmp_path: Path) -> Path:
    file = tmp_path / "audit.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows()))
    return file


def test_an_export_holds(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(exported)]) == 0
    assert "链完整：10条" in capsys.readouterr().out


def test_the_script_runs_without_django(exported: Path) -> None:
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from lifecircle.govern.audit.chain import main\n"
        f"sys.exit(main([{str(exported)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("harm", ["changed", "lost", "no json", "no object", "missing"])
def test_a_harmed_export_is_named(
    exported: Path, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = exported.read_text().splitlines()
    lines[4] = {
        "changed": lines[4].replace("area.found", "area.faund"),
        "lost": "",
        "no json": lines[4][:-4],
        "no object": "7",
        "missing": "{}",
    }[harm]
    exported.write_text("\n".join(line for line in lines if line) + "\n")
    assert main([str(exported)]) == 1
    assert "第5条不对" in capsys.readouterr().out


def test_an_excerpt_may_leave_entries_out(exported: Path) -> None:
    lines = exported.read_text().splitlines()
    exported.write_text("\n".join(lines[:2] + lines[5:]) + "\n")
    assert main([str(exported)]) == 1
    assert main([str(exported), "--excerpt"]) == 0
    entries = [json.loads(line) for line in lines[3:]]
    assert verify_excerpt(entries).count == 7
    assert verify_excerpt(reversed(entries)).number > 0
    entries[3]["content"] = entries[3]["content"].replace("test", "tost")
    assert verify_excerpt(entries).number == 7


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert main([str(tmp_path / "none")]) == 1


def test_parts_make_the_whole(small_city: SmallCity) -> None:
    first, over = verify_part(0, 4)
    assert (first.count, first.number, over) == (4, 0, False)
    second, over = verify_part(4, 4)
    assert (second.count, second.number, over) == (8, 0, False)
    last, over = verify_part(8, 4)
    assert (last.count, last.number, over) == (10, 0, True)
    assert verify_part(99, 4)[0].number == 99
