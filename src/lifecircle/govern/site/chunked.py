"""Takes requests whose length is not told beforehand, which OpenRosa asks of servers.

Django reads no body without Content-Length. The body is laid into a file first, for the one door
where devices come in; elsewhere nothing changes. https://docs.getodk.org/openrosa-form-submission/
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Any

DOOR = "/openrosa/submission"
MOST_BYTES = 256 * 2**20
IN_MEMORY_BYTES = 2**20
_PIECE_BYTES = 2**16
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class Chunked:
    """Gives an application the length of what came in chunks."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer."""
        if environ.get("PATH_INFO") != DOOR or not _in_chunks(environ):
            return self.application(environ, start_response)
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
            length = _copied(environ["wsgi.input"], body)
            if length > MOST_BYTES:
                start_response("413 Content Too Large", [("Content-Length", "0")])
                return []
            body.seek(0)
            told = {**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)}
            return self.application(told, start_response)


def _in_chunks(environ: Environ) -> bool:
    coding = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return coding == "chunked" and bool(environ.get("wsgi.input_terminated"))


def _copied(source: Any, target: IO[bytes]) -> int:
    """Copy to the end, or a little beyond what is allowed; return how many bytes."""
    length = 0
    while length <= MOST_BYTES and (piece := source.read(_PIECE_BYTES)):
        length += len(piece)
        target.write(piece)
    return length
