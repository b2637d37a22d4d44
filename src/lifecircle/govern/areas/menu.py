"""What areas add to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance

MENU = [Entrance(_("区划"), "areas:list", "area.view")]
