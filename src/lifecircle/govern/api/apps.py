"""The app of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API."""

    name = "lifecircle.govern.api"
    label = "api"
    verbose_name = "接口"
    default_auto_field = "django.db.models.BigAutoField"
