"""The first link of the chain, and triggers that refuse to change what is written."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSED = "审计记录只能增加，不能修改或删除"
SQLITE = [
    f"""CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"""
    for verb in ("update", "delete")
]
POSTGRESQL = [
    'ALTER TABLE audit_entry ALTER COLUMN area_path TYPE varchar(200) COLLATE "C"',
    f"""CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$""",
    """CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()""",
]
UNDO_SQLITE = [f"DROP TRIGGER audit_entry_no_{verb}" for verb in ("update", "delete")]
UNDO_POSTGRESQL = ["DROP FUNCTION audit_entry_refuse() CASCADE"]


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the chain and put the triggers up."""
    apps.get_model("audit", "Head").objects.create(pk=1)
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def unguard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers down."""
    del apps
    for statement in UNDO_SQLITE if editor.connection.vendor == "sqlite" else UNDO_POSTGRESQL:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Append only."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
