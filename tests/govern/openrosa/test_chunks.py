"""A body whose length nobody told arrives whole."""

from __future__ import annotations

import io
from typing import Any

import pytest

from lifecircle.govern.site import chunked
from lifecircle.govern.site.chunked import DOOR, Chunked


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def call(body: bytes, **environ: Any) -> tuple[str, bytes]:
    told: list[str] = []
    given = {"PATH_INFO": DOOR, "wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
    answer = Chunked(echo)(given | environ, lambda status, _headers: told.append(status))
    return told[0], b"".join(answer)


def test_the_length_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = b"ab" * 100_000
    coded = {"HTTP_TRANSFER_ENCODING": "Chunked"}
    assert call(sent, **coded) == ("200 OK", sent)
    assert call(sent, CONTENT_LENGTH="4") == ("200 OK", b"abab")
    assert call(sent, **coded, PATH_INFO="/other") == ("200 OK", b"")
    assert call(sent, **coded, **{"wsgi.input_terminated": False}) == ("200 OK", b"")
    monkeypatch.setattr(chunked, "MOST_BYTES", 10)
    assert call(sent, **coded)[0].startswith("413")
