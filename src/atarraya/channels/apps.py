"""The channels room's place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Knows every way in and out."""

    name = "atarraya.channels"
