"""The app of personal data."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class PersonalConfig(AppConfig):
    """个人信息."""

    name = "lifecircle.govern.personal"
    label = "personal"
    verbose_name = "个人信息"
    default_auto_field = "django.db.models.BigAutoField"
    daily = {"personal.expire": gettext_noop("删除到期的个人信息")}
