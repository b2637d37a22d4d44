"""The app of public."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """公众页."""

    name = "lifecircle.govern.public"
    label = "public"
    verbose_name = "公众页"
    default_auto_field = "django.db.models.BigAutoField"
