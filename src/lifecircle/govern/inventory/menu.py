"""What inventory adds to the menu."""

from __future__ import annotations

from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.menus import Entrance

MENU: list[Entrance] = [Entrance("设施", "inventory:facilities", VIEW)]
