"""Taking an SMS: durable on this disk, sealed, before the phone or modem hears that it was taken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from atarraya.gateway import accounts
from atarraya.gateway.carriers.carrier import Failed
from atarraya.gateway.clock import Clock
from atarraya.gateway.facts import Facts
from atarraya.gateway.line import Line
from atarraya.gateway.record import Kept, Sms, number
from atarraya.gateway.spool import Spool, Waiting
from atarraya.sealing import gateways
from atarraya.sealing.sms import message


class NotReady(Exception):
    """The gateway has never reached its platform: it knows no key to seal to, and the carrier must try again."""


class Intake:
    """Where every carrier's SMS come in."""

    def __init__(self, spool: Spool, facts: Facts, line: Line, clock: Clock, country: str) -> None:
        self._spool, self._facts, self._line, self._clock, self._country = spool, facts, line, clock, country

    def take(self, sms: Sms) -> bool:
        """Keep an SMS and queue it; return False if it was taken before. Raise NotReady."""
        now = self._clock.now()
        digest, *others = [self._spool.digest(source) for source in sms.sources(now)]
        if any(self._spool.was_seen(each) for each in (digest, *others)):
            return False
        mark = self._mark(sms.text)
        if mark is not None and self._spool.was_sealed(mark):
            return False  # repeated by somebody: it is answered like any other and goes no further
        inbox, recipient = self._facts.inbox, self._facts.recipient
        if inbox is None or not recipient:
            raise NotReady()
        sms = replace(sms, sender=number(sms.sender, self._country), recipient=number(sms.recipient, self._country))
        ago = self._clock.since(sms.sent, here=sms.here) if sms.sent is not None else timedelta(0)
        payload, halves = sms.payload(now, ago), accounts.Halves.new()
        waiting = Waiting(
            id=halves.id,
            day=now.date(),
            header=json.dumps(accounts.header(halves, inbox, "H1")),
            sealed=gateways.seal(payload, recipient),
            unread=accounts.unread(Kept.read(payload), inbox),
        )
        new = self._spool.take(digest, waiting, mark)
        if new:
            self._clock.arrived(waiting.id)
            self._line.put(sms.sender, waiting.id)
        return new

    def failed(self, message: Failed) -> None:
        """Keep that a phone could not send what it had taken: people are told."""
        self._spool.failed_later(message.id, self._clock.now().date(), message.why)

    def _mark(self, text: str) -> bytes | None:
        """Return what is kept of a sealed SMS so that it counts once: of its letters alone, not of who sent them."""
        sealed = message.found(text)
        return None if sealed is None else self._spool.digest(("sealed", sealed))
