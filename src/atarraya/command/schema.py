"""Bringing the database to this release's tables, and saying whether it is there."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

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
            executor.migrate(executor.loader.graph.leaf_nodes())
    return waiting


def migrate_to(last: dict[str, str]) -> None:
    """Bring an empty database to the tables of an earlier moment: the last migration of each app."""
    executor = MigrationExecutor(connection)
    executor.migrate([(app, name) for app, name in last.items() if app in executor.loader.migrated_apps])
