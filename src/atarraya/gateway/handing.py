"""Handing taken SMS on to the platform, one of each number in turn, until the platform says that it keeps them."""

from __future__ import annotations

import json
import time
import uuid
from collections import OrderedDict, deque
from datetime import UTC, date, datetime, timedelta

from atarraya.channels.sms import gsm
from atarraya.gateway import accounts
from atarraya.gateway.accounts import Coded
from atarraya.gateway.books import Book, Books
from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.facts import Facts
from atarraya.gateway.line import Line
from atarraya.gateway.record import Kept, band
from atarraya.gateway.spool import Spool, Waiting
from atarraya.kernel.errors import DomainError
from atarraya.sealing import gateways
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import Key

# What the platform says when the keys that an envelope was sealed to are no longer taken.
_OLD_KEYS = frozenset({"list_refused", "not_sealed", "inbox"})
LATER = 60.0  # seconds until what was refused is tried again


class Handing:
    """Takes from the line, seals, and posts."""

    def __init__(
        self, spool: Spool, facts: Facts, platform: Platform, line: Line, books: Books, key: Key | None
    ) -> None:
        self.spool, self.facts, self.platform, self.line = spool, facts, platform, line
        self.books, self.key = books, key
        self.replies = Replies()
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
        """Hand one SMS on: what a codebook reads as a coded report, everything else word for word to people."""
        sms, inbox = self.opened(waiting), self.facts.inbox
        if sms is not None:
            self.books.be_known(self.platform)
        for _turn in range(2):
            meant = self.books.means(sms.sender, sms.text) if sms is not None else None
            if sms is None or inbox is None or meant is None:
                break
            try:
                self._post_coded(waiting, Coded(sms, meant, inbox, self.facts.policy(meant.reading.kind or "")))
                return
            except Refused as refusal:
                if refusal.status == 401 or refusal.code in _OLD_KEYS:
                    raise
                # Burnt, or out of its days since it was last asked for: its words mean nothing any more.
                self.books.ask_anew(self.platform)
        self._post_unread(waiting, sms)

    def _post_unread(self, waiting: Waiting, sms: Kept | None) -> None:
        """Post the envelope that was made when it was taken, and forget the SMS once the platform keeps it."""
        if waiting.unread is None:
            raise Refused(422, "not_sealed")
        body = {**json.loads(waiting.header), "age": self._age(waiting, sms), "sealed": _base64(waiting.unread)}
        if sms is not None and self.facts.inbox is not None and body["number"] == self.facts.inbox.number:
            # Beside every SMS that was opened goes a note, so that the one with a duress word is like the others.
            note = accounts.empty_note(sms, self.facts.inbox)
            body["beside"] = {**accounts.beside(), "sealed": _base64(note)}
        self.platform.post("reports", body)
        own = self.books.of_number(sms.sender) if sms is not None else []
        self.spool.handed_on(waiting.id, reply=self._reply(sms, own))

    def _post_coded(self, waiting: Waiting, coded: Coded) -> None:
        """Post a coded report and what comes beside it; remember its number and queue its reply."""
        header = json.loads(waiting.header) | {"inbox": coded.inbox.id, "number": coded.inbox.number}
        envelope, beside = coded.sealed()
        body = {**header, **coded.codes(), "age": self._age(waiting, coded.sms), "sealed": _base64(envelope)}
        self.platform.post("reports", {**body, "beside": {**accounts.beside(), "sealed": _base64(beside)}})
        book, sure = coded.meant.book, coded.meant.reading.sure
        mark = self.books.mark(book, coded.sms.sender) if book is not None and sure else None
        answering = [book] if book is not None else []
        if coded.plain:
            answering = self.books.of_number(coded.sms.sender)  # as any other text of this number is answered
        self.spool.handed_on(waiting.id, mark, self._reply(coded.sms, answering))

    def _reply(self, sms: Kept | None, books: list[Book]) -> tuple[str, date, bytes] | None:
        """Return the one neutral sentence that answers an SMS, sealed; None where the book or the rules want none."""
        if sms is None or not books or not books[0].reply or not self.replies.may(sms.sender):
            return None
        said = {"v": 1, "type": "out", "to": sms.sender, "text": gsm.plain(books[0].reply), "by": sms.channel}
        return str(uuid.uuid4()), datetime.now(UTC).date(), gateways.seal(said, self.facts.recipient)

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
        self._later.append((time.monotonic() + LATER, number, waiting.id))
        if refusal.code in _OLD_KEYS:
            self.facts.refresh(self.platform)
            sms, inbox = self.opened(waiting), self.facts.inbox
            if sms is not None and inbox is not None:
                header = json.loads(waiting.header) | {"inbox": inbox.id, "number": inbox.number}
                self.spool.reseal(waiting.id, accounts.unread(sms, inbox), json.dumps(header))

    def _bring_back(self) -> None:
        now = time.monotonic()
        for entry in [one for one in self._later if one[0] <= now]:
            self._later.remove(entry)
            self.line.again(*entry[1:])


class Replies:
    """At most so many replies an hour to one number: two machines that answer each other would never end."""

    MOST, WINDOW, NUMBERS = 6, 3600.0, 5000

    def __init__(self) -> None:
        self._given: OrderedDict[str, deque[float]] = OrderedDict()

    def may(self, sender: str) -> bool:
        """Return whether a number may be answered now, and count it."""
        now = time.monotonic()
        given = self._given.setdefault(sender, deque())
        self._given.move_to_end(sender)
        while given and now - given[0] > self.WINDOW:
            given.popleft()
        if len(self._given) > self.NUMBERS:
            self._given.popitem(last=False)
        if len(given) >= self.MOST:
            return False
        given.append(now)
        return True


def _base64(envelope: bytes) -> str:
    text = to_b64(envelope).replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)
