"""The app of openrosa."""

from django.apps import AppConfig


class OpenRosaConfig(AppConfig):
    """手机采集."""

    name = "lifecircle.govern.openrosa"
    label = "openrosa"
    verbose_name = "手机采集"
    default_auto_field = "django.db.models.BigAutoField"
