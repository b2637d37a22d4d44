"""The app of personal data."""

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    """个人信息."""

    name = "lifecircle.govern.personal"
    label = "personal"
    verbose_name = "个人信息"
    default_auto_field = "django.db.models.BigAutoField"
