"""The app of the audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit."""

    name = "lifecircle.govern.audit"
    label = "audit"
    verbose_name = "审计"
    default_auto_field = "django.db.models.BigAutoField"
