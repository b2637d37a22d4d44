"""What plans adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance
from lifecircle.govern.plans.access import VIEW

MENU = [Entrance(_("方案"), "plans:list", VIEW, 60)]
