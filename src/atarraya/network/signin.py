"""How members sign in (django-allauth): login and password or passkey; nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from atarraya.network import queries


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up, no e-mail, no address, no stored sign-in times."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name and password do not go together. Check both."),
        "incorrect_password": _("That is not the password."),
        "too_many_login_attempts": _("Too many tries with this name. Wait five minutes."),
        "rate_limited": _("Too many in a short time. Please wait a little."),
    }

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say only what went wrong: “you are in as …” tells a name to whoever looks over a shoulder."""
        if level >= messages.WARNING:
            super().add_message(request, level, *args, **kwargs)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return one constant: no limit is by address, and no address reaches a cache."""
        return "0.0.0.0"  # nosec B104 # a constant, not a bind

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the page of the member's next step, or the desk."""
        return reverse("network:next")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: this product writes no e-mail about accounts."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """One-time codes and passkeys that show the network's neutral page name on the phone, nothing else."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That is not the code. Wait for the next one and try again."),
    }

    def get_totp_issuer(self) -> str:
        return queries.furniture().page_name

    def build_totp_svg(self, url: str) -> str:
        return str(segno.make(url, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True))

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": queries.furniture().page_name}

    def _get_site_name(self) -> str:
        return queries.furniture().page_name


def forget_times(sender: object, instance: Any, **kwargs: Any) -> None:
    """Keep no time of use of a second factor, and only the day it was made (before it is saved)."""
    instance.last_used_at = None
    instance.created_at = instance.created_at.replace(hour=12, minute=0, second=0, microsecond=0)
