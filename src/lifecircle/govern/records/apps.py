"""The app of records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """档案."""

    name = "lifecircle.govern.records"
    label = "records"
    verbose_name = "档案"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let records follow the areas that they lie in."""
        from lifecircle.govern.areas.services import (  # noqa: PLC0415 - models first
            Lying,
            inheritors,
            lying,
        )
        from lifecircle.govern.records.services import (  # noqa: PLC0415
            assign_some,
            inherit,
            lie_in,
            places_in,
        )

        inheritors.append(inherit)
        lying.append(Lying(_("档案"), lie_in, inherit, places_in, assign_some))
