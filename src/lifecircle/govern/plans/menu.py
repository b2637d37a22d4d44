"""What plans adds to the menu."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lifecircle.govern.menus import Entrance
from lifecircle.govern.plans.access import VIEW

MENU = [Entrance(pgettext_lazy("list", "方案"), "plans:list", VIEW, 60)]
