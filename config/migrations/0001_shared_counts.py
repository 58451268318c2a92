"""The table of the cache that all processes of the web share, so that no installation has to make it."""

from typing import ClassVar

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_table(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", "shared_counts", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies: ClassVar = []

    operations = [
        migrations.RunPython(make_table, migrations.RunPython.noop),
    ]
