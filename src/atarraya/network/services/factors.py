"""Second factors: whether the network asks for one, and who still owes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member, Network
from atarraya.network.refusals import WrongState
from atarraya.trail.services import record

COUNTED = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def settle(member: UUID) -> None:
    """Say again whether the member owes a second factor. Whoever has none reaches only their own account."""
    asked = Network.objects.filter(second_factor=True).exists()
    has = Authenticator.objects.filter(user_id=member, type__in=COUNTED).exists()
    Member.objects.filter(pk=member).update(factor_due=asked and not has)


def require_second_factor(*, by: Member | None) -> Network:
    """Ask everybody for a passkey or codes from now on. One steward may: it only closes a door."""
    policy.steward(by)
    with write():
        network = Network.objects.select_for_update().get()
        if network.second_factor:
            raise WrongState()
        network.second_factor = True
        network.save(update_fields=["second_factor"])
        queries.forget_network()
        for member in Member.objects.exclude(state=Member.State.REMOVED).values_list("pk", flat=True):
            settle(member)
        record("network.second_factor", actor=by.pk if by else "operator", subject=network.id)
    return network


def changed(sender: object, instance: Any, **kwargs: Any) -> None:
    """Settle what the owner of a second factor owes, when one is made or removed."""
    settle(instance.user_id)
