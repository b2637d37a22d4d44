"""The app of accounts."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

USERS = "accounts:users"


class AccountsConfig(AppConfig):
    """账号与授权."""

    name = "lifecircle.govern.accounts"
    label = "accounts"
    verbose_name = "账号与授权"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what allauth changed, and lead from an area to who works there."""
        from lifecircle.govern.accounts.access import VIEW  # noqa: PLC0415 - needs models
        from lifecircle.govern.accounts.second_factor import connect  # noqa: PLC0415
        from lifecircle.govern.areas.services import Link, links  # noqa: PLC0415

        connect()
        links.append(Link(_("账号和授权"), VIEW, lambda area: f"{reverse(USERS)}?area={area.pk}"))
