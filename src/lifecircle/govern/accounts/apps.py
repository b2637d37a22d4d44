"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """账号与授权."""

    name = "lifecircle.govern.accounts"
    label = "accounts"
    verbose_name = "账号与授权"
    default_auto_field = "django.db.models.BigAutoField"
