"""The SMS carrier's place among the channels."""

from __future__ import annotations

from django.apps import AppConfig


class SmsConfig(AppConfig):
    """Keeps gateways, sealed codebooks and sealed messages that wait."""

    name = "atarraya.channels.sms"
    label = "sms"
