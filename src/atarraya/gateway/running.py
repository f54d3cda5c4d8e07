"""The gateway as a running thing: its door, its line, its signs of life. It says codes, never what passed."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from atarraya.gateway import carriers, outgoing, proving
from atarraya.gateway.books import Books
from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.clock import Clock
from atarraya.gateway.facts import Facts
from atarraya.gateway.handing import Handing
from atarraya.gateway.intake import Intake, NotReady
from atarraya.gateway.line import Line
from atarraya.gateway.listening import Door
from atarraya.gateway.sending import Sending
from atarraya.gateway.settings import Settings
from atarraya.gateway.spool import Spool
from atarraya.kernel.errors import DomainError
from atarraya.sealing.gateways import Key

BEAT = 20.0  # seconds between signs of life: three in the minute the platform keeps
LOOK = 1.0
SLOWEST = 30.0

FIRST = 2.0  # seconds between the first tries to reach a platform that was never reached

Tell = Callable[[str], None]


class Pretending(Exception):
    """A pretend phone before a real platform: nobody may take one for the other."""


class Gateway:
    """One gateway. `tell` is called with a code when something changes: what `command.acts.gateway` has words for."""

    def __init__(self, folder: Path, settings: Settings, key: Key | None, tell: Tell, parent: int = 0) -> None:
        """Open the spool and the door's address. `parent`: the process without which it ends, if any."""
        self._tell, self._said, self.parent = tell, "", parent
        self._told_once: set[str] = set()
        self.spool = Spool(folder)
        self.facts = Facts(self.spool, settings.fingerprint)
        self.platform = Platform(settings.platform, settings.token, settings.authority, proving.new_run())
        self.clock = Clock(self.spool)
        self.platform.on_date = self.clock.heard
        self.line = Line()
        self.key = key
        self.proof = proof = proving.Proof(self.platform, self.facts, key)
        self.carriers = [carriers.make(one) for one in settings.carriers]
        self.books = Books(self.spool, key, settings.country, self.clock)
        self.handing = Handing(self.spool, self.facts, self.platform, self.line, self.books, proof, self.clock)
        pace = (settings.country, settings.notices_a_minute)
        self.sending = Sending(self.spool, self.carriers, proof, self.clock, *pace)
        self.intake = intake = Intake(self.spool, self.facts, self.line, self.clock, settings.country)
        certificate = (settings.certificate, settings.private_key)
        self.door = Door((settings.host, settings.port), self.carriers, intake, certificate)
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until `stop` is called."""
        self.beat()
        self.refuse_pretending()
        self.handing.load()
        self.door.open()
        others = [
            threading.Thread(target=self._keep, args=each, daemon=True)
            for each in ((self._beat_again, FIRST), (self.sending.all, LOOK), (self._collect, LOOK))
        ]
        for thread in others:
            thread.start()
        self._hand_on()
        self._stop.set()
        self.door.close()
        for thread in others:
            thread.join(35)
        with suppress(Away, Refused):  # who waits to hear that it was sent should not wait for the next start
            if self.proof.held:
                outgoing.tell(self.spool, self.platform)
        self.spool.close()

    def close(self) -> None:
        """Let go of the spool and the door's address, of a gateway that never ran."""
        self.door.forget()
        self.spool.close()

    def stop(self) -> None:
        """Ask it to end: what it was handing on is finished or waits."""
        self._stop.set()

    def _keep(self, work: Callable[[], None], every: float) -> None:
        while not self._stop.wait(every):
            try:
                work()
            except Exception:  # a full disk, say: one turn that fails must not be the last
                self.say("failed")

    def _collect(self) -> None:
        for carrier in self.carriers:
            with suppress(NotReady):  # the platform was never reached: what lies there stays
                carrier.collect(self.intake.take)
            for failed in carrier.tidy(lambda: {out.id for out in self.spool.to_send()}):
                self.intake.failed(failed)

    def refuse_pretending(self) -> None:
        """Raise Pretending when a pretend phone stands before a platform that is no demonstration."""
        if self.demo is False and any(one.kind == "pretend" for one in self.carriers):
            raise Pretending()

    @property
    def demo(self) -> bool | None:
        """Return whether the platform is a demonstration; None when it was never heard."""
        return bool(self.facts.setup["demo"]) if self.facts.setup is not None else None

    def _beat_again(self) -> None:
        if self.facts.setup is not None and self._stop.wait(BEAT - FIRST):
            return
        self.beat()
        try:
            self.refuse_pretending()
        except Pretending:
            self._stop.set()

    def beat(self) -> None:
        """Hear whether anything changed at the platform, and give a sign of life."""
        self.say(self._beaten())
        for code, stands in (("clock", self.clock.is_wrong), ("grown", self._grown())):
            if stands and code not in self._told_once:
                self._told_once.add(code)
                self._tell(code)

    def _beaten(self) -> str:
        """Return the code of how it stands after a sign of life."""
        try:
            self.facts.refresh(self.platform)
            self.proof.renew()
            said = {"clock": int(time.time()), "stuck": self.handing.later.stuck, "dropped": self.handing.later.dropped}
            self.platform.post("pulse", said)
            if self.proof.held:
                self.books.refresh(self.platform)
                outgoing.exchange(self.spool, self.platform, self.clock.now().date())
            self.spool.forget(self.clock.now().date())
        except Away:
            return "away"
        except Refused as refusal:
            if not self.proof.ended_by(refusal):
                return "refused" if refusal.status == 401 else "unproved"
        except DomainError:
            return "keys"  # the inbox's lists do not verify: nothing is sealed to what they name
        if self.proof.over:
            self.spool.drop(self.spool.have())  # the platform lends them to the run that works now
            return "other_run"
        return "other_key" if self.key is not None and not self.proof.works else "reached"

    def _grown(self) -> bool:
        circles = self.facts.setup["circles"] if self.facts.setup else []
        return self.books.grown({one["id"]: one["people"] for one in circles})

    def _hand_on(self) -> None:
        waits = LOOK
        while not self._stop.is_set() and (not self.parent or os.getppid() == self.parent):
            try:
                self.handing.one(LOOK)
                waits = LOOK
            except Away:
                self._stop.wait(waits)
                waits = min(SLOWEST, waits * 2)
            except (Refused, DomainError):
                self.say("keys")  # what could not be handed on waits its minute; the rest goes on
            except sqlite3.Error:
                self.say("failed")
                self._stop.wait(SLOWEST)
                self.handing.load()

    def say(self, code: str) -> None:
        """Tell a change once."""
        if code != self._said:
            self._said = code
            self._tell(code)
