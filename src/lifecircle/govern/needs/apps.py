"""The app of needs."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """需求清单."""

    name = "lifecircle.govern.needs"
    label = "needs"
    verbose_name = "需求清单"
    default_auto_field = "django.db.models.BigAutoField"
