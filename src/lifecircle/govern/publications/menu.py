"""What publications adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.menus import Entrance
from lifecircle.govern.publications.access import VIEW

MENU = [Entrance(_("发布"), "publications:list", VIEW, 70)]
