"""The network room's place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Says to the page furniture what the network chose, and to the gate which sign-in views exist."""

    name = "atarraya.network"

    def ready(self) -> None:
        from atarraya.network import queries
        from atarraya.web import furniture

        furniture.register(queries.furniture)
