"""Handing taken SMS on to the platform, one of each number in turn, until the platform says that it keeps them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from atarraya.gateway import accounts
from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.facts import Facts
from atarraya.gateway.line import Line
from atarraya.gateway.record import Kept, band
from atarraya.gateway.spool import Spool, Waiting
from atarraya.kernel.errors import DomainError
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import Key

# What the platform says when the keys that an envelope was sealed to are no longer taken.
_OLD_KEYS = frozenset({"list_refused", "not_sealed", "inbox"})
LATER = 60.0  # seconds until what was refused is tried again


class Handing:
    """Takes from the line, seals, and posts."""

    def __init__(self, spool: Spool, facts: Facts, platform: Platform, line: Line, key: Key | None) -> None:
        self.spool, self.facts, self.platform, self.line, self.key = spool, facts, platform, line, key
        self._later: list[tuple[float, str, str]] = []

    def load(self) -> None:
        """Put what an earlier run left into the line: by number where the key opens it."""
        for id_ in self.spool.waiting():
            waiting = self.spool.get(id_)
            if waiting is not None:
                sms = self.opened(waiting)
                self.line.put(sms.sender if sms else id_, id_)

    def opened(self, waiting: Waiting) -> Kept | None:
        """Return the SMS itself; None without the key, or when it was sealed to another."""
        if self.key is None:
            return None
        try:
            return Kept.read(self.key.open(waiting.sealed))
        except (DomainError, KeyError, ValueError):
            return None

    def one(self, patience: float) -> bool:
        """Hand on the next; return False when nothing came. Raises Away, and then it waits at its place again."""
        self._bring_back()
        taken = self.line.take(patience)
        if taken is None:
            return False
        number, id_ = taken
        waiting = self.spool.get(id_)
        if waiting is None:
            return True
        try:
            self.hand_on(waiting)
        except Away:
            self.line.again(number, id_)
            raise
        except Refused as refusal:
            self._refused(number, waiting, refusal)
        return True

    def hand_on(self, waiting: Waiting) -> None:
        """Hand one SMS on, unread."""
        self.post_unread(waiting, self.opened(waiting))

    def post_unread(self, waiting: Waiting, sms: Kept | None) -> None:
        """Post the envelope that was made when it was taken, and forget the SMS once the platform keeps it."""
        if waiting.unread is None:
            raise Refused(422, "not_sealed")
        header = {**json.loads(waiting.header), "age": self._age(waiting, sms)}
        self.post(header, waiting.unread)
        self.spool.handed_on(waiting.id)

    def post(self, header: dict[str, Any], envelope: bytes, **more: Any) -> Any:
        """Post a report. Raises Away or Refused."""
        return self.platform.post("reports", {**header, "sealed": _base64(envelope), **more})

    def _age(self, waiting: Waiting, sms: Kept | None) -> str:
        now = datetime.now(UTC)
        if sms is not None:
            return band(now - sms.at)
        # Without the key only the day is known: an hour of doubt counts as the longer wait.
        days = (now.date() - waiting.day).days
        return "H1" if days == 0 else band(timedelta(days=days + 1))

    def _refused(self, number: str, waiting: Waiting, refusal: Refused) -> None:
        """Seal anew when the keys have changed; what is refused waits, and delays nothing else."""
        if refusal.status == 401:  # a steward ended this gateway: nothing it holds will be taken
            self.line.again(number, waiting.id)
            raise Away() from refusal
        if refusal.code in _OLD_KEYS:
            self.facts.refresh(self.platform)
            sms, inbox = self.opened(waiting), self.facts.inbox
            if sms is not None and inbox is not None:
                header = json.loads(waiting.header) | {"inbox": inbox.id, "number": inbox.number}
                self.spool.reseal(waiting.id, accounts.unread(sms, inbox), json.dumps(header))
        self._later.append((time.monotonic() + LATER, number, waiting.id))

    def _bring_back(self) -> None:
        now = time.monotonic()
        for entry in [one for one in self._later if one[0] <= now]:
            self._later.remove(entry)
            self.line.again(*entry[1:])


def _base64(envelope: bytes) -> str:
    text = to_b64(envelope).replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)
