"""The gateway as a running thing: its door, its line, its signs of life. It says codes, never what passed."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from atarraya.gateway import carriers, outgoing
from atarraya.gateway.books import Books
from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.facts import Facts
from atarraya.gateway.handing import Handing
from atarraya.gateway.intake import Intake, NotReady
from atarraya.gateway.line import Line
from atarraya.gateway.listening import Door
from atarraya.gateway.sending import Sending
from atarraya.gateway.settings import Settings
from atarraya.gateway.spool import Spool
from atarraya.kernel.errors import DomainError
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import Key

BEAT = 20.0  # seconds between signs of life: three in the minute the platform keeps
LOOK = 1.0
SLOWEST = 30.0

FIRST = 2.0  # seconds between the first tries to reach a platform that was never reached

Tell = Callable[[str], None]


class Pretending(Exception):
    """A pretend phone before a real platform: nobody may take one for the other."""


class Gateway:
    """One gateway. `tell` is called with a code when something changes: away, reached, refused, keys, other_key."""

    def __init__(self, folder: Path, settings: Settings, key: Key | None, tell: Tell, parent: int = 0) -> None:
        """Open the spool and the door's address. `parent`: the process without which it ends, if any."""
        self._tell, self._said, self.parent = tell, "", parent
        self.spool = Spool(folder)
        self.facts = Facts(self.spool, settings.fingerprint)
        self.platform = Platform(settings.platform, settings.token, settings.authority)
        self.line = Line()
        self.key = key
        self.session = to_b64(os.urandom(32))
        self.carriers = [carriers.make(one) for one in settings.carriers]
        self.books = Books(self.spool, key, settings.country)
        self.handing = Handing(self.spool, self.facts, self.platform, self.line, self.books, key)
        self.sending = Sending(self.spool, self.carriers, key, settings.country, settings.notices_a_minute)
        self.intake = intake = Intake(self.spool, self.facts, self.line, settings.country)
        certificate = (settings.certificate, settings.private_key)
        self.door = Door((settings.host, settings.port), self.carriers, intake, certificate)
        self._stop = threading.Event()

    @property
    def holds_key(self) -> bool:
        """Return whether the key in memory is the one that the platform knows this gateway by."""
        return self.key is not None and self.key.recipient == self.facts.recipient

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

    def refuse_pretending(self) -> None:
        """Raise Pretending when a pretend phone stands before a platform that is no demonstration."""
        setup = self.facts.setup
        if setup is not None and not setup["demo"] and any(one.kind == "pretend" for one in self.carriers):
            raise Pretending()

    def _beat_again(self) -> None:
        if self.facts.setup is not None:
            self._stop.wait(BEAT - FIRST)
        self.beat()
        try:
            self.refuse_pretending()
        except Pretending:
            self._stop.set()

    def beat(self) -> None:
        """Hear whether anything changed at the platform, and give a sign of life."""
        try:
            self.facts.refresh(self.platform)
            if self.holds_key:
                self.books.refresh(self.platform)
            self.platform.post("pulse", {"with_key": self.holds_key, "session": self.session})
            if self.holds_key:
                outgoing.exchange(self.spool, self.platform, self.session)
            self.spool.forget(datetime.now(UTC).date())
        except Away:
            self.say("away")
        except Refused:
            self.say("refused")
        except DomainError:
            self.say("keys")  # the inbox's lists do not verify: nothing is sealed to what they name
        else:
            self.say("other_key" if self.key is not None and not self.holds_key else "reached")

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
