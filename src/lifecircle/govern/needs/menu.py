"""What needs adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance
from lifecircle.govern.needs.access import VIEW

MENU = [Entrance(_("需求清单"), "needs:list", VIEW, 50)]
