"""The feeds' place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Repeats what is public; keeps the tokens of what is not."""

    name = "atarraya.channels.feeds"
    label = "feeds"
