"""The triggers by which the database itself refuses to change what the audit says."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSED = "审计记录只能增加，不能修改或删除"
NO_REPLACE = (
    "CREATE TRIGGER IF NOT EXISTS audit_entry_no_replace BEFORE INSERT ON audit_entry "  # noqa: S608 - no input
    "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
)
"""SQLite takes INSERT OR REPLACE for no deletion: it fires none of the other triggers."""

UP = {
    "sqlite": (
        *(
            f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            for verb in ("update", "delete")
        ),
        NO_REPLACE,
    ),
    "postgresql": (
        (
            "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
        ),
        (
            "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()"
        ),
        (
            "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
        ),
    ),
}
DOWN = {
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}" for verb in ("update", "delete", "replace")
    ),
    "postgresql": ("DROP FUNCTION audit_entry_refuse() CASCADE",),
}


def put_up(database: BaseDatabaseWrapper) -> None:
    """Put the triggers up."""
    _run(database, UP)


def take_down(database: BaseDatabaseWrapper) -> None:
    """Take the triggers down, to undo the migration or to restore a backup."""
    _run(database, DOWN)


def _run(database: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with database.cursor() as cursor:
        for statement in statements[database.vendor]:
            cursor.execute(statement)
