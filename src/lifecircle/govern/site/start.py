"""Opens the platform: its home, its database, its web server."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lifecircle.govern.site.sealing import Seal, fingerprint, forget, given, made
from lifecircle.govern.site.working import Jobs
from lifecircle.terms.errors import stop, why

SETTINGS = "lifecircle.govern.site.settings"

_SERVER: Mapping[str, object] = {
    "worker_class": "gthread",
    "threads": 4,
    "keepalive": 15,  # s; a page fetches its styles and maps over the connection it came by
    "graceful_timeout": 10,  # s for answers under way when the platform ends
    "max_requests": 0,  # no process leaks: none is ended between two requests
    "loglevel": "warning",
    "control_socket_disable": True,  # signals do; no further door
}


@dataclass(frozen=True)
class Opening:
    """How an office opens the platform. ``hosts`` are the names under which it is reached."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    demo: bool = False
    workers: int = 2
    packs: tuple[str, ...] = ()
    behind_proxy: bool = False
    seal: Seal | None = None


def prepare(opening: Opening) -> None:
    """Make the home, bring the database up to date and load Django; safe to repeat."""
    settle(opening)
    from django.core.management import call_command  # noqa: PLC0415 - after the settings

    from lifecircle.govern.accounts.listed_roles import load_roles  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    load_roles()
    call_command("collectstatic", verbosity=0, interactive=False)


def settle(opening: Opening) -> None:
    """Make the home with its key and load Django with the settings of this opening."""
    opening.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_secret(opening.home / "secret")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["LIFECIRCLE_HOME"] = str(opening.home)
    os.environ["LIFECIRCLE_HOSTS"] = ",".join(opening.hosts)
    if opening.packs:
        os.environ["LIFECIRCLE_PACKS"] = " ".join(opening.packs)
    if opening.seal:
        os.environ["LIFECIRCLE_TLS"] = "1"
    if opening.demo:
        os.environ["LIFECIRCLE_DEMO"] = "1"
    if opening.behind_proxy:
        os.environ["LIFECIRCLE_BEHIND_PROXY"] = "1"
    import django  # noqa: PLC0415 - after the settings

    django.setup()


def sealed(
    home: Path, hosts: tuple[str, ...], certificate: Path | None, key: Path | None
) -> tuple[Seal, list[str]]:
    """Return the certificate of a home, the office's own or one made here, and what to tell."""
    if certificate and key:
        seal = given(home, certificate, key)
        return seal, [f"证书指纹（SHA-256）：{fingerprint(seal.certificate)}"]
    seal = made(home, hosts, datetime.now(UTC))
    assert seal.authority
    bare = not set(hosts) - {"127.0.0.1", "localhost"}
    return seal, [
        *(["没有写 --name，证书只管本机；别的机器要打开，加上 --name 主机名或地址。"] * bare),
        f"自制证书的指纹（SHA-256）：{fingerprint(seal.certificate)}",
        f"手机上装一次这个“CA证书”：{seal.authority}，",
        f"装的时候核对指纹（SHA-256）：{fingerprint(seal.authority)}",
    ]


def unsealed(home: Path) -> None:
    """Note that a home is served without a certificate; `doctor` then says what does not work."""
    forget(home)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the home, so that no second platform or restoration works in it at the same time."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        hold = (home / "running").open("w", encoding="ascii")
    except OSError as error:
        remedy = "换一个能写的文件夹，或改它的权限"
        raise stop(f"用不了（{why(error)}）", file=home, place="--home", remedy=remedy) from error
    with hold as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            remedy = "先停下正在运行的平台，或另选 --home"
            raise stop("平台正在这里运行", file=home, place="--home", remedy=remedy) from error
        yield


def first(city: str | None, demo: Path | None, folder: Path | None = None) -> list[str]:
    """Found what a first opening needs and return what to tell: accounts with their passwords."""
    from lifecircle.govern.site.founding import found_city, found_demo  # noqa: PLC0415

    return found_demo(demo) if demo else found_city(city, folder)


def reachable(opening: Opening) -> None:
    """Raise InputError where the address cannot be listened at."""
    family = socket.AF_INET6 if ":" in opening.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((opening.host, opening.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            place = f"{opening.host}:{opening.port}"
            reason = f"{place} 已被别的程序占用" if taken else f"不能在 {place} 上听"
            remedy = "用 --port 换一个端口" if taken else "改 --host 或 --port"
            raise stop(reason, place="--port", remedy=remedy) from error


def serve(opening: Opening) -> None:
    """Answer requests and work on jobs until interrupted.

    Everything that happens once, migrations first, has happened in this process before it forks.
    """
    from django.db import connections  # noqa: PLC0415 - after the settings
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - not on every system
    from gunicorn.arbiter import Arbiter  # noqa: PLC0415

    jobs = Jobs()

    class Master(Arbiter):  # type: ignore[misc]
        def manage_workers(self) -> None:
            super().manage_workers()
            jobs.keep()

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in _SERVER.items():
                self.cfg.set(name, value)
            self.cfg.set("bind", f"{opening.host}:{opening.port}")
            self.cfg.set("workers", opening.workers)
            if opening.seal:
                self.cfg.set("certfile", str(opening.seal.certificate))
                self.cfg.set("keyfile", str(opening.seal.key))

        def load(self) -> object:
            from lifecircle.govern.site.wsgi import application  # noqa: PLC0415 - in the worker

            return application

        def run(self) -> None:
            Master(self).run()

    connections.close_all()  # a connection shared by two processes mixes their answers
    try:
        Server().run()
    finally:
        jobs.end()


def _keep_secret(file: Path) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(50))
