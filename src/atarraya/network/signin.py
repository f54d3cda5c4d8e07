"""How members sign in (django-allauth): login and password or passkey; nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up, no e-mail, no stored sign-in times."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return one constant: no limit is by address, and no address reaches a cache."""
        return "0.0.0.0"  # noqa: S104 (a constant, not a bind)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        return super().pre_login(request, user, **kwargs)
