"""What inventory adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.menus import Entrance

MENU: list[Entrance] = [Entrance(_("设施"), "inventory:facilities", VIEW, 10)]
