"""The app of records."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """档案."""

    name = "lifecircle.govern.records"
    label = "records"
    verbose_name = "档案"
    default_auto_field = "django.db.models.BigAutoField"
