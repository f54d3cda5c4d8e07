"""Sending what waits: replies, and what members wrote. Opened in memory for the moment it takes to hand it over."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime

from atarraya.gateway.calling import Away, Refused
from atarraya.gateway.carriers.carrier import Carrier, Message
from atarraya.gateway.gsm import plain
from atarraya.gateway.spool import Out, Spool
from atarraya.kernel.errors import DomainError
from atarraya.sealing.gateways import Key

# A phone without signal is tried again for as long as what it says may still be worth something.
GIVE_UP_DAYS = 3
FIRST, SLOWEST = 5.0, 600.0


class Sending:
    """Sends by the carrier a number wrote through, or by the first that can send."""

    def __init__(self, spool: Spool, carriers: Sequence[Carrier], key: Key | None) -> None:
        self._spool, self._key = spool, key
        self._carriers = [one for one in carriers if one.sends]
        self._again: dict[str, tuple[float, float]] = {}

    def all(self) -> None:
        """Try everything that is due. Without the key, or a carrier that sends, all of it waits."""
        if self._key is None or not self._carriers:
            return
        now, today = time.monotonic(), datetime.now(UTC).date()
        for out in self._spool.to_send():
            due, waited = self._again.get(out.id, (0.0, 0.0))
            if due > now:
                continue
            state = self._try(out, today)
            if state is None:
                waits = min(SLOWEST, max(FIRST, waited * 2))
                self._again[out.id] = (now + waits, waits)
            else:
                self._again.pop(out.id, None)
                self._spool.sent(out.id, state)

    def _try(self, out: Out, today: date) -> str | None:
        """Return SENT or FAILED, or None when it is to be tried again."""
        assert self._key is not None
        try:
            said = self._key.open(out.sealed)
            message = Message(out.id, str(said["to"]), plain(str(said["text"])))
        except (DomainError, KeyError):
            return "FAILED"  # sealed to another key: nobody can ever send it
        carrier = next((one for one in self._carriers if one.name == said.get("by")), self._carriers[0])
        try:
            carrier.send(message)
        except Refused:
            return "FAILED"
        except Away:
            return "FAILED" if (today - out.day).days > GIVE_UP_DAYS else None
        except (ValueError, KeyError):  # a number or text that this carrier cannot spell: the others go on
            return "FAILED"
        return "SENT"
