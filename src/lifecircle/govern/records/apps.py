"""The app of records."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """档案."""

    name = "lifecircle.govern.records"
    label = "records"
    verbose_name = "档案"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let records follow the areas that they lie in."""
        from lifecircle.govern.areas.services import inheritors  # noqa: PLC0415 - models first
        from lifecircle.govern.records.services import inherit  # noqa: PLC0415

        inheritors.append(inherit)
