"""The app of assessments."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """评估."""

    name = "lifecircle.govern.assessments"
    label = "assessments"
    verbose_name = "评估"
    default_auto_field = "django.db.models.BigAutoField"
    reckons = "assessment."
