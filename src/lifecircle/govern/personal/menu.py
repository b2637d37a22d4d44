"""What personal data add to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance
from lifecircle.govern.personal.models import VIEW

MENU: list[Entrance] = [Entrance(_("联系人"), "personal:list", VIEW, 90)]
