"""Runs the command again and again, each time in a process of its own.

The imports are paid once: this process loads every command and forks for each line of its standard
input, a JSON list of the seconds of patience and the arguments. It answers with a line of JSON: the
exit code, the wall-clock seconds from the fork to the end, the processor's seconds, the peak of
resident memory in bytes, and what was written. A run may ask for `MOST_ADDRESSES_BYTES` more of
addresses than the imports took, and is killed when patience ends, so that a test that fails leaves
the machine standing.

What a start itself does (the first imports, the streams of a terminal) is tested in processes that
begin with the interpreter: tests/cli/test_start.py, tests/cli/test_command.py.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from lifecircle.cli.main import COMMANDS, run

PATIENCE_S = 20.0
MOST_ADDRESSES_BYTES = 3 * 2**30


class Run(Protocol):
    """Runs the command with arguments; says how it went as `forked` does."""

    def __call__(self, *arguments: object, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Return what `forked` returns."""


@contextmanager
def held_ready() -> Iterator[Run]:
    """Yield what runs the command in a fork of a process that has imported it."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.forking"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        asks, answers = child.stdin, child.stdout

        def run_once(*arguments: object, patience_s: float = PATIENCE_S) -> dict[str, Any]:
            asks.write(json.dumps([patience_s, *map(str, arguments)]) + "\n")
            asks.flush()
            found: dict[str, Any] = json.loads(answers.readline())
            return found

        yield run_once
        asks.close()


def _child(arguments: list[str], out: int, err: int) -> None:
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(0)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_ADDRESSES_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    sys.argv = ["lifecircle", *arguments]
    run()


def forked(arguments: list[str], patience_s: float) -> dict[str, Any]:
    """Run the command once and say how it went."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        process = os.fork()
        if process == 0:
            try:
                _child(arguments, out.fileno(), err.fileno())
            except SystemExit as ending:
                sys.stdout.flush()
                os._exit(ending.code if isinstance(ending.code, int) else 1)
            finally:
                os._exit(99)
        ended, status, usage = 0, 0, None
        while not ended:
            ended, status, usage = os.wait4(process, os.WNOHANG)
            if not ended and time.monotonic() - begun > patience_s:
                os.kill(process, signal.SIGKILL)
            time.sleep(0.002)
        assert usage is not None
        return {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": time.monotonic() - begun,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024,
            "out": _text(out),
            "err": _text(err),
        }


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    for command in COMMANDS.values():
        command.load()
    for line in sys.stdin:
        patience_s, *arguments = json.loads(line)
        print(json.dumps(forked(arguments, patience_s)), flush=True)
