"""Members: their key, the voice that lets it in, roles, sessions, and the reset of a login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Circle, LoginReset, Member, Reopening, WrappedKey
from atarraya.network.refusals import Incomplete, KeyRefused, SecretRefused, WrongState
from atarraya.network.rules import ROLES, SECRET_DAYS
from atarraya.network.services import circles as circle_acts
from atarraya.network.services import factors, keys, secrets
from atarraya.network.services.ending import end_sessions
from atarraya.network.services.freezing import freeze, settle_freeze
from atarraya.network.services.invitations import (
    Invited,
    accept_invitation,
    check_password,
    invite,
    is_founder,
    open_invitation,
    propose_invitation,
    second_invitation,
    withdraw_invitation,
)
from atarraya.network.services.keys import PublicHalf
from atarraya.network.services.removal import propose_removal, remove, second_removal, withdraw_removal
from atarraya.trail.services import record

__all__ = [
    "Invited",
    "accept_invitation",
    "change_roles",
    "freeze",
    "invite",
    "let_in",
    "open_invitation",
    "propose_invitation",
    "propose_removal",
    "remove",
    "reseal_member_key",
    "reset_login",
    "second_invitation",
    "second_removal",
    "settle_freeze",
    "sign_out_everywhere",
    "store_member_key",
    "use_login_reset",
    "withdraw_invitation",
    "withdraw_removal",
]

# Circle id → epoch number → age file to the member's recipient.
Wrapped = Mapping[UUID, Mapping[int, bytes]]


def store_member_key(member: Member, public: PublicHalf, phrase_file: bytes, code_file: bytes) -> Member:
    """Store a member's key as files that only their phrase or their printed code opens.

    A new key (also in place of a lost one) waits until a keyholder compares words by voice; only the founder,
    with whom nobody can compare, is active at once. Whatever was wrapped to the key before is destroyed.
    """
    if not member.may_sign_in:
        raise WrongState()
    with write():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if Member.objects.exclude(pk=member.pk).filter(recipient=public.age).exists():
            raise KeyRefused()
        first_key = not member.recipient
        member.recipient, member.signing_key = public.age, public.ed25519
        member.phrase_file, member.code_file = keys.phrase_file(phrase_file), keys.phrase_file(code_file)
        member.passkey_file, member.passkey_name = b"", ""
        founder = first_key and is_founder(member)
        member.state = Member.State.ACTIVE if founder else Member.State.WAITING
        member.proof_due = False
        member.save()
        WrappedKey.objects.filter(member=member).delete()
        Reopening.objects.filter(member=member).delete()
        record("member.key" if first_key else "member.new_key", actor=member.pk, subject=member.pk)
    return member


def reseal_member_key(
    member: Member,
    *,
    phrase_file: bytes | None = None,
    code_file: bytes | None = None,
    passkey: tuple[str, bytes] | None = None,
) -> Member:
    """Store the same key under a new phrase, a new code or a passkey (the recovery code opened it).

    The server can't see that it is the same key; a false file would only shut out the member who sent it.
    """
    if not member.recipient:
        raise WrongState()
    with write():
        if phrase_file is not None:
            member.phrase_file = keys.phrase_file(phrase_file)
        if code_file is not None:
            member.code_file = keys.phrase_file(code_file)
        if passkey is not None:
            member.passkey_name, member.passkey_file = passkey[0], keys.passkey_file(passkey[1])
        member.save(update_fields=["phrase_file", "code_file", "passkey_file", "passkey_name"])
        record("member.reseal", actor=member.pk, subject=member.pk)
    return member


def let_in(member: Member, wrapped: Wrapped, *, by: Member, recipient: str) -> Member:
    """Say that `by` compared the words by voice, and hand the keys of `by`'s circles to the member.

    `recipient` is the key whose words were compared: a key changed meanwhile is refused. Circles are the
    keyholder's choice among their own; a member without circles (a steward, an analyst) is given none.
    """
    policy.another(by, member)
    with write():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if member.state != Member.State.WAITING:
            raise WrongState()
        if recipient != member.recipient:
            raise KeyRefused()
        for pk, epochs in wrapped.items():
            circle = Circle.objects.filter(pk=pk).first()
            if circle is None:
                raise KeyRefused()
            policy.keyholder(by, circle)
            circle_acts.grant(circle, member, epochs)
        _close_ungranted(member, set(wrapped))
        member.state = Member.State.ACTIVE
        member.save(update_fields=["state"])
        record("member.let_in", actor=by.pk, subject=member.pk)
    return member


def _close_ungranted(member: Member, granted: set[UUID]) -> None:
    # A member who lost their key stays in their circles while they wait, but a circle whose keyholders have
    # not handed the key again is no longer theirs: they could open nothing of it.
    for circle in queries.circles_of(member).exclude(pk__in=granted):
        circle_acts.end_memberships(member, circle)


def change_roles(member: Member, roles: Sequence[str], municipalities: Sequence[str], *, by: Member) -> Member:
    """Change what a member does and where. A steward's act, never on oneself; it gives no key."""
    policy.steward(by)
    policy.another(by, member)
    if not roles or not set(roles) <= set(ROLES) or not set(municipalities) <= set(queries.municipalities()):
        raise Incomplete()
    with write():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if member.state == Member.State.REMOVED:
            raise WrongState()
        member.roles, member.municipalities = list(roles), list(municipalities)
        member.save(update_fields=["roles", "municipalities"])
        record("member.change_roles", actor=by.pk, subject=member.pk)
    return member


def sign_out_everywhere(member: Member) -> Member:
    """End all of the member's sessions on all devices, the present one too (device lost)."""
    with write():
        member = end_sessions(member)
        record("member.end_sessions", actor=member.pk, subject=member.pk)
    return member


def reset_login(member: Member, *, by: Member | None) -> str:
    """Return a one-time secret for a new password. A steward's act (or the command line's), told once.

    It gives no key: whoever uses it reaches nothing until the member's own key signs a challenge. All others
    see it for 30 days.
    """
    policy.steward(by)
    if by is not None:
        policy.another(by, member)
    if not member.is_active:
        raise WrongState()
    secret = secrets.new_link_token()
    with write():
        LoginReset.objects.filter(member=member, used=False).delete()
        LoginReset.objects.create(
            member=member,
            by=by,
            secret_hash=secrets.hashed(secret),
            expires=clock.today() + timedelta(days=SECRET_DAYS),
            day=clock.today(),
        )
        record("member.reset_login", actor=by.pk if by else "operator", subject=member.pk)
    return secret


def use_login_reset(secret: str, password: str) -> Member:
    """Set a new password with a steward's one-time secret. Ends all sessions and second factors."""
    digest = secrets.hashed(secrets.as_written(secret))
    with write():
        reset = LoginReset.objects.select_related("member").filter(secret_hash=digest, used=False).first()
        if reset is None or reset.expires < clock.today() or not reset.member.is_active:
            raise SecretRefused()
        member = reset.member
        check_password(password, member)
        member.set_password(password)
        member.proof_due = bool(member.recipient)
        member.save(update_fields=["password", "proof_due"])
        end_sessions(member)
        _forget_second_factors(member)
        reset.used = True
        reset.save(update_fields=["used"])
        record("member.use_reset", actor=member.pk, subject=member.pk)
    return member


def _forget_second_factors(member: Member) -> None:
    for factor in Authenticator.objects.filter(user_id=member.pk):
        factor.delete()
    factors.settle(member.pk)
