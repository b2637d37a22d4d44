"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """账号与授权."""

    name = "lifecircle.govern.accounts"
    label = "accounts"
    verbose_name = "账号与授权"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what allauth changed."""
        from lifecircle.govern.accounts.second_factor import connect  # noqa: PLC0415 - needs models

        connect()
