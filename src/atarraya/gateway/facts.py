"""Whom the gateway seals to: the inbox's signed lists, walked as phones walk them and kept for a lineless start."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

from atarraya.gateway.calling import Platform
from atarraya.gateway.spool import Spool
from atarraya.sealing import lists
from atarraya.sealing.refusals import ListRefused

_SETUP, _STATE = "setup", "state"


@dataclass(frozen=True)
class Circle:
    """A circle of the inbox, in the place of its stanza."""

    id: str
    purpose: str


@dataclass(frozen=True)
class Inbox:
    """What sealing needs: the list's number, its recipients in order, and the circles behind them."""

    id: str
    number: int
    recipients: tuple[str, ...]
    circles: tuple[Circle, ...]

    @property
    def team(self) -> list[bool]:
        """Return which places read a report: those who check; without such a circle all but the women's team."""
        found = self.of_purpose("VERIFIERS")
        return found if any(found) else [not place for place in self.of_purpose("WOMEN")]

    def of_purpose(self, purpose: str) -> list[bool]:
        """Return which places are circles of a purpose."""
        return [self._at(place).purpose == purpose for place in range(len(self.recipients))]

    def of_circle(self, circle: str) -> list[bool]:
        """Return which place is this circle; none when it does not serve the inbox."""
        return [self._at(place).id == circle for place in range(len(self.recipients))]

    @property
    def nobody(self) -> list[bool]:
        """Return an address that is no circle's: an envelope that nobody opens."""
        return [False] * len(self.recipients)

    def _at(self, place: int) -> Circle:
        return self.circles[place] if place < len(self.circles) else Circle("", "")


class Facts:
    """The platform's setup as last heard and verified. Safe to ask from several threads."""

    def __init__(self, spool: Spool, fingerprint: str) -> None:
        self._spool, self._fingerprint = spool, fingerprint
        self._lock = threading.Lock()
        self._etag = ""
        self.setup: dict[str, Any] | None = None
        self.inbox: Inbox | None = None
        kept = spool.fact(_SETUP)
        if kept is not None:
            self._take(json.loads(kept))

    @property
    def recipient(self) -> str:
        """Return the public key that the platform has for this gateway; empty when it was never heard."""
        return str(self.setup["recipient"]) if self.setup else ""

    def refresh(self, platform: Platform) -> None:
        """Ask for the setup. Raises Away, Refused, or ListRefused when the lists do not verify."""
        answer = platform.get("setup.json", self._etag)
        if answer.status == 304:
            return
        setup = answer.json()
        with self._lock:
            self._take(setup)
            self._spool.keep_fact(_SETUP, json.dumps(setup))
            self._etag = answer.etag

    def _take(self, setup: dict[str, Any]) -> None:
        before = self._state()
        after = lists.verify_chain(before, setup["lists"])
        fields = lists.read(str(after.document))
        if fields["inbox"] != setup["inbox"] or bool(fields.get("demo")) != bool(setup["demo"]):
            raise ListRefused()
        circles = tuple(Circle(one["id"], one["purpose"]) for one in setup["circles"])
        self.inbox = Inbox(setup["inbox"], after.number, tuple(fields["recipients"]), circles)
        self.setup = setup
        if after != before:
            self._spool.keep_fact(_STATE, json.dumps([after.fingerprint, after.number, after.document]))

    def _state(self) -> lists.State:
        kept = self._spool.fact(_STATE)
        if kept is None:
            return lists.State(self._fingerprint)
        fingerprint, number, document = json.loads(kept)
        if not lists.same_fingerprint(fingerprint, self._fingerprint):
            return lists.State(self._fingerprint)  # another inbox: a new token was written into the settings
        return lists.State(fingerprint, number, document)

    def policy(self, kind: str) -> str:
        """Return who must agree before codes of a kind are shown; NEVER for an unknown one."""
        for one in (self.setup or {}).get("kinds", []):
            if one["code"] == kind:
                return str(one["policy"])
        return "NEVER"
