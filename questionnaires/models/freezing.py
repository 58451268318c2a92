"""A migration operation with which the database itself refuses to change or delete rows."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class FreezeRows(Operation):
    """Install triggers that refuse UPDATE and DELETE on `table`, on SQLite and PostgreSQL.

    `when` is a condition over the row as it was (`OLD.…`), in SQL that both know; empty means every row.
    The refusal reads "<table>: a row that was <word> never changes".
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, word: str, when: str = "") -> None:
        self.table, self.word, self.when = table, word, when

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return self.__class__.__name__, (), {"table": self.table, "word": self.word, "when": self.when}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of Django's picture of the tables."""

    @property
    def sentence(self) -> str:
        return f"{self.table}: a row that was {self.word} never changes"

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        when = f"WHEN ({self.when})" if self.when else ""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"""CREATE FUNCTION freeze_{self.table}() RETURNS trigger LANGUAGE plpgsql AS $body$
                BEGIN RAISE EXCEPTION '{self.sentence}' USING ERRCODE = 'integrity_constraint_violation'; END
                $body$"""
            )
            schema_editor.execute(
                f"CREATE TRIGGER freeze_rows BEFORE UPDATE OR DELETE ON {self.table} "
                f"FOR EACH ROW {when} EXECUTE FUNCTION freeze_{self.table}()"
            )
            return
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER freeze_{self.table}_{verb.lower()} BEFORE {verb} ON {self.table} "
                f"FOR EACH ROW {when} BEGIN SELECT RAISE(ABORT, '{self.sentence}'); END"
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER freeze_rows ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION freeze_{self.table}()")
            return
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER freeze_{self.table}_{verb}")

    def describe(self) -> str:
        return f"Refuse changes to rows of {self.table}"
