"""The process that works on jobs beside the web server: started, looked after and ended with it."""

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


class Jobs:
    """The worker of a server. It holds the end of a pipe, so that it ends when the server does.

    A server that is killed closes the pipe as well: no worker outlives it.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._started_at = -AGAIN_S
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start the worker where it is not running."""
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() - self._started_at < AGAIN_S:
            return
        self._started_at = time.monotonic()
        # in a session of its own: Ctrl-C goes to the server, which ends it after its step
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, start_new_session=True
        )

    def end(self) -> None:
        """Let the worker finish its step and end; only in the process that made this."""
        if self._process is None or os.getpid() != self._owner:
            return
        self._process.terminate()
        try:
            self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _end_with_server() -> None:
    os.read(0, 1)  # nothing is ever written: it returns when the pipe is closed
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Work until the server ends."""
    import django  # noqa: PLC0415 - the server only starts this process

    django.setup()
    from lifecircle.govern.assessments.reckoning import make_ready  # noqa: PLC0415 - after the settings
    from lifecircle.govern.jobs.worker import run_worker  # noqa: PLC0415

    threading.Thread(target=make_ready, daemon=True).start()
    threading.Thread(target=_end_with_server, daemon=True).start()
    run_worker()


if __name__ == "__main__":
    main()
