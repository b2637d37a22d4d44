"""Paths are compared byte by byte on PostgreSQL too, whatever the language of the database."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def by_byte(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Set the collation of the column."""
    del apps
    if editor.connection.vendor == "postgresql":
        editor.execute('ALTER TABLE areas_area ALTER COLUMN path TYPE varchar(200) COLLATE "C"')


class Migration(migrations.Migration):
    """Paths by byte."""

    dependencies = [("areas", "0001_initial")]
    operations = [migrations.RunPython(by_byte, migrations.RunPython.noop)]
