"""The first link of the chain, and triggers that refuse to change what is written."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from lifecircle.govern.audit.guard import put_up, take_down

BY_BYTE = 'ALTER TABLE audit_entry ALTER COLUMN area_path TYPE varchar(200) COLLATE "C"'


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the chain and put the triggers up."""
    apps.get_model("audit", "Head").objects.create(pk=1)
    if editor.connection.vendor == "postgresql":
        editor.execute(BY_BYTE)
    put_up(editor.connection)


def unguard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers down."""
    del apps
    take_down(editor.connection)


class Migration(migrations.Migration):
    """Append only."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
