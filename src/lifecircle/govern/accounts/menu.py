"""What accounts adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance

MENU: list[Entrance] = [Entrance(_("人员与授权"), "accounts:users", "user.view", 100)]
