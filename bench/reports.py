"""Reports as phones send them, made before the clock starts: real envelopes, real outbox files, one id each."""

from __future__ import annotations

import base64
import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from bench.load import request
from support.living import Live

# What somebody writes in a minute: well inside the first bucket, as nearly every report is.
TEXT = (
    "Anoche llegaron al caserío como quince hombres con fusiles. Dijeron que nadie sale al río hasta nueva orden. "
    "Hay tres familias en la escuela y falta agua. Pedimos que avisen a la misión y que no nombren la vereda."
)
ENVELOPES = 200  # different ones; ids and receipts differ in every request


@dataclass(frozen=True)
class Sender:
    """What a phone knows that sends: its token, its inbox, to whom it seals."""

    token: str
    inbox: str
    number: int
    recipients: tuple[str, ...]
    municipality: str
    transport_key: str

    @classmethod
    def of(cls, live: Live, point: str = "leader") -> Sender:
        """Ask a live server for a point's setup, as its page does."""
        import urllib.request

        known = live.secrets["points"][point]
        asked = urllib.request.Request(live.url + "/api/point/setup.json")
        asked.add_header("Authorization", f"Point {known['device']}")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            setup = json.load(answer)
        inbox = setup["inbox"]
        return cls(
            known["device"],
            inbox["id"],
            inbox["number"],
            tuple(inbox["recipients"]),
            known["municipality"],
            setup["transport_key"],
        )


def half() -> str:
    """Return 32 random bytes as base64url without padding."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def header(sender: Sender, share: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the routing header of one new report."""
    return {
        "id": str(uuid.uuid4()),
        "inbox": sender.inbox,
        "number": sender.number,
        "municipality": sender.municipality,
        "urgency": "NOW",
        "age": "H1",
        "lookup": half(),
        "erase_hash": half(),
        "share": share,
    }


def envelope(sender: Sender, text: str = TEXT) -> bytes:
    """Seal one account for the first circle, decoys for the others."""
    from atarraya.sealing import envelopes

    payload = {
        "v": 1,
        "type": "report",
        "thread": str(uuid.uuid4()),
        "kind": "ARMED_PRESENCE",
        "municipality": sender.municipality,
        "urgency": "NOW",
        "seen": "SAW",
        "text": text,
        "contact": {},
        "consents": [],
        "attachments": [],
        "reply_key": half(),
        "thread_key": half(),
        "discreet": False,
    }
    return envelopes.seal(payload, sender.recipients, [True, *[False] * (len(sender.recipients) - 1)])


def as_json(sender: Sender, sealed: bytes, share: dict[str, Any] | None = None) -> bytes:
    """Return one request of POST /api/point/reports."""
    told = header(sender, share) | {"sealed": base64.b64encode(sealed).decode()}
    body = json.dumps(told, separators=(",", ":")).encode()
    return _request("/api/point/reports", body, sender, "application/json")


def as_outbox(sender: Sender, sealed: bytes) -> bytes:
    """Return one request of POST /api/point/sealed."""
    from atarraya.sealing import transport

    body = transport.seal_for_transport(header(sender), sealed, sender.transport_key)
    return _request("/api/point/sealed", body, sender, "application/octet-stream")


def _request(path: str, body: bytes, sender: Sender, kind: str) -> bytes:
    return request("POST", path, body, Authorization=f"Point {sender.token}", Content_Type=kind)


def body_size(whole: bytes) -> int:
    """Return the bytes of a request's body."""
    return len(whole.partition(b"\r\n\r\n")[2])


class Stock:
    """Requests made beforehand by several processes, taken from as rounds need them. No request is sent twice."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self.envelopes = [envelope(sender) for _ in range(ENVELOPES)]
        self._turn = count()

    def json(self, number: int) -> list[bytes]:
        """Return `number` new requests as JSON."""
        return [as_json(self.sender, self._next()) for _ in range(number)]

    def outbox(self, number: int) -> list[bytes]:
        """Return `number` new requests as outbox files: each is sealed, so several processes share the work."""
        with ProcessPoolExecutor() as pool:
            parts = islice(self._parts(), -(-number // 100))
            made = pool.map(_outboxes, ((self.sender, part) for part in parts))
            return [one for part in made for one in part][:number]

    def _next(self) -> bytes:
        return self.envelopes[next(self._turn) % ENVELOPES]

    def _parts(self) -> Iterator[list[bytes]]:
        while True:
            yield [self._next() for _ in range(100)]


def _outboxes(given: tuple[Sender, list[bytes]]) -> list[bytes]:
    sender, sealed = given
    return [as_outbox(sender, one) for one in sealed]
