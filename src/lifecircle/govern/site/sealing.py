"""The certificate that a home serves with: the office's own, or one that the platform makes.

Without HTTPS a telephone's browser keeps no page and ODK Collect sends no password. What is made
here is a small authority of this home, for its own names alone (RFC 5280, 4.2.1.10), and a
certificate by it: telephones are given the authority once, the certificate is renewed by itself.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lifecircle.terms.errors import stop

FOLDER, USED = "tls", "used"
AUTHORITY_DAYS, CERTIFICATE_DAYS, RENEWED_BEFORE_DAYS = 3650, 390, 60
"""Browsers refuse certificates of more than 398 days."""

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Seal:
    """A certificate with its key; ``authority`` is what telephones are given, if it was made."""

    certificate: Path
    key: Path
    authority: Path | None = None


def given(home: Path, certificate: Path, key: Path) -> Seal:
    """Use an office's own certificate; raises InputError where the two do not belong together."""
    own = _read(certificate)
    try:
        secret = serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        remedy = "给出没有口令的 PEM 私钥文件"
        raise stop("读不出私钥", file=key, place="--tls", remedy=remedy) from error
    if secret.public_key() != own.public_key():
        remedy = "给出这张证书的私钥"
        raise stop("私钥与证书不是一对", file=key, place="--tls", remedy=remedy)
    return _used(home, Seal(certificate.absolute(), key.absolute()))


def made(home: Path, hosts: Sequence[str], now: datetime) -> Seal:
    """Return the home's own certificate for some names, made or renewed where it has to be."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [_name(host) for host in dict.fromkeys(hosts) if host != "*"]
    authority = _authority(folder, names, now)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    soon = now + timedelta(days=RENEWED_BEFORE_DAYS)
    if not _good(certificate, names, soon) or _read(certificate).issuer != _read(authority).subject:
        secret, signer = ec.generate_private_key(ec.SECP256R1()), _key(folder / "authority.key")
        body = (
            _begun(_named(hosts[0]), _read(authority).subject, secret, now, CERTIFICATE_DAYS)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        _keep(key, _private(secret))
        _keep(certificate, _public(body.sign(signer, hashes.SHA256())))
    return _used(home, Seal(certificate, key, authority))


def used(home: Path) -> x509.Certificate | None:
    """Return the certificate that a home was last served with, None without one."""
    try:
        path = Path((home / FOLDER / USED).read_text(encoding="utf-8").strip())
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def forget(home: Path) -> None:
    """Note that a home is served without a certificate."""
    (home / FOLDER / USED).unlink(missing_ok=True)


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 by which people compare certificates, as browsers show it."""
    return _read(certificate).fingerprint(hashes.SHA256()).hex(":").upper()


def _authority(folder: Path, names: Sequence[x509.GeneralName], now: datetime) -> Path:
    """Return the authority of a home; other names need another one."""
    path, key = folder / "authority.pem", folder / "authority.key"
    held = _constrained(path)
    after = now + timedelta(days=CERTIFICATE_DAYS)
    if (
        held is None
        or not set(_allowed(names)) <= held
        or not _lasts(path, after)
        or not key.exists()
    ):
        secret = ec.generate_private_key(ec.SECP256R1())
        subject = _named(f"lifecircle {secret.public_key().public_numbers().x % 16**6:06x}")
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        body = (
            _begun(subject, subject, secret, now, AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.NameConstraints(_allowed(names), None), critical=True)
        )
        _keep(key, _private(secret))
        _keep(path, _public(body.sign(secret, hashes.SHA256())))
    return path


def _begun(
    subject: x509.Name, issuer: x509.Name, secret: Key, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _allowed(names: Sequence[x509.GeneralName]) -> list[x509.GeneralName]:
    """Return names as constraints: an address is a network of one."""
    return [
        x509.IPAddress(ipaddress.ip_network(one.value)) if isinstance(one, x509.IPAddress) else one
        for one in names
    ]


def _constrained(path: Path) -> set[x509.GeneralName] | None:
    try:
        held = x509.load_pem_x509_certificate(path.read_bytes())
        return set(
            held.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
            or ()
        )
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None


def _good(path: Path, names: Sequence[x509.GeneralName], until: datetime) -> bool:
    if not path.exists() or not _lasts(path, until):
        return False
    own = _read(path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(names) <= set(own)


def _lasts(path: Path, until: datetime) -> bool:
    return _read(path).not_valid_after_utc > until


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode())


def _named(word: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word[:64])])


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        remedy = "给出 PEM 格式的证书文件"
        raise stop("读不出证书", file=path, place="--tls", remedy=remedy) from error


def _key(path: Path) -> Key:
    secret = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(secret, ec.EllipticCurvePrivateKey)
    return secret


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(secret: Key) -> bytes:
    return secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _used(home: Path, seal: Seal) -> Seal:
    if _read(seal.certificate).not_valid_after_utc < datetime.now(UTC):
        raise stop("证书已经过期", file=seal.certificate, place="--tls", remedy="换一张证书")
    (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep(home / FOLDER / USED, str(seal.certificate).encode())
    return seal


def _keep(path: Path, content: bytes) -> None:
    """Write a file that nobody else reads, whole or not at all."""
    coming = path.with_suffix(".coming")
    coming.unlink(missing_ok=True)
    handle = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    coming.replace(path)
