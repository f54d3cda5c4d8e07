"""Bringing the database to this release's tables, and saying whether it is there."""

from __future__ import annotations

from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from atarraya.command.words import _
from atarraya.terminal.codes import Refused
from atarraya.terminal.progress import Progress


def pending() -> int:
    """Return how many migrations wait. Raises Refused when a newer release has been here."""
    executor = MigrationExecutor(connection)
    ahead = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    ours = {key for key in ahead if key[0] in executor.loader.migrated_apps}
    if ours:
        raise Refused(_("A newer release has used this database. Install that release, or restore a backup."))
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> int:
    """Apply what waits and return how many migrations that was."""
    waiting = pending()
    if waiting:
        with Progress(_("Preparing tables"), waiting) as progress:

            def applied(action: str, *_rest: object) -> None:
                if action == "apply_success":
                    progress.step()

            executor = MigrationExecutor(connection, applied)
            leaves = executor.loader.graph.leaf_nodes()
            if connection.introspection.table_names():
                executor.migrate(leaves)
            else:
                _lay_out(executor, leaves)
    return waiting


def _lay_out(executor: MigrationExecutor, targets: list[tuple[str, str]]) -> None:
    """Make in an empty database, in one transaction, the tables that all migrations up to `targets` come to.

    Step by step, Django draws every model anew for each of two hundred small changes, and takes ten times as long.
    That both ways give the same database is held by tests/command/test_migrations.py.
    """
    plan: list[Migration] = [migration for migration, _backwards in executor.migration_plan(targets)]
    state = executor.loader.project_state(targets)
    recorder = MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection) and not model._meta.proxy:
                editor.create_model(model)
        for migration in plan:
            for operation in migration.operations:
                # What others' migrations run puts rows right, and there are none; ours also say how tables are kept.
                if isinstance(operation, RunPython) and migration.__module__.startswith("atarraya."):
                    operation.code(state.apps, editor)
        recorder.ensure_schema()
        for migration in plan:
            recorder.record_applied(migration.app_label, migration.name)


def migrate_to(last: dict[str, str]) -> None:
    """Give an empty database the tables of an earlier moment: the last migration of each app."""
    executor = MigrationExecutor(connection)
    _lay_out(executor, [(app, name) for app, name in last.items() if app in executor.loader.migrated_apps])
