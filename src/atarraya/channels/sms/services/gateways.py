"""Gateways: made and ended by a steward, known by a token that is told once, heard of by their signs of life."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.refusals import GatewayRefused, NotARecipient
from atarraya.channels.sms.services import notices, proving
from atarraya.channels.sms.shapes import Pulse
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Inbox, Member
from atarraya.network.refusals import Incomplete
from atarraya.network.services import lines
from atarraya.network.services.secrets import hashed
from atarraya.sealing import gateways, lists
from atarraya.trail.services import record

MARK = "g_"
# While the run with the key was heard so lately, what another says of clock and waiting SMS is not believed.
BESIDE = timedelta(minutes=10)
MOST_MINUTES = 60 * 24 * 30


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
        gateway.run, gateway.proved, gateway.key_seen = "", None, None
        gateway.save(update_fields=["state", "run", "proved", "key_seen"])
        notices.give_up("ENDED", gateway=gateway)
        if not Gateway.objects.filter(inbox=gateway.inbox_id, state=Gateway.State.ACTIVE).exists():
            lines.forget(gateway.inbox, by=by)
        record("gateway.end", actor=by.pk if by else "operator", subject=gateway.pk)
    return gateway


def authenticate(token: str) -> Gateway:
    """Return the gateway whose token this is, with or without the fingerprint behind it. Raises GatewayRefused."""
    gateway = Gateway.objects.filter(token_hash=hashed(token.partition(".")[0])).select_related("inbox").first()
    if gateway is None or gateway.state != Gateway.State.ACTIVE:
        raise GatewayRefused()
    return gateway


def heard(gateway: Gateway, said: Pulse, run: str | None) -> None:
    """Keep a gateway's sign of life, to the minute: of the run that has proved its key, or of any other.

    Another's never changes what the run with the key has said; that there was one while it worked is kept.
    """
    now = clock.now().replace(second=0, microsecond=0)
    change: dict[str, Any] = {"seen": now}
    if proving.is_proved(gateway, run):
        change["key_seen"] = now
        if gateway.other_seen is not None and gateway.other_seen < now:
            change |= {"other_seen": None, "other_on": clock.today()}
    elif not proving.is_run(gateway, run):
        change["other_seen"] = now
    if "key_seen" in change or gateway.key_seen is None or now - gateway.key_seen > BESIDE:
        change |= {"clock_off": _minutes(said.clock), "stuck": int(said.stuck), "dropped": int(said.dropped)}
    change = {name: value for name, value in change.items() if getattr(gateway, name) != value}
    if change:
        with write():
            Gateway.objects.filter(pk=gateway.pk).update(**change)


def _minutes(theirs: float) -> int:
    """Return by how many minutes their clock is before ours; a difference beyond weeks is told as weeks."""
    return max(-MOST_MINUTES, min(MOST_MINUTES, round((theirs - clock.now().timestamp()) / 60)))
