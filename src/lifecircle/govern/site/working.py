"""The processes that work on jobs beside the web server: started, looked after, ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

AGAIN_S = 5.0
"""A worker that ended is started again at most this often."""

ENDS_WITHIN_S = 20.0
LANES = ("reckoning", "others")
"""Of `govern.jobs.lanes`, which the server's own process does not load."""

MAPPED_BYTES = 256 * 1024
"""What is larger goes back to the system when it is no longer used: glibc else keeps up to 32 MB
for later, and a worker that read a city's streets held 130 MB of nothing."""


class Jobs:
    """The workers of a server. They hold the end of a pipe, so that they end when the server does.

    A server that is killed closes the pipe as well: no worker outlives it.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._workers = [_Worker(lane) for lane in LANES]

    def keep(self) -> None:
        """Start each worker that is not running."""
        for worker in self._workers:
            worker.keep()

    def end(self) -> None:
        """Let the workers finish their steps and end; only in the process that made this."""
        if os.getpid() == self._owner:
            for ask in (_Worker.ask_to_end, _Worker.wait_for_end):
                for worker in self._workers:
                    ask(worker)


class _Worker:
    """A worker in a process of its own, and when it was started last."""

    def __init__(self, lane: str) -> None:
        self._lane = lane
        self._started_at = -AGAIN_S
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() - self._started_at < AGAIN_S:
            return
        self._started_at = time.monotonic()
        # in a session of its own: Ctrl-C goes to the server, which ends it after its step
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__, self._lane],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={"MALLOC_MMAP_THRESHOLD_": str(MAPPED_BYTES), **os.environ},
        )

    def ask_to_end(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def wait_for_end(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _end_with_server() -> None:
    os.read(0, 1)  # nothing is ever written: it returns when the pipe is closed
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Work on the jobs of the lane that is named until the server ends."""
    import django  # noqa: PLC0415 - the server only starts this process

    django.setup()
    from lifecircle.govern.jobs.lanes import Lane  # noqa: PLC0415 - after the settings
    from lifecircle.govern.jobs.worker import run_worker  # noqa: PLC0415

    lane = Lane(sys.argv[1])
    if lane is Lane.RECKONING:
        from lifecircle.govern.assessments.reckoning import make_ready  # noqa: PLC0415

        threading.Thread(target=make_ready, daemon=True).start()
    threading.Thread(target=_end_with_server, daemon=True).start()
    run_worker(lane)


if __name__ == "__main__":
    main()
