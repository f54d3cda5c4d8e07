"""Showing the platform that this run holds the gateway's key; and knowing when another run has taken its place."""

from __future__ import annotations

import base64
import binascii
import os
import threading
import time

from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.facts import Facts
from atarraya.kernel.errors import DomainError
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import Key

AGAIN = 300.0  # seconds: three times in what the platform believes it for
OTHER = "other_run"


def new_run() -> str:
    """Return the random word that this run of the gateway goes by."""
    return to_b64(os.urandom(32))


class Proof:
    """Whether this run may read codes, send and say that it lives with its key."""

    def __init__(self, platform: Platform, facts: Facts, key: Key | None) -> None:
        self._platform, self._facts, self.key = platform, facts, key
        self._lock = threading.Lock()
        self._until = 0.0
        self._before = False
        self.over = False

    @property
    def works(self) -> bool:
        """Return whether this run has this gateway's key and no other has taken its place. It may be without a line."""
        return self.key is not None and self.key.recipient == self._facts.recipient and not self.over

    @property
    def held(self) -> bool:
        """Return whether the platform was shown the key lately."""
        return self.works and time.monotonic() < self._until

    def renew(self, *, now: bool = False) -> None:
        """Show the key if it is time to. Raises Away or Refused; after another run's proof it does nothing more."""
        with self._lock:
            if self.key is None or not self.works or (self.held and not now):
                return
            sealed = self._platform.get("challenge").json()
            try:
                word = self.key.prove(base64.b64decode(sealed["sealed"], validate=True), self._platform.run)
            except (binascii.Error, KeyError, TypeError):
                raise Away() from None
            except DomainError:
                return  # sealed to another key: the one in memory is not this gateway's
            try:
                self._platform.post("proof", {"word": word, "again": self._before})
            except Refused as refusal:
                if not self.ended_by(refusal):
                    raise
                return
            self._before, self._until = True, time.monotonic() + AGAIN

    def ended_by(self, refusal: Refused) -> bool:
        """Note what a refusal says of this run: that another works now (True), or that it must prove itself anew."""
        if refusal.code == OTHER:
            self.over = self._before
        self._until = 0.0
        return self.over
