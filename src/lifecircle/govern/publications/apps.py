"""The app of publications."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """发布."""

    name = "lifecircle.govern.publications"
    label = "publications"
    verbose_name = "发布"
    default_auto_field = "django.db.models.BigAutoField"
