"""What an SMS becomes: the sealed account that people read, and the routing header that the platform sees."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import Any

from atarraya.gateway.facts import Inbox
from atarraya.gateway.record import Kept
from atarraya.sealing import envelopes
from atarraya.sealing.encoding import to_b64


@dataclass(frozen=True)
class Halves:
    """The random parts of a report's header. Nobody keeps a receipt for an SMS: they open nothing anywhere."""

    id: str
    lookup: str
    erase_hash: str

    @classmethod
    def new(cls) -> Halves:
        """Draw them."""
        return cls(str(uuid.uuid4()), to_b64(os.urandom(32)), to_b64(os.urandom(32)))


def header(halves: Halves, inbox: Inbox, age: str, **coded: Any) -> dict[str, Any]:
    """Return a routing header; without `coded` it says neither where nor how urgent (R8)."""
    return {
        "id": halves.id,
        "inbox": inbox.id,
        "number": inbox.number,
        "municipality": None,
        "urgency": None,
        "age": age,
        "lookup": halves.lookup,
        "erase_hash": halves.erase_hash,
        "share": None,
        **coded,
    }


def account(sms: Kept, text: str, **coded: Any) -> dict[str, Any]:
    """Return the account of an SMS, in the shape of every other report. `coded` is what a codebook said of it."""
    return {
        "v": 1,
        "type": "report",
        "thread": str(uuid.uuid4()),
        "kind": None,
        "municipality": None,
        "zone": None,
        "urgency": None,
        "when": None,
        "who": None,
        "bands": None,
        "seen": None,
        "text": text,
        "contact": {"way": "SMS", "number": sms.sender, "hour": "", "partner": False},
        "consents": [],
        "attachments": [],
        "needs": None,
        "wish": None,
        "reply_key": None,
        "thread_key": to_b64(os.urandom(32)),
        "claim_hash": None,
        "discreet": False,
        "sms": {"read": False, "at": sms.at.strftime("%Y-%m-%dT%H:%M"), "to": sms.recipient},
        **coded,
    }


def unread(sms: Kept, inbox: Inbox) -> bytes:
    """Return the envelope of an SMS that no codebook read: for the team, word for word."""
    return envelopes.seal(account(sms, sms.text), inbox.recipients, inbox.team)
