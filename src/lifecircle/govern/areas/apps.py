"""The app of areas."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """区划."""

    name = "lifecircle.govern.areas"
    label = "areas"
    verbose_name = "区划"
    default_auto_field = "django.db.models.BigAutoField"
