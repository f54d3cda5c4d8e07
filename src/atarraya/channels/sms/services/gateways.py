"""Gateways: made and ended by a steward, known by a token that is told once, heard of by their signs of life."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.refusals import GatewayRefused, NotARecipient
from atarraya.channels.sms.services import notices
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Inbox, Member
from atarraya.network.refusals import Incomplete
from atarraya.network.services.secrets import hashed
from atarraya.sealing import gateways, lists
from atarraya.trail.services import record

MARK = "g_"
# A sign of life is kept to the minute, so that a busy gateway writes no more often than an idle one.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class NewGateway:
    """A gateway and what is told once: its token, then the fingerprint of the inbox's first list."""

    gateway: Gateway
    token: str


def create(name: str, inbox: Inbox, recipient: str, *, by: Member | None) -> NewGateway:
    """Make a gateway and return its token, told this once. A steward's act. Raises Incomplete or NotARecipient."""
    policy.steward(by)
    if not name.strip():
        raise Incomplete(code="name")
    if not gateways.is_recipient(recipient.strip()):
        raise NotARecipient()
    queries.current_list(inbox)  # somebody must be there to read it
    secret = MARK + secrets.token_urlsafe(32)
    with write():
        gateway = Gateway.objects.create(
            name=name.strip()[:40],
            inbox=inbox,
            token_hash=hashed(secret),
            recipient=recipient.strip(),
            created=clock.today(),
        )
        record("gateway.create", actor=by.pk if by else "operator", subject=gateway.pk)
    first = inbox.lists.get(number=1).document
    return NewGateway(gateway, f"{secret}.{lists.fingerprint(first).replace('-', '')}")


def end(gateway: Gateway, *, by: Member | None) -> Gateway:
    """End a gateway for good: its token opens nothing from now on. A steward's act."""
    policy.steward(by)
    with write():
        gateway = Gateway.objects.select_for_update().get(pk=gateway.pk)
        gateway.state = Gateway.State.REVOKED
        gateway.with_key = False
        gateway.save(update_fields=["state", "with_key"])
        notices.give_up("ENDED", gateway=gateway)
        record("gateway.end", actor=by.pk if by else "operator", subject=gateway.pk)
    return gateway


def authenticate(token: str) -> Gateway:
    """Return the gateway whose token this is, with or without the fingerprint behind it. Raises GatewayRefused."""
    gateway = Gateway.objects.filter(token_hash=hashed(token.partition(".")[0])).select_related("inbox").first()
    if gateway is None or gateway.state != Gateway.State.ACTIVE:
        raise GatewayRefused()
    return gateway


def heard(gateway: Gateway, *, with_key: bool, session: str) -> None:
    """Keep a gateway's sign of life: that it runs, whether it holds its key, and which run it is."""
    now = clock.now().replace(second=0, microsecond=0)
    fresh = gateway.seen is not None and now - gateway.seen < SEEN_EVERY
    if fresh and gateway.with_key == with_key and gateway.session == session:
        return
    with write():
        Gateway.objects.filter(pk=gateway.pk).update(seen=now, with_key=with_key, session=session)
