"""What surveys adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance
from lifecircle.govern.surveys.access import VIEW

MENU: list[Entrance] = [Entrance(_("摸底"), "surveys:list", VIEW, 30)]
