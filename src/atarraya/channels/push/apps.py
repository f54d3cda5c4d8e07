"""Web push's place among the channels: its page's scripts are found by this."""

from __future__ import annotations

from django.apps import AppConfig


class PushConfig(AppConfig):
    """Carries a page's script and the browser's worker."""

    name = "atarraya.channels.push"
    label = "push"
