"""What jobs add to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lifecircle.govern.jobs.access import VIEW
from lifecircle.govern.menus import Entrance

MENU = [Entrance(_("后台任务"), "jobs:desk", VIEW, 110)]
