"""One run of a gateway as the platform hears it: a token, a random word, and the key or none.

run = Run(new, identity)   # `new` is what gateways.create returned
run.prove(); run.post("outgoing", {"have": []})
"""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.test import Client

from atarraya.channels.sms import queries
from atarraya.channels.sms.services import books, gateways, outgoing
from atarraya.channels.sms.services.gateways import NewGateway
from atarraya.gateway.proving import Proof, new_run
from atarraya.sealing import envelopes
from atarraya.sealing.gateways import Key, new_key, seal
from support.cast import HERE, Cast

SAID = {"v": 1, "type": "out", "to": "+573001112233", "text": "Vuelvo con pescado", "by": ""}
INSIDE = {"v": 1, "type": "codebook", "entries": [{"say": "invento", "sort": "kind", "value": "COMBAT"}]}


class Place:
    """A gateway with a book and a message to send: `run()` has its key, `run(False)` is whoever took its token."""

    def __init__(self, cast: Cast) -> None:
        self.cast, (self.identity, recipient) = cast, new_key()
        self.new = gateways.create("pasarela", cast.inbox, recipient, by=cast.steward.member)
        self.gateway, by = self.new.gateway, cast.verifier.member
        people = envelopes.seal(INSIDE, cast.recipients, [True, False, False])
        self.book = books.make(self.gateway, cast.leader.point, seal(INSIDE, recipient), people, cast.number, by=by)
        self.message = outgoing.queue(self.gateway, seal(SAID, recipient), by=by)

    def run(self, key: bool = True) -> Run:
        return Run(self.new, self.identity if key else None)

    def coded(self, body: dict[str, Any], *, hold: bool = False) -> dict[str, Any]:
        """What a report says that the book read and that may be shown at once."""
        share = {"kind": "COMBAT", "seen": "TOLD"}
        coded = {"book": str(self.book.pk), "municipality": HERE, "urgency": "NOW", "share": share, "hold": hold}
        return body | coded

    def says(self) -> list[str]:
        """What the team is told of the gateway."""
        return [one.what for one in queries.troubles([self.cast.inbox.pk])]


class Run:
    """A run; without `identity` it is whoever has the token alone."""

    def __init__(self, new: NewGateway, identity: str | None = None) -> None:
        self.run, self.key = new_run(), Key(identity) if identity else None
        self.headers = {"Authorization": f"Gateway {new.token}", "Gateway-Run": self.run}
        self.client = Client()

    def get(self, path: str) -> HttpResponse:
        return self.client.get(f"/api/gateway/{path}", headers=self.headers)

    def post(self, path: str, body: dict[str, Any]) -> HttpResponse:
        return self.client.post(f"/api/gateway/{path}", body, "application/json", headers=self.headers)

    def pulse(self, **said: Any) -> HttpResponse:
        return self.post("pulse", {"clock": int(time.time()), **said})

    def challenge(self) -> bytes:
        """What the platform seals for this run."""
        return base64.b64decode(self.get("challenge").json()["sealed"])  # type: ignore[attr-defined]

    def prove(self, *, again: bool = False) -> HttpResponse:
        """Open what the platform sealed and tell it back."""
        assert self.key is not None
        return self.post("proof", {"word": self.key.prove(self.challenge(), self.run), "again": again})


def proved(key: Key, recipient: str = "") -> Proof:
    """Return what a run holds that has its gateway's key; with `recipient`, another gateway's."""
    return Proof(None, SimpleNamespace(recipient=recipient or key.recipient), key)  # type: ignore[arg-type]
