"""What audit adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.audit.models import VIEW
from lifecircle.govern.menus import Entrance

MENU: list[Entrance] = [Entrance(_("操作记录"), "audit:list", VIEW, 120)]
