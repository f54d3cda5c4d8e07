"""The live carrier's place among the channels."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Keeps no rows: it reads the table of events."""

    name = "atarraya.channels.live"
    label = "live"
