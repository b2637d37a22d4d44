"""What needs adds to the menu."""

from __future__ import annotations

from lifecircle.govern.menus import Entrance

MENU: list[Entrance] = []
