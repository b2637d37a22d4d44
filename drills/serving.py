"""The platform as an office runs it, to be called by clients and to be killed."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.govern.processes import ROOT, Home


@dataclass
class Served:
    """`lifecircle serve` on a home; two workers unless told otherwise."""

    home: Home
    workers: int = 2
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]

    def start(self, *arguments: str) -> None:
        """Start it and wait until it answers; a home that a dying worker still holds is waited for.

        Raises TimeoutError after a minute.
        """
        command = [sys.executable, "-W", "ignore", "-m", "lifecircle", "serve"]
        command += ["--home", str(self.home.folder), "--port", str(self.port)]
        command += ["--workers", str(self.workers), *arguments]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                log = (self.home.folder.parent / "serve.log").open("a", encoding="utf-8")
                with log:
                    self.process = subprocess.Popen(
                        command, env=self.home.env, cwd=ROOT, stdout=log, stderr=log, text=True
                    )
            with suppress(OSError, HTTPException), closing(Caller(self.port)) as caller:
                # workers of a killed master may answer still: those of this one must be there
                if workers_of(self.process.pid) and caller.call("GET", "/help/").status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError((self.home.folder.parent / "serve.log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(40)

    def kill_master(self) -> None:
        """Kill the master; its workers notice and end."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def kill_worker(self, at: int) -> bool:
        """Kill one of the processes that answer; False where none was there."""
        assert self.process
        found = workers_of(self.process.pid)
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(found[at % len(found)], signal.SIGKILL)
        return True


def workers_of(master: int) -> list[int]:
    """Return the processes that a master forked to answer; that of jobs is not among them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            above = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if above == master and b"site.working" not in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return sorted(found)


@dataclass(frozen=True)
class Answer:
    """What came back, how long it took and how many bytes went over the wire."""

    status: int
    body: bytes
    took_ms: float
    wire_bytes: int

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


class Caller:
    """A client with one connection that stays open, and the session of a person."""

    def __init__(self, port: int, session: str = "", csrf: str = "c" * 32) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        cookies = f"sessionid={session}; csrftoken={csrf}; django_language=zh-hans"
        self.headers = {"Cookie": cookies, "X-CSRFToken": csrf, "Accept-Encoding": "gzip"}

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def call(self, method: str, path: str, said: Any = None, **headers: str) -> Answer:
        """Send a request and return the answer; raises OSError or HTTPException where none came."""
        body = said if said is None or isinstance(said, bytes) else json.dumps(said).encode()
        began = time.perf_counter()
        try:
            self.connection.request(
                method, path, body,
                {**self.headers, "Content-Type": "application/json",
                 **{name.replace("_", "-"): value for name, value in headers.items()}},
            )  # fmt: skip
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self.connection.close()
            raise
        took = (time.perf_counter() - began) * 1000
        packed = answer.headers.get("Content-Encoding") == "gzip"
        plain = gzip.decompress(content) if packed else content
        return Answer(answer.status, plain, took, len(content))
