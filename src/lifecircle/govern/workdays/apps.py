"""The app of the calendar of working days."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """Working days."""

    name = "lifecircle.govern.workdays"
    label = "workdays"
    verbose_name = "工作日历"
    default_auto_field = "django.db.models.BigAutoField"
