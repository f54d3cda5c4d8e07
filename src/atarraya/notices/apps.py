"""The notices room's place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Keeps what waits to be told."""

    name = "atarraya.notices"
