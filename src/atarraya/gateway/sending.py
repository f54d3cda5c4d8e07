"""Sending what waits: replies, and what members wrote. Opened in memory for the moment it takes to hand it over."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from atarraya.channels.sms.gsm import notice_fault, plain
from atarraya.gateway.calling import Away, Refused
from atarraya.gateway.carriers.carrier import Carrier, Message
from atarraya.gateway.clock import Clock
from atarraya.gateway.outgoing import SENTENCE
from atarraya.gateway.proving import Proof
from atarraya.gateway.record import number
from atarraya.gateway.spool import Out, Spool
from atarraya.kernel.errors import DomainError

# A phone without signal is tried again for as long as what it says may still be worth something.
GIVE_UP_DAYS = 3
A_MINUTE = 10
WAITS = "WAITS"
FIRST, SLOWEST = 5.0, 600.0


class Sending:
    """Sends by the carrier a number wrote through, or by the first that can send.

    Notices are paced, `a_minute`: operators and phones stop a number that sends to many at once. Answers pass them.
    """

    def __init__(
        self,
        spool: Spool,
        carriers: Sequence[Carrier],
        proof: Proof,
        clock: Clock,
        country: str = "",
        a_minute: int = A_MINUTE,
    ) -> None:
        self._spool, self._proof, self._clock, self._country = spool, proof, clock, country
        self._pause, self._next_notice, self._notices = 60.0 / a_minute, 0.0, set[str]()
        self._carriers = [one for one in carriers if one.sends]
        self._silent: set[str] = set()
        self._again: dict[str, tuple[float, float]] = {}

    def all(self) -> None:
        """Try everything that is due. Without the key, or a carrier that sends, all of it waits.

        A phone that does not answer is asked once in a turn: what goes by another is not kept back.
        """
        now, today = time.monotonic(), self._clock.now().date()
        self._silent.clear()
        for out in self._spool.to_send():
            due, waited = self._again.get(out.id, (0.0, 0.0))
            if due > now or (out.id in self._notices and self._next_notice > time.monotonic()):
                continue
            if not self._proof.works or not self._carriers:  # asked each time: another run may have taken our place
                return
            state = self._try(out, today)
            if state == WAITS:
                continue
            if state is None:
                waits = min(SLOWEST, max(FIRST, waited * 2))
                self._again[out.id] = (now + waits, waits)
            else:
                self._again.pop(out.id, None)
                self._notices.discard(out.id)
                self._spool.sent(out.id, state)

    def _try(self, out: Out, today: date) -> str | None:
        """Return SENT or why it never will be, None when it is to be tried again, WAITS for a notice's later turn."""
        key = self._proof.key
        assert key is not None
        try:
            said = key.open(out.sealed)
            message = self._message(out, said)
        except (DomainError, KeyError):
            return "KEY"  # sealed to another key: nobody can ever send it
        except ValueError:
            return "NUMBER"  # nothing that may be sent
        if out.id in self._notices:
            if self._next_notice > time.monotonic():
                return WAITS
            self._next_notice = time.monotonic() + self._pause
        carrier = next((one for one in self._carriers if one.name == said.get("by")), self._carriers[0])
        return self._hand_over(carrier, message, (today - out.day).days > GIVE_UP_DAYS)

    def _hand_over(self, carrier: Carrier, message: Message, last: bool) -> str | None:
        try:
            if carrier.name in self._silent:
                raise Away()
            carrier.send(message)
        except Refused:
            return "REFUSED"
        except Away:
            self._silent.add(carrier.name)
            return "SIGNAL" if last else None
        except (ValueError, KeyError):  # a number or text that this carrier cannot spell: the others go on
            return "NUMBER"
        return "SENT"

    def _message(self, out: Out, said: dict[str, Any]) -> Message:
        """Return what to send. A notice says the network's sentence and goes to a telephone of this country only."""
        if said.get("type") != "notice":
            return Message(out.id, str(said["to"]), plain(str(said["text"])))
        self._notices.add(out.id)
        text, to = self._spool.fact(SENTENCE) or "", number(str(said["to"]), self._country)
        if notice_fault(text) or not re.fullmatch(rf"\+{self._country}\d{{6,12}}", to):
            raise ValueError
        return Message(out.id, to, text)
