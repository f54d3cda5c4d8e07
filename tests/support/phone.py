"""A phone as tests use it: seals reports as the point's page does, and keeps what only the phone and the desk know."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from atarraya.alerts.shapes import ReportHeader
from atarraya.kernel import ids
from atarraya.sealing import envelopes, receipts, transport
from atarraya.sealing.encoding import from_b64, to_b64

VERIFIERS = (True, False, False)
WOMEN = (False, True, False)
NOBODY = (False, False, False)


@dataclass
class Made:
    """A report ready to send: the JSON body, the sealed bytes, and the secrets of its receipt (b64)."""

    id: UUID
    body: dict[str, Any]
    envelope: bytes
    payload: dict[str, Any]
    lookup: str
    erase: str
    reply: str
    thread: str
    claim: str = ""

    @property
    def header(self) -> dict[str, Any]:
        """The body without the envelope, as the outbox seals it."""
        return {name: value for name, value in self.body.items() if name != "sealed"}

    @property
    def parsed(self) -> ReportHeader:
        """The header as the server decodes it."""
        return msgspec.convert(self.header, ReportHeader)

    def outbox(self, transport_key: str) -> bytes:
        """The same report as a phone's outbox holds it."""
        return transport.seal_for_transport(self.header, self.envelope, transport_key)


def half() -> str:
    """32 random bytes, b64."""
    return to_b64(os.urandom(32))


def seal_report(
    inbox: object,
    number: int,
    recipients: Sequence[str],
    *,
    text: str = "Pasaron dos lanchas con hombres armados.",
    addressed: Sequence[bool] | None = None,
    kind: str = "report",
    more: dict[str, Any] | None = None,
    **fields: Any,
) -> Made:
    """Seal a report to a recipient list. `fields` replace members of the body; `more` joins the sealed account."""
    addressed = addressed or [True] + [False] * (len(recipients) - 1)
    lookup, erase, reply, claim = half(), os.urandom(32), half(), os.urandom(32)
    thread = to_b64(receipts.thread_key(erase))
    pk = ids.new_id()
    payload = {"v": 1, "type": kind, "thread": str(pk), "text": text, "reply_key": reply, "thread_key": thread}
    payload["claim_hash"] = to_b64(hashlib.sha256(claim).digest())
    payload |= more or {}
    envelope = envelopes.seal(payload, recipients, list(addressed))
    body = {
        "id": str(pk),
        "inbox": str(inbox),
        "number": number,
        "municipality": None,
        "urgency": None,
        "age": "H1",
        "sealed": base64.b64encode(envelope).decode(),
        "lookup": lookup,
        "erase_hash": to_b64(receipts.erase_hash(erase)),
        "share": None,
    }
    return Made(pk, body | fields, envelope, payload, lookup, to_b64(erase), reply, thread, to_b64(claim))


def report(cast: Any, **said: Any) -> Made:
    """Seal a report of the cast's inbox, to its verifiers unless `addressed` says otherwise."""
    return seal_report(cast.inbox.pk, cast.number, cast.recipients, **said)


def false_alarm(cast: Any, words: Made | None, **fields: Any) -> Made:
    """Seal what whoever holds a report's words says later: it was a false alarm. None: words that are nobody's."""
    return seal_false_alarm(cast.inbox.pk, cast.number, cast.recipients, words, **fields)


def seal_false_alarm(inbox: object, number: int, recipients: Sequence[str], words: Made | None, **fields: Any) -> Made:
    """Seal the same to a recipient list."""
    said = seal_report(inbox, number, recipients, **fields)
    payload = {"v": 1, "type": "note", "act": "false_alarm", "claim": words.claim if words else half()}
    envelope = envelopes.seal(payload, recipients, [True] + [False] * (len(recipients) - 1))
    mark = to_b64(receipts.thread_erase_hash(from_b64(words.thread if words else half(), 32), said.id))
    body = said.body | {"sealed": base64.b64encode(envelope).decode(), "erase_hash": mark}
    return Made(said.id, body, envelope, payload, said.lookup, said.erase, said.reply, said.thread, said.claim)


def seal_slices(attachment: UUID, key: bytes, content: bytes) -> list[bytes]:
    """Return a file's sealed slices (16 KiB each, the last filled to 4 KiB), as the page seals them."""
    filled = content + bytes(-len(content) % 4096)
    pieces = [filled[at : at + 16384] for at in range(0, len(filled), 16384)]
    return [
        AESGCM(key).encrypt(
            bytes(8) + index.to_bytes(4, "big"), piece, str(attachment).encode() + index.to_bytes(4, "big")
        )
        for index, piece in enumerate(pieces)
    ]
