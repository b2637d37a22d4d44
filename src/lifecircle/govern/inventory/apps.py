"""The app of the inventory."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """The inventory."""

    name = "lifecircle.govern.inventory"
    label = "inventory"
    verbose_name = "设施台账"
    default_auto_field = "django.db.models.BigAutoField"
