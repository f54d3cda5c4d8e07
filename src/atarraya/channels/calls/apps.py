"""The call chains' place among the channels."""

from __future__ import annotations

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Keeps sealed lists. What was marked is notes like any other."""

    name = "atarraya.channels.calls"
    label = "calls"
