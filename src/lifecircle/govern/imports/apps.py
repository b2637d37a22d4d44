"""The app of imports."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class ImportsConfig(AppConfig):
    """导入."""

    name = "lifecircle.govern.imports"
    label = "imports"
    verbose_name = "导入"
    default_auto_field = "django.db.models.BigAutoField"
    daily = {"imports.clear": gettext_noop("清理过期的导入")}
