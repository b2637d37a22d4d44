"""What accounts adds to the menu."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance

MENU: list[Entrance] = [Entrance(cast("str", _("人员与授权")), "accounts:users", "user.view")]
