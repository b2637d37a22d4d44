"""What areas add to the menu."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lifecircle.govern.menus import Entrance

MENU = [Entrance(pgettext_lazy("many", "区划"), "areas:list", "area.view", 20)]
