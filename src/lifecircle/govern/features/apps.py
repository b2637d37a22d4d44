"""The app of features."""

from django.apps import AppConfig


class FeaturesConfig(AppConfig):
    """公开图层."""

    name = "lifecircle.govern.features"
    label = "features"
    verbose_name = "公开图层"
    default_auto_field = "django.db.models.BigAutoField"
