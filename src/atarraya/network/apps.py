"""The network room's place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Says to the page furniture what the network chose; keeps no time of a second factor's use."""

    name = "atarraya.network"

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator
        from django.db.models.signals import post_delete, post_save, pre_save

        from atarraya.network import queries
        from atarraya.network.services import factors
        from atarraya.network.signin import forget_times
        from atarraya.web import furniture

        furniture.register(queries.furniture)
        pre_save.connect(forget_times, sender=Authenticator, dispatch_uid="network.forget_times")
        for signal in (post_save, post_delete):
            signal.connect(factors.changed, sender=Authenticator, dispatch_uid="network.factors")
