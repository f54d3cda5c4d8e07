"""Signing in and out, and one's own second factors: what is used of django-allauth, under our templates."""

from __future__ import annotations

from typing import Any

from allauth.account.views import AccountInactiveView, LoginView, LogoutView, PasswordChangeView
from allauth.account.views import ReauthenticateView as PasswordAgainView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ListWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from atarraya.network.models import Member
from atarraya.network.services import members, reopening
from atarraya.network.views.shapes import MemberRequest
from atarraya.network.views.steps import next_step
from atarraya.web.verbs import INVITED, PUBLIC, verb


class SignOutView(LogoutView):  # type: ignore[misc]
    """Leaves at once on POST; a GET asks, so that a stray link signs nobody out."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        reopening.forget_half(str(self.request.session.session_key))
        response: HttpResponse = super().post(*args, **kwargs)
        # Not "storage": the outbox of a point on the same browser must survive a member's sign-out.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _page(view: Any, name: str, reach: str, template: str) -> Any:
    return verb(name, reach)(view.as_view(template_name=f"network/account/{template}.html"))


sign_in = _page(LoginView, "member.sign_in", PUBLIC, "sign_in")
sign_out = _page(SignOutView, "member.sign_out", PUBLIC, "sign_out")
inactive = _page(AccountInactiveView, "member.sign_in", PUBLIC, "inactive")
second = _page(AuthenticateView, "member.sign_in", PUBLIC, "second")
passkey_sign_in = verb("member.sign_in", PUBLIC)(LoginWebAuthnView.as_view())
password_again = _page(PasswordAgainView, "member.confirm", INVITED, "again")
code_again = _page(CodeAgainView, "member.confirm", INVITED, "again")
passkey_again = _page(ReauthenticateWebAuthnView, "member.confirm", INVITED, "again")
home = _page(IndexView, "member.own_account", INVITED, "home")
password = _page(PasswordChangeView, "member.own_account", INVITED, "password")
codes_on = _page(ActivateTOTPView, "member.own_account", INVITED, "codes_on")
codes_off = _page(DeactivateTOTPView, "member.own_account", INVITED, "codes_off")
reserve = _page(ViewRecoveryCodesView, "member.own_account", INVITED, "reserve")
reserve_new = _page(GenerateRecoveryCodesView, "member.own_account", INVITED, "reserve_new")
passkeys = _page(ListWebAuthnView, "member.own_account", INVITED, "passkeys")
passkey_add = _page(AddWebAuthnView, "member.own_account", INVITED, "passkey_add")
passkey_remove = _page(RemoveWebAuthnView, "member.own_account", INVITED, "passkey_remove")


@verb("member.next", INVITED)
def next_page(request: MemberRequest) -> HttpResponse:
    """Go where the member's next step is: their key, the wait, the founding, or the desk."""
    return redirect(next_step(request.user))


@verb("member.own_account", INVITED)
def factor(request: MemberRequest) -> HttpResponse:
    """Ask for a second factor where the network wants one: this device, or an app with codes."""
    if not request.user.factor_due:
        return redirect(next_step(request.user))
    return render(request, "network/account/factor.html")


@verb("member.use_reset", PUBLIC)
def use_reset(request: HttpRequest) -> HttpResponse:
    """Set a new password with the secret a steward gave (it travels in the fragment, then in the form)."""
    if request.method == "POST":
        members.use_login_reset(request.POST.get("secret", ""), request.POST.get("password", ""))
        return redirect(reverse("account_login"))
    return render(request, "network/account/use_reset.html")


@verb("member.end_sessions", INVITED)
def sign_out_everywhere(request: MemberRequest) -> HttpResponse:
    """End every session of the member, this one too."""
    if request.method == "POST":
        member: Member = request.user
        members.sign_out_everywhere(member)
        return redirect(reverse("account_login"))
    return render(request, "network/account/everywhere.html")
