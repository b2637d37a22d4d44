"""The app of imports."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """导入."""

    name = "lifecircle.govern.imports"
    label = "imports"
    verbose_name = "导入"
    default_auto_field = "django.db.models.BigAutoField"
