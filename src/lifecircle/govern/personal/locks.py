"""Locks personal values before they reach the database, and finds them again without opening them.

AES-256-GCM, a key file in the platform's home beside ``secret``: one key a line in base64, the
newest last. A locked value is ``key:base64(nonce + ciphertext)``, where ``key`` is the beginning of
the key's own hash; it opens only in the row and the field that it was locked for. A blind index is
the HMAC-SHA-256 of a value. Backups never hold the file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from lifecircle.govern.refused import Refused

KEY_BYTES, NONCE_BYTES, NAME_LETTERS = 32, 12, 8
FILE = "personal-keys"


@dataclass(frozen=True)
class Key:
    """A key and what it is called."""

    name: str
    secret: bytes

    def part(self, use: str) -> bytes:
        """Return the key for one use alone."""
        return hmac.new(self.secret, use.encode(), hashlib.sha256).digest()


def key_file() -> Path:
    """Return where the keys lie."""
    return Path(settings.PERSONAL_KEYS)


def keys() -> tuple[Key, ...]:
    """Return the keys, the newest last; makes the first where there is none.

    Raises Refused where the file is no file of keys.
    """
    file = key_file()
    if not file.exists():
        _begin(file)
    try:
        secrets_ = [base64.b64decode(line, validate=True) for line in file.read_text().split()]
    except (OSError, ValueError) as error:
        raise _unusable() from error
    if not secrets_ or any(len(one) != KEY_BYTES for one in secrets_):
        raise _unusable()
    return tuple(
        Key(hashlib.sha256(b"name" + one).hexdigest()[:NAME_LETTERS], one) for one in secrets_
    )


def add_key() -> Key:
    """Add a key; from now on values are locked with it. Lock the others again afterwards."""
    keys()
    file = key_file()
    _write(file, f"{file.read_text()}{_fresh()}")
    return keys()[-1]


def drop_keys_but_newest() -> None:
    """Forget all keys but the newest, when nothing is locked with them any more."""
    newest = keys()[-1]
    _write(key_file(), base64.b64encode(newest.secret).decode() + "\n")


def lock(value: str, place: str) -> str:
    """Return a value locked for a place, the row and the field that it stands in."""
    if not value:
        return ""
    key, nonce = keys()[-1], secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key.part("value")).encrypt(nonce, value.encode(), place.encode())
    return f"{key.name}:{base64.b64encode(nonce + sealed).decode()}"


def unlock(locked: str, place: str, held: tuple[Key, ...] | None = None) -> str:
    """Return what was locked for a place. Raises Refused without its key or where it was changed.

    ``held`` are the keys, where many values are opened.
    """
    if not locked:
        return ""
    name, _colon, sealed = locked.partition(":")
    key = next((one for one in held or keys() if one.name == name), None)
    if key is None:
        raise Refused(_("打开这条个人信息的密钥不在"), remedy=_("把原来的密钥文件放回平台的文件夹"))
    try:
        content = base64.b64decode(sealed, validate=True)
        opened = AESGCM(key.part("value")).decrypt(
            content[:NONCE_BYTES], content[NONCE_BYTES:], place.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise Refused(_("这条个人信息被改动过，打不开"), remedy=_("从备份核对")) from error
    return opened.decode()


def blind(value: str) -> str:
    """Return the blind index of a value under the newest key."""
    return _blind(keys()[-1], value)


def blinds(value: str) -> list[str]:
    """Return the blind indexes of a value under all keys, to search with."""
    return [_blind(key, value) for key in keys()]


def _blind(key: Key, value: str) -> str:
    return hmac.new(key.part("index"), value.encode(), hashlib.sha256).hexdigest() if value else ""


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"


def _begin(file: Path) -> None:
    """Make the file with its first key, once, however many begin at the same time."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    _write(draft, _fresh())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise Refused(
            _("个人信息的密钥文件写不进去"), remedy=_("检查平台文件夹是否存在、能否写入")
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def _unusable() -> Refused:
    return Refused(_("个人信息的密钥文件读不出来"), remedy=_("把原来的密钥文件放回平台的文件夹"))
