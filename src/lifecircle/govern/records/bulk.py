"""Inserts many rows at once, past the compiler of statements.

That compiler takes ten times as long as the database; PostgreSQL copies, SQLite repeats one
statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection, models

AS_THEY_ARE: dict[type[models.Field[Any, Any]], type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.FloatField: float,
    models.IntegerField: int,
    models.ForeignKey: int,
}
"""Values of these types go to the database as they are; the field prepares any other."""


def insert(objects: Sequence[models.Model]) -> None:
    """Insert new rows of one model in their order; they are given no key, no signal is sent.

    Fields that set themselves when saved are for `save`.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    rows = _rows(objects, fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours
            cursor.executemany(statement, list(rows))


def _rows(
    objects: Sequence[models.Model], fields: list[models.Field[Any, Any]]
) -> Iterator[list[Any]]:
    how = [(field.attname, _plain(type(field)), _prepared(field)) for field in fields]
    for one in objects:
        said = one.__dict__
        yield [
            value if value is None or type(value) is plain else prepared(value)
            for name, plain, prepared in how
            for value in (said[name],)
        ]


def _prepared(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    return partial(field.get_db_prep_save, connection=connection)


def _plain(kind: type[models.Field[Any, Any]]) -> type | None:
    return next((AS_THEY_ARE[base] for base in kind.__mro__ if base in AS_THEY_ARE), None)
