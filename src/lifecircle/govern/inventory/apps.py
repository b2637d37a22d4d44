"""The app of the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lifecircle.govern.areas.models import Area


class InventoryConfig(AppConfig):
    """The inventory."""

    name = "lifecircle.govern.inventory"
    label = "inventory"
    verbose_name = "设施台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Lead from an area to what is in it."""
        from lifecircle.govern.areas.services import Link, links  # noqa: PLC0415 - models first
        from lifecircle.govern.inventory.access import VIEW  # noqa: PLC0415

        links.append(Link(_("设施、小区、许可和空间一览"), VIEW, _summary))
        links.append(Link(_("设施清单"), VIEW, _facilities))


def _summary(area: Area) -> str:
    return reverse("inventory:summary", args=(area.pk,))


def _facilities(area: Area) -> str:
    return f"{reverse('inventory:facilities')}?area={area.pk}"
