"""Runs the command for one attack after another, each in a process of its own.

The imports are paid once: this process loads the command and forks for every line of its
standard input (a JSON list of arguments). It answers each with a line of JSON: the exit code,
the wall-clock seconds from the fork to the end, the peak of resident memory in bytes, and what
was written. A run is killed after `PATIENCE_S`, and may ask for `MOST_ADDRESSES_BYTES` more of
addresses than the imports took, so that a test that fails leaves the machine standing.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from lifecircle.cli.main import COMMANDS, run

PATIENCE_S = 20.0
MOST_ADDRESSES_BYTES = 3 * 2**30


def _child(arguments: list[str], out: int, err: int) -> None:
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(0)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_ADDRESSES_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    sys.argv = ["lifecircle", *arguments]
    run()


def forked(arguments: list[str]) -> dict[str, Any]:
    """Run the command once and say how it went."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        process = os.fork()
        if process == 0:
            try:
                _child(arguments, out.fileno(), err.fileno())
            except SystemExit as ending:
                os._exit(ending.code if isinstance(ending.code, int) else 1)
            finally:
                os._exit(99)
        ended, status, usage = 0, 0, None
        while not ended:
            ended, status, usage = os.wait4(process, os.WNOHANG)
            if not ended and time.monotonic() - begun > PATIENCE_S:
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
        print(json.dumps(forked(json.loads(line))), flush=True)
