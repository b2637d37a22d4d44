"""What imports add to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.imports.access import RUN
from lifecircle.govern.menus import Entrance

MENU = [Entrance(_("导入"), "imports:desk", RUN, 80)]
