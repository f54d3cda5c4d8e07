"""What an SMS becomes: the sealed account that people read, and the routing header that the platform sees."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import Any

from atarraya.gateway.books import Meant
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
        "sms": {"read": False, "channel": sms.channel, "at": sms.at.strftime("%Y-%m-%dT%H:%M"), "to": sms.recipient},
        **coded,
    }


def beside() -> dict[str, str]:
    """Return the random parts of what comes beside a coded report."""
    halves = Halves.new()
    return {"id": halves.id, "lookup": halves.lookup, "erase_hash": halves.erase_hash}


@dataclass(frozen=True)
class Coded:
    """An SMS that a codebook read, on its way to become a report. `policy`: who must agree before it is shown."""

    sms: Kept
    meant: Meant
    inbox: Inbox
    policy: str

    @property
    def warns(self) -> bool:
        """Return whether its codes ask to be shown at once: one book, one meaning each, of a kind that may."""
        return self.meant.book is not None and self.meant.reading.sure and self.policy == "AT_ONCE"

    @property
    def plain(self) -> bool:
        """Return whether it says nothing but a duress word: then all but its note is as of an SMS that says nothing."""
        return self.meant.reading.kind is None and self.meant.reading.duress

    def codes(self) -> dict[str, Any]:
        """Return what the platform is told besides the sealed parts. From a new number the codes wait for a member."""
        book, reading = self.meant.book, self.meant.reading
        if book is None or self.plain:
            return {}
        share = {"kind": reading.kind, "zone": reading.zone, "seen": "TOLD"} if self.warns else None
        said = {"municipality": book.municipality, "urgency": reading.urgency, "share": share}
        return {**said, "book": book.id, "hold": not self.meant.known}

    def sealed(self) -> tuple[bytes, bytes]:
        """Return the account for the team, and the note that goes beside it.

        The note is always there and always the same size. It opens to the two people whom the book names, and only
        when its duress word was said; else to nobody. The account never holds that word.
        """
        book, reading, sms = self.meant.book, self.meant.reading, self.sms
        told = account(sms, reading.rest) if self.plain else self._told()
        note = {"v": 1, "type": "note", "thread": told["thread"], "act": "duress", "text": sms.text}
        addressed = self.inbox.nobody
        if reading.duress:
            two = self.inbox.of_circle(book.duress_circle) if book else self.inbox.nobody
            addressed = two if any(two) else self.inbox.team  # somebody forced must be heard by someone
        recipients = self.inbox.recipients
        return envelopes.seal(told, recipients, self.inbox.team), envelopes.seal(note, recipients, addressed)

    def _told(self) -> dict[str, Any]:
        book, reading = self.meant.book, self.meant.reading
        told = account(
            self.sms,
            reading.rest,
            kind=reading.kind,
            municipality=book.municipality if book else None,
            zone=reading.zone,
            urgency=reading.urgency,
            who="COMMUNITY",
            wish="share" if reading.sure and not self.warns else None,
        )
        told["sms"] |= {"read": True, "sure": reading.sure, "collective": book.name if book else ""}
        return told


def empty_note(sms: Kept, inbox: Inbox) -> bytes:
    """Return what goes beside an SMS that no codebook read: the same note, to nobody."""
    note = {"v": 1, "type": "note", "thread": str(uuid.uuid4()), "act": "duress", "text": sms.text}
    return envelopes.seal(note, inbox.recipients, inbox.nobody)


def unread(sms: Kept, inbox: Inbox) -> bytes:
    """Return the envelope of an SMS that no codebook read: for the team, word for word."""
    return envelopes.seal(account(sms, sms.text), inbox.recipients, inbox.team)
