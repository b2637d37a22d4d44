"""Where styles and scripts lie that are no app's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder


class MapLibrary(FileSystemFinder):
    """The map library beside the public map; what else lies there is not the platform's."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """Yield the library's files with their storage."""
        for path, storage in super().list(ignore_patterns):
            if path.startswith("maplibre-gl"):
                yield path, storage
