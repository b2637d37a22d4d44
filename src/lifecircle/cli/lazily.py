"""A group of commands whose modules are imported only when one of them is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True)
class Lazy:
    """Where a command stands, as ``module:name``, and what the list of commands says of it."""

    where: str
    short_help: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, name = self.where.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


class _Commands(MutableMapping[str, click.Command]):
    """Commands by name; the names are known before any command is imported."""

    def __init__(self, lazy: Mapping[str, Lazy]) -> None:
        self._known: dict[str, Lazy | click.Command] = dict(lazy)

    def __getitem__(self, name: str) -> click.Command:
        found = self._known[name]
        return found.load() if isinstance(found, Lazy) else found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class LazyGroup(click.Group):
    """A group that lists its commands without importing them: numba and GDAL take a second."""

    def __init__(self, name: str | None = None, *, lazy: Mapping[str, Lazy], **more: Any) -> None:
        """Take the commands by name."""
        super().__init__(name, _Commands(lazy), **more)
        self._lazy = lazy

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._said(name)) for name in self.list_commands(ctx)])

    def _said(self, name: str) -> str:
        if name in self._lazy:
            return self._lazy[name].short_help
        return self.commands[name].get_short_help_str()
