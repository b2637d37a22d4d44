"""What assessments adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.assessments.access import VIEW
from lifecircle.govern.menus import Entrance

MENU = [Entrance(_("评估"), "assessments:list", VIEW, 40)]
