"""The ODK carrier's place among the channels."""

from __future__ import annotations

from django.apps import AppConfig


class OdkConfig(AppConfig):
    """Keeps devices, and encrypted submissions until the workbench has opened them."""

    name = "atarraya.channels.odk"
    label = "odk"

    def ready(self) -> None:
        """Say which of its rows must forget the order in which they came."""
        from atarraya.alerts.services import mixing
        from atarraya.channels.odk import queries

        mixing.register(queries.recent_rows)
