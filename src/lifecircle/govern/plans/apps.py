"""The app of plans."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """方案."""

    name = "lifecircle.govern.plans"
    label = "plans"
    verbose_name = "方案"
    default_auto_field = "django.db.models.BigAutoField"
    reckons = "plan."
