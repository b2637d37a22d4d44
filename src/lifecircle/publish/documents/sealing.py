"""Seals a container of Office files: fixed dates inside, so that equal content is equal bytes."""

from __future__ import annotations

import io
import zipfile

_DAY = (2020, 1, 1, 0, 0, 0)


def sealed(content: bytes) -> bytes:
    """Return the same archive with a fixed date on every member, in the order they stand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            made.writestr(member, given.read(name))
    return out.getvalue()
