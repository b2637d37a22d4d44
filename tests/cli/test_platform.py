"""The platform as an office runs it: the command itself, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

CITY = ("--city", "示例市")


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lifecircle", *arguments],
        env=environment() | more, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(home: Path, port: int, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve until left; yield what was told, with a Ctrl-C where nobody ended it before."""
    command = ["serve", "--home", str(home), "--port", str(port), "--workers", "1", *arguments]
    with subprocess.Popen(
        [sys.executable, "-m", "lifecircle", *command],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout
        told = ""
        while "Ctrl-C" not in told:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            told += line
        try:
            awaited(lambda: status(port, "/help/") == 200)
            yield told, process
        finally:
            interrupt(process)


def interrupt(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C: the signal goes to the whole foreground."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def awaited(true: object, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.1)


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except ConnectionError:
        return 0
    finally:
        connection.close()


def sign_in(port: int, password: str) -> str:
    """Send the form of the sign-in as a browser does; return where it leads."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/account/login/")
    page = connection.getresponse()
    text = page.read().decode()
    cookie = (page.headers["Set-Cookie"] or "").split(";")[0]
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[-1]
    form = {"csrfmiddlewaretoken": token, "login": "admin", "password": password}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request("POST", "/account/login/", urlencode(form), headers)
    answer = connection.getresponse()
    connection.close()
    return answer.headers["Location"] or ""


def jobs_workers(parent: int) -> list[int]:
    """Return the children of a server that work on jobs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            above = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if above == parent and b"lifecircle.govern.site.working" in command:
            found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    """Say whether a process runs; one that ended and waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office") / "data"


def test_the_first_start_tells_a_password_that_signs_in(home: Path) -> None:
    port = free_port()
    with served(home, port, *CITY) as (told, process):
        password = re.search(r"^ {2}admin {2}(\S+)$", told, re.MULTILINE)
        assert password
        assert sign_in(port, "wrong-" + password[1]) == ""
        assert sign_in(port, password[1]).startswith("/")
        second = run("serve", "--home", str(home), "--port", str(free_port()))
        assert second.returncode != 0
        assert "平台正在这里运行" in second.stderr
        assert "Traceback" not in second.stderr
        workers = jobs_workers(process.pid)
        assert len(workers) == 2
        interrupt(process)
        assert process.returncode == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
        assert not any(map(alive, workers))
    assert status(port, "/help/") == 0


def test_an_account_that_nobody_can_help_is_unlocked_from_the_shell(home: Path) -> None:
    missing = run("unlock", "nobody", "--home", str(home))
    assert (missing.returncode, "没有叫 nobody 的账号；请" in missing.stderr) == (3, True)
    ended = run("unlock", "Admin", "--home", str(home), "--reason", "手机丢了")
    assert ended.returncode == 0, ended.stderr
    password = re.search(r"：(\S+-\S+-\S+)$", ended.stdout, re.MULTILINE)
    assert password
    port = free_port()
    with served(home, port):
        assert sign_in(port, password[1]).startswith("/")
    told = run("audit", "export", str(home / "told.jsonl"), "--home", str(home))
    assert told.returncode == 0
    last = (home / "told.jsonl").read_text(encoding="utf-8")
    assert "user.reset_second_factor" in last
    assert "手机丢了" in last
    assert password[1] not in last


def test_later_starts_tell_no_password_and_mend_their_workers(home: Path) -> None:
    with served(home, free_port(), *CITY) as (told, process):
        assert "admin" not in told
        assert "密码" not in told
        awaited(lambda: len(jobs_workers(process.pid)) == 2)
        killed, other = jobs_workers(process.pid)
        os.kill(killed, signal.SIGKILL)
        awaited(lambda: len(set(jobs_workers(process.pid)) - {killed}) == 2)
        workers = jobs_workers(process.pid)
        assert other in workers
        process.kill()
        process.wait()
        awaited(lambda: not any(map(alive, workers)))


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("serve", *CITY, "--home", str(tmp_path / "data"), "--port", port)
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"127.0.0.1:{port} 已被别的程序占用；请" in ended.stderr
    assert not (tmp_path / "data" / "platform.sqlite3").exists()


def test_the_first_start_asks_for_the_city(tmp_path: Path) -> None:
    ended = run("serve", "--home", str(tmp_path / "data"), "--port", str(free_port()))
    assert ended.returncode != 0
    assert "第一次启动要有城市的名称" in ended.stderr


def test_commands_look_after_the_platform(home: Path, tmp_path: Path) -> None:
    at = ("--home", str(home))
    verified = run("audit", "verify", *at)
    assert verified.returncode == 0
    anchor = re.search(r"链尾：(\d+:\w{64})", verified.stdout)
    assert anchor
    assert run("audit", "verify", *at, "--anchor", anchor[1]).returncode == 0
    false = f"1:{'0' * 64}"
    assert run("audit", "verify", *at, "--anchor", false).returncode == 1
    assert "看不懂链尾" in run("audit", "verify", *at, "--anchor", "x").stderr

    before = run("doctor", *at)
    assert before.returncode == 1
    assert "一份备份也没有" in before.stdout
    made = run("backup", *at)
    assert made.returncode == 0, made.stderr
    days = tmp_path / "2031.csv"
    days.write_text("日期,上班,名目\n2031-01-01,否,元旦\n", encoding="utf-8")
    loaded = run("workdays", str(days), *at)
    assert loaded.returncode == 0, loaded.stderr
    assert "2031年：放假1天" in loaded.stdout
    after = run("doctor", *at)
    assert "备份：最近一份在0小时前" in after.stdout
    assert "全部接得上" in after.stdout
    assert "这两个文件要另存一份" in after.stdout

    [backup] = (home / "backups").glob("*.lifecircle-backup")
    twice = run("backup", *at, "--out", str(backup))
    assert (twice.returncode, "请换个名字。" in twice.stderr) == (3, True)
    restored = run("restore", str(backup), *at)
    assert restored.returncode == 0, restored.stderr
    assert re.search(r"已恢复到\d{4}-\d\d-\d\d \d\d:\d\d的备份", restored.stdout)
    again = run("audit", "verify", *at)
    assert again.returncode == 0
    cut = tmp_path / "cut.lifecircle-backup"
    cut.write_bytes(backup.read_bytes()[:-99])
    refused = run("restore", str(cut), *at)
    assert refused.returncode != 0
    assert "现有数据没有动" in refused.stderr
    assert run("audit", "verify", *at).stdout == again.stdout


@pytest.mark.parametrize("command", ["doctor", "backup", "audit verify"])
def test_commands_say_where_there_is_no_platform(command: str, tmp_path: Path) -> None:
    ended = run(*command.split(), "--home", str(tmp_path / "none"))
    assert ended.returncode != 0
    assert "这里还没有平台的数据" in ended.stderr
    assert not (tmp_path / "none").exists()


def test_a_mistyped_backup_makes_no_platform(tmp_path: Path) -> None:
    ended = run("restore", str(tmp_path / "none"), "--home", str(tmp_path / "data"))
    assert ended.returncode == 3
    assert "没有这个备份文件" in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_is_none_is_told(port: str, tmp_path: Path) -> None:
    ended = run("serve", *CITY, "--home", str(tmp_path / "data"), "--port", port)
    assert ended.returncode == 2
    assert "不小于1、不大于65535的整数" in ended.stderr


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "data"):
        ended = run("serve", *CITY, "--home", str(home))
        assert ended.returncode == 3
        assert f"{home}，--home：用不了（" in ended.stderr


NO_DATABASE = (
    (f"postgres://a:geheim@127.0.0.1:{1}/x", "数据库连不上"),
    ("mysterious://a@b/c", "看不懂数据库的地址"),
    ("postgres://a:b@127.0.0.1:port/x", "看不懂数据库的地址"),
)


@pytest.mark.parametrize(("address", "said"), NO_DATABASE)
@pytest.mark.parametrize("command", ["serve --city 示例市", "backup", "audit verify"])
def test_a_database_that_is_away_is_told_in_a_sentence(
    command: str, address: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("x" * 50)
    port = ("--port", str(free_port())) if "serve" in command else ()
    ended = run(*command.split(), "--home", str(tmp_path), *port, DATABASE_URL=address)
    assert ended.returncode == 3
    assert said in ended.stderr
    assert "；请" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "geheim" not in ended.stderr


def test_a_database_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x" * 50)
    (tmp_path / "platform.sqlite3").write_bytes(b"not a database at all" * 99)
    ended = run("backup", "--home", str(tmp_path))
    assert ended.returncode == 3
    assert ended.stderr == "错误：数据库文件损坏；请停止使用，从备份恢复。\n"
    looked = run("doctor", "--home", str(tmp_path))
    assert looked.returncode == 1
    assert looked.stdout == "有问题\t数据库：数据库文件损坏；请停止使用，从备份恢复。\n"
