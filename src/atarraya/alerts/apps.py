"""The alerts room's place in the house."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

HISTORIES = ("alerts_alertversion", "alerts_event")


class AlertsConfig(AppConfig):
    """Listens for points that are stopped, and has the database refuse any change to what is written once."""

    name = "atarraya.alerts"

    def ready(self) -> None:
        from atarraya.alerts import labels, rules
        from atarraya.alerts.queries.exposed import entries_within
        from atarraya.alerts.queries.reading import near_stands
        from atarraya.alerts.services.doubting import point_stopped
        from atarraya.network.queries import register_counter
        from atarraya.network.services.founding import register_near
        from atarraya.network.services.points import when_paused
        from atarraya.network.services.policies import register_base

        when_paused(point_stopped)
        register_near(near_stands)
        register_counter(entries_within)
        register_base(lambda: {kind: policy.value for kind, policy in rules.POLICY.items()}, labels.KINDS.__getitem__)
        post_migrate.connect(keep_histories, sender=self)


def keep_histories(using: str, **kwargs: Any) -> None:
    """Put (again) the triggers that refuse updates of histories: SQLite drops them when it remakes a table."""
    from django.db import connections

    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in HISTORIES:
            if table in existing:
                for statement in _trigger(connection.vendor, table):
                    cursor.execute(statement)


def _trigger(vendor: str, table: str) -> tuple[str, ...]:
    name = f"{table}_once"
    if vendor == "sqlite":
        return (
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'written once'); END",
        )
    return (
        "CREATE OR REPLACE FUNCTION atarraya_written_once() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'written once'; END$$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION atarraya_written_once()",
    )
