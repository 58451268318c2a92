"""Asking the database itself whether a row can still change."""

import pytest
from django.db import IntegrityError, connection, models, transaction

UPDATE = "UPDATE {table} SET {column} = {column} WHERE id = %s"
DELETE = "DELETE FROM {table} WHERE id = %s"


def by_sql(row: models.Model, statement: str, column: str = "id") -> None:
    """Send a statement about one row past every model and manager."""
    table = connection.ops.quote_name(row._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        key = row._meta.pk.get_db_prep_value(row.pk, connection)
        cursor.execute(statement.format(table=table, column=column), [key])


def assert_frozen(row: models.Model, column: str, word: str) -> None:
    """The row can be neither changed nor deleted, by SQL or through its model."""
    sentence = f"{row._meta.db_table}: a row that was {word} never changes"
    kept = type(row)._default_manager.filter(pk=row.pk)
    for statement in (UPDATE, DELETE):
        with pytest.raises(IntegrityError, match=sentence):
            by_sql(row, statement, column)
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        kept._raw_delete("default")
    assert kept.exists()
