"""Handing taken SMS on to the platform, one of each number in turn, until the platform says that it keeps them."""

from __future__ import annotations

import json
import time
import uuid
from collections import OrderedDict, deque
from datetime import date, timedelta

from atarraya.channels.sms import gsm
from atarraya.gateway import accounts
from atarraya.gateway.accounts import Coded
from atarraya.gateway.books import Books
from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.clock import Clock
from atarraya.gateway.facts import Facts
from atarraya.gateway.later import Later
from atarraya.gateway.line import Line
from atarraya.gateway.proving import Proof
from atarraya.gateway.record import Kept, band
from atarraya.gateway.spool import Spool, Waiting
from atarraya.kernel.errors import DomainError
from atarraya.sealing import gateways
from atarraya.sealing.encoding import to_b64

# What the platform says when the keys that an envelope was sealed to are no longer taken.
_OLD_KEYS = frozenset({"list_refused", "not_sealed", "inbox"})
# What it says when a run has not shown the gateway's key, or another has since.
_UNPROVED = frozenset({"unproved", "other_run"})


class Handing:
    """Takes from the line, seals, and posts."""

    def __init__(
        self, spool: Spool, facts: Facts, platform: Platform, line: Line, books: Books, proof: Proof, clock: Clock
    ) -> None:
        self.spool, self.facts, self.platform, self.line = spool, facts, platform, line
        self.books, self.proof, self.clock = books, proof, clock
        self.replies = Replies()
        self.later = Later(spool)

    def load(self) -> None:
        """Put what an earlier run left into the line: by number where the key opens it."""
        for id_ in self.spool.waiting():
            waiting = self.spool.get(id_)
            if waiting is not None:
                sms = self.opened(waiting)
                self.line.put(sms.sender if sms else id_, id_)

    def opened(self, waiting: Waiting) -> Kept | None:
        """Return the SMS itself; None without the key, or when it was sealed to another."""
        if self.proof.key is None:
            return None
        try:
            return Kept.read(self.proof.key.open(waiting.sealed))
        except (DomainError, KeyError, ValueError):
            return None

    def one(self, patience: float) -> bool:
        """Hand on the next; return False when nothing came. Raises Away, and then it waits at its place again."""
        for number, id_ in self.later.due():
            self.line.again(number, id_)
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
        for _turn in range(2):
            if sms is None or inbox is None or not self._may_read():
                break
            meant = self.books.means(sms.sender, sms.text)
            if meant is None:
                break
            try:
                self._post_coded(waiting, Coded(sms, meant, inbox, self.facts.policy(meant.reading.kind or "")))
                return
            except Refused as refusal:
                if refusal.status == 401 or refusal.code in _OLD_KEYS:
                    raise
                self._doubt(refusal)
        self._post_unread(waiting, sms)

    def _may_read(self) -> bool:
        """Return whether this run may read codes now: it shows its key and has the books. Raises Away or Refused."""
        if not self.proof.works:
            return False
        try:
            self.proof.renew()
            if self.proof.held:
                self.books.be_known(self.platform)
        except Refused as refusal:
            if refusal.status == 401:
                raise
            return False  # what is sealed for people goes to them all the same
        return self.proof.held

    def _doubt(self, refusal: Refused) -> None:
        """Set right what made the platform refuse a code, so that it can be tried once more."""
        if refusal.code in _UNPROVED:
            if not self.proof.ended_by(refusal):
                self.proof.renew(now=True)
        else:
            # Burnt, or out of its days since it was last asked for: its words mean nothing any more.
            self.books.ask_anew(self.platform)

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
        self._done(waiting, None, sms)

    def _post_coded(self, waiting: Waiting, coded: Coded) -> None:
        """Post a coded report and what comes beside it; remember its number and queue its reply."""
        header = json.loads(waiting.header) | {"inbox": coded.inbox.id, "number": coded.inbox.number}
        envelope, beside = coded.sealed()
        body = {**header, **coded.codes(), "age": self._age(waiting, coded.sms), "sealed": _base64(envelope)}
        self.platform.post("reports", {**body, "beside": {**accounts.beside(), "sealed": _base64(beside)}})
        book, sure = coded.meant.book, coded.meant.reading.sure
        mark = self.books.mark(book, coded.sms.sender) if book is not None and sure else None
        self._done(waiting, mark, coded.sms)

    def _done(self, waiting: Waiting, mark: bytes | None, sms: Kept | None) -> None:
        """Forget what the platform has. Whatever was read in it, its number is answered as it always is, or not."""
        today = self.clock.now().date()
        self.spool.handed_on(waiting.id, (mark, today) if mark is not None else None, self._reply(sms, today))
        self.later.taken(waiting.id)
        self.clock.left(waiting.id)

    def _reply(self, sms: Kept | None, today: date) -> tuple[str, date, bytes] | None:
        """Return the one neutral sentence that answers an SMS, sealed; None where the book or the rules want none."""
        text = self.books.reply_to(sms.sender) if sms is not None and self.proof.works else ""
        if sms is None or not text or not self.replies.may(sms.sender):
            return None
        said = {"v": 1, "type": "out", "to": sms.sender, "text": gsm.plain(text), "by": sms.channel}
        return str(uuid.uuid4()), today, gateways.seal(said, self.facts.recipient)

    def _age(self, waiting: Waiting, sms: Kept | None) -> str:
        now, waited = self.clock.now(), self.clock.waited(waiting.id)
        if sms is not None:
            return sms.age(now, waited)
        if waited is not None:
            return band(waited)
        # Without the key only the day is known: an hour of doubt counts as the longer wait.
        days = (now.date() - waiting.day).days
        return "H1" if days == 0 else band(timedelta(days=days + 1)) if days > 0 else "OLD"

    def _refused(self, number: str, waiting: Waiting, refusal: Refused) -> None:
        """Seal anew when the keys have changed; what is refused waits, and delays nothing else."""
        if refusal.status == 401:  # a steward ended this gateway: nothing it holds will be taken
            self.line.again(number, waiting.id)
            raise Away() from refusal
        if self.later.put(number, waiting, self.clock.now().date()):
            self.clock.left(waiting.id)
            return
        if refusal.code in _OLD_KEYS:
            self.facts.refresh(self.platform)
            sms, inbox = self.opened(waiting), self.facts.inbox
            if sms is not None and inbox is not None:
                header = json.loads(waiting.header) | {"inbox": inbox.id, "number": inbox.number}
                self.spool.reseal(waiting.id, accounts.unread(sms, inbox), json.dumps(header))


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
