"""The app of surveys."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """摸底."""

    name = "lifecircle.govern.surveys"
    label = "surveys"
    verbose_name = "摸底"
    default_auto_field = "django.db.models.BigAutoField"
