"""Paths are compared by byte, so that a range of them is a subtree."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def by_byte(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give PostgreSQL the collation that SQLite has by itself."""
    if editor.connection.vendor == "postgresql":
        editor.execute('ALTER TABLE jobs_job ALTER COLUMN area_path TYPE varchar(200) COLLATE "C"')


class Migration(migrations.Migration):
    """Paths by byte."""

    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunPython(by_byte, migrations.RunPython.noop)]
