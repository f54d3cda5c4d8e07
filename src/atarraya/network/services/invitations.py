"""Invitations: two members invite, the invited person makes an account, a keyholder lets their key in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Circle, Collective, Invitation, Member
from atarraya.network.refusals import (
    Incomplete,
    LoginTaken,
    NeedsAnother,
    NeedsSteward,
    SecretRefused,
    WrongState,
)
from atarraya.network.rules import LOGIN, ROLES, SECRET_DAYS
from atarraya.network.services import secrets
from atarraya.trail.services import record


@dataclass(frozen=True)
class Invited:
    """An invitation, and its secret once both inviters have spoken (told this once)."""

    invitation: Invitation
    secret: str | None


def propose_invitation(
    *,
    alias: str,
    roles: Sequence[str],
    municipalities: Sequence[str] = (),
    circles: Sequence[Circle] = (),
    collective: Collective | None = None,
    by: Member,
) -> Invited:
    """Invite somebody. A second member must agree, one of the two a steward.

    While `by` is the only member there is (frozen ones count), nobody can be second, and a steward's own word
    stands; the trail says so (`member.invite_alone`).
    """
    policy.working(by)
    _check(alias, roles, municipalities)
    alone = _is_alone(by)
    if alone:
        policy.steward(by)
    with write():
        invitation = Invitation.objects.create(
            alias=alias.strip(),
            roles=list(roles),
            municipalities=list(municipalities),
            circles=[str(circle.pk) for circle in circles],
            collective=collective,
            first=by,
            day=clock.today(),
        )
        record("member.invite_alone" if alone else "member.invite", actor=by.pk, subject=invitation.pk)
        return Invited(invitation, _open(invitation) if alone else None)


def second_invitation(invitation: Invitation, *, by: Member) -> Invited:
    """Agree to an invitation and return its secret. The two inviters differ, and one of them is a steward."""
    with write():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if invitation.first is None or invitation.secret_hash is not None:
            raise WrongState()
        policy.another(by, invitation.first)
        if not invitation.first.may_work:
            raise NeedsAnother()
        if not (by.has_role("STEWARD") or invitation.first.has_role("STEWARD")):
            raise NeedsSteward()
        invitation.second = by
        record("member.invite_second", actor=by.pk, subject=invitation.pk)
        return Invited(invitation, _open(invitation))


def invite(
    *,
    alias: str,
    roles: Sequence[str],
    first: Member,
    second: Member | None = None,
    municipalities: Sequence[str] = (),
    circles: Sequence[Circle] = (),
    collective: Collective | None = None,
) -> Invited:
    """Do both steps of an invitation in one go (demonstration and tests)."""
    invited = propose_invitation(
        alias=alias,
        roles=roles,
        municipalities=municipalities,
        circles=circles,
        collective=collective,
        by=first,
    )
    return second_invitation(invited.invitation, by=second) if second else invited


def withdraw_invitation(invitation: Invitation, *, by: Member) -> None:
    """Take back an invitation that nobody used. Any active member may: it only closes a door."""
    policy.working(by)
    with write():
        if invitation.member_id is not None:
            raise WrongState()
        record("member.invite_withdraw", actor=by.pk, subject=invitation.pk)
        invitation.delete()


def open_invitation(secret: str) -> Invitation:
    """Return the unused invitation that `secret` opens; raise SecretRefused."""
    digest = secrets.hashed(secrets.as_written(secret))
    invitation = Invitation.objects.filter(secret_hash=digest, member=None).first()
    if invitation is None or invitation.expires is None or invitation.expires < clock.today():
        raise SecretRefused()
    return invitation


def accept_invitation(secret: str, login: str, password: str, *, alias: str = "") -> Member:
    """Make the account of the person who holds the secret. It holds no key and reaches no desk yet.

    `alias` is used only where the invitation names none (the founder's).
    """
    login = login.strip().lower()
    with write():
        invitation = open_invitation(secret)
        _check_account(login, password)
        member = Member(
            login=login,
            alias=invitation.alias or alias.strip() or login,
            roles=invitation.roles,
            municipalities=invitation.municipalities,
            collective=invitation.collective,
            language=queries.the_network().language,
            factor_due=queries.the_network().second_factor,
            since=clock.today(),
        )
        member.set_password(password)
        member.save(force_insert=True)
        invitation.member = member
        invitation.save(update_fields=["member"])
        record("member.accept", actor=member.pk, subject=member.pk)
    return member


def accepted_with(secret: str) -> Member:
    """Return who accepted with this secret, while they have made neither key nor second factor; else refuse."""
    digest = secrets.hashed(secrets.as_written(secret))
    invitation = Invitation.objects.filter(secret_hash=digest).select_related("member").first()
    member = invitation.member if invitation else None
    if member is None or member.state != Member.State.INVITED or member.recipient:
        raise SecretRefused()
    if Authenticator.objects.filter(user_id=member.pk).exists():
        raise SecretRefused()
    return member


def is_founder(member: Member) -> bool:
    """Return whether the member came by the founding link and nobody was there to let them in."""
    return Invitation.objects.filter(member=member, first=None).exists()


def invited_circles(member: Member) -> list[Circle]:
    """Return the circles that the member's invitation names."""
    invitation = Invitation.objects.filter(member=member).first()
    wanted = [UUID(pk) for pk in invitation.circles] if invitation else []
    return list(Circle.objects.filter(pk__in=wanted).order_by("name"))


def check_password(password: str, member: Member | None = None) -> None:
    """Refuse a password that is short or common, with the sentence that says why."""
    try:
        validate_password(password, member)
    except ValidationError as fault:
        raise Incomplete(" ".join(fault.messages), code="password") from fault


def _check_account(login: str, password: str) -> None:
    if not LOGIN.fullmatch(login):
        raise Incomplete(code="login")
    if Member.objects.filter(login=login).exists():
        raise LoginTaken()
    check_password(password)


def _open(invitation: Invitation) -> str:
    secret = secrets.new_link_token()
    invitation.secret_hash = secrets.hashed(secret)
    invitation.expires = clock.today() + timedelta(days=SECRET_DAYS)
    invitation.save()
    return secret


def _is_alone(by: Member) -> bool:
    there = Member.objects.filter(state__in=[Member.State.ACTIVE, Member.State.FROZEN])
    return not there.exclude(pk=by.pk).exists()


def _check(alias: str, roles: Sequence[str], municipalities: Sequence[str]) -> None:
    if not alias.strip() or len(alias) > 60 or not roles or not set(roles) <= set(ROLES):
        raise Incomplete()
    if not set(municipalities) <= set(queries.municipalities()):
        raise Incomplete(code="municipality")
