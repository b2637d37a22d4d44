"""HTTPS as an office opens it: its own certificate, or one that the platform makes."""

from __future__ import annotations

import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from lifecircle.govern.site import doctor
from lifecircle.govern.site.doctor import BAD, GOOD, WARNING
from lifecircle.govern.site.sealing import fingerprint, forget, given, made, used
from lifecircle.govern.site.start import sealed
from lifecircle.terms.errors import InputError
from tests.cli.test_platform import free_port, interrupt, run, served

NOW = datetime.now(UTC)
HOSTS = ("127.0.0.1", "localhost", "10.1.2.3", "shequ.example")


def test_a_certificate_is_made_once_and_renewed(tmp_path: Path) -> None:
    first = made(tmp_path, HOSTS, NOW)
    assert first.authority
    before = fingerprint(first.certificate), fingerprint(first.authority)
    made(tmp_path, HOSTS, NOW + timedelta(days=300))
    assert (fingerprint(first.certificate), fingerprint(first.authority)) == before
    made(tmp_path, HOSTS, NOW + timedelta(days=340))
    assert fingerprint(first.certificate) != before[0]
    assert fingerprint(first.authority) == before[1], "telephones need nothing new"
    made(tmp_path, (*HOSTS, "10.9.9.9"), NOW)
    assert fingerprint(first.authority) != before[1]
    for path in (first.key, tmp_path / "tls" / "authority.key"):
        assert path.stat().st_mode & 0o077 == 0


def test_the_authority_vouches_for_its_own_names_alone(tmp_path: Path) -> None:
    seal = made(tmp_path, HOSTS, NOW)
    assert seal.authority
    held = x509.load_pem_x509_certificate(seal.authority.read_bytes())
    names = held.extensions.get_extension_for_class(x509.NameConstraints)
    assert names.critical
    assert {str(one.value) for one in names.value.permitted_subtrees or ()} == {
        "127.0.0.1/32", "localhost", "10.1.2.3/32", "shequ.example",
    }  # fmt: skip
    own = x509.load_pem_x509_certificate(seal.certificate.read_bytes())
    own.verify_directly_issued_by(held)
    assert own.not_valid_after_utc - own.not_valid_before_utc < timedelta(days=398)


def test_an_own_certificate_is_used_with_its_key(tmp_path: Path) -> None:
    seal = made(tmp_path / "other", HOSTS, NOW)
    home = tmp_path / "home"
    given(home, seal.certificate, seal.key)
    assert used(home)
    strange = made(tmp_path / "strange", HOSTS, NOW)
    for certificate, key in (
        (seal.certificate, strange.key), (seal.key, seal.key), (tmp_path / "x", seal.key),
        (seal.certificate, tmp_path / "x"),
    ):  # fmt: skip
        with pytest.raises(InputError):
            given(home, certificate, key)
    old = made(tmp_path / "old", HOSTS, NOW - timedelta(days=335)).certificate
    assert sealed(home, HOSTS, old, old.with_name("key.pem"))[1]


def test_doctor_says_when_telephones_cannot_work_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> tuple[str, str]:
        found = doctor._telephones(tmp_path)
        return found.state, found.remedy

    monkeypatch.delenv("LIFECIRCLE_TLS", raising=False)
    assert said() == (WARNING, "用 lifecircle serve --tls 启动，或者在前面放有证书的网关")
    made(tmp_path, HOSTS, NOW)
    assert said() == (GOOD, "")
    forget(tmp_path)
    monkeypatch.setenv("LIFECIRCLE_TLS", "1")
    assert said() == (GOOD, "")
    made(tmp_path, HOSTS, NOW)
    own = used(tmp_path)
    assert own
    for left, state in ((5, WARNING), (-5, BAD)):
        late = own.not_valid_after_utc - timedelta(days=left)
        monkeypatch.setattr(doctor, "datetime", _Clock(late))
        assert said()[0] == state


class _Clock:
    """Stands for the clock."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self, _zone: Any) -> datetime:
        return self._now


def test_misuse_is_told(tmp_path: Path) -> None:
    at = ("serve", "--home", str(tmp_path / "home"), "--city", "示例市")
    alone = run(*at, "--tls", str(tmp_path / "a.pem"))
    assert alone.returncode != 0
    assert "证书和私钥要一起给出" in alone.stderr
    bare = run(*at, str(tmp_path / "a.pem"), str(tmp_path / "b.pem"))
    assert "证书和私钥要一起给出" in bare.stderr
    missing = run(*at, "--tls", str(tmp_path / "a.pem"), str(tmp_path / "b.pem"))
    assert "读不出证书" in missing.stderr


def test_a_device_that_trusts_the_authority_reads_and_sends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, port = tmp_path / "home", free_port()
    context = ssl.create_default_context()
    seal = made(home, ("127.0.0.1", "localhost"), NOW)
    assert seal.authority
    context.load_verify_locations(seal.authority)

    def asked(method: str, path: str, **more: Any) -> Any:
        with closing(HTTPSConnection("localhost", port, context=context, timeout=20)) as line:
            line.request(method, path, **more)
            with line.getresponse() as answer:
                answer.read()
                return answer

    def answered(_port: int, path: str) -> int:
        try:
            return int(asked("GET", path).status)
        except OSError:
            return 0

    monkeypatch.setattr("tests.cli.test_platform.status", answered)
    with served(home, port, "--tls", "--city", "示例市") as (told, process):
        assert f"https://127.0.0.1:{port}" in told
        assert fingerprint(seal.authority) in told
        page = asked("GET", "/account/login/")
        assert page.headers["Strict-Transport-Security"]
        assert "Secure" in page.headers["Set-Cookie"]
        refused = asked("GET", "/openrosa/formList")
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic")
        body = iter([b"x" * 70_000] * 3)
        sent = asked("POST", "/openrosa/submission", body=body, encode_chunked=True,
                     headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        assert sent.status == 401
        interrupt(process)
