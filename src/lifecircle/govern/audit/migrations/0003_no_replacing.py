"""A trigger for databases made before it: SQLite replaced entries without firing the others."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from lifecircle.govern.audit.guard import NO_REPLACE


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put it up where it is not there yet."""
    del apps
    if editor.connection.vendor == "sqlite":
        editor.execute(NO_REPLACE)


class Migration(migrations.Migration):
    """Append only, wholly."""

    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
