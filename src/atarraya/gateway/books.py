"""Codebooks, open in this process's memory: which are in use, whose number wrote, and what its words mean there."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from atarraya.alerts.rules import KINDS, URGENCIES
from atarraya.gateway.calling import Platform
from atarraya.gateway.clock import Clock
from atarraya.gateway.matching import Entry, Reading, read
from atarraya.gateway.record import number
from atarraya.gateway.spool import Spool
from atarraya.kernel import ids
from atarraya.kernel.errors import DomainError
from atarraya.sealing.encoding import from_b64
from atarraya.sealing.gateways import Key

SORTS = ("kind", "urgency", "zone", "duress")


@dataclass(frozen=True)
class Book:
    """One codebook. `reply` is its neutral sentence ("" for none); `numbers` those its collective named, if any."""

    id: str
    collective: str
    name: str
    municipality: str
    current: bool
    until: date | None
    entries: tuple[Entry, ...]
    reply: str
    duress_circle: str
    numbers: frozenset[str]
    only_these: bool


@dataclass(frozen=True)
class Meant:
    """What an SMS means: in which book, and whether its number had written in this collective's code before.

    `book` is None when two collectives' books could be meant: then nobody's is.
    """

    book: Book | None
    reading: Reading
    known: bool


class Books:
    """The books in use. Without the key there are none."""

    def __init__(self, spool: Spool, key: Key | None, country: str, clock: Clock) -> None:
        self._spool, self._key, self._country, self._clock = spool, key, country, clock
        self._lock = threading.Lock()
        self._etag = ""
        self._books: list[Book] = []
        self._asked = False

    def refresh(self, platform: Platform) -> None:
        """Ask which books are in use, and open them. Raises Away or Refused."""
        if self._key is None:
            return
        answer = platform.get("books.json", self._etag)
        self._asked = True
        if answer.status == 304:
            return
        opened = [book for said in answer.json() if (book := self._open(said)) is not None]
        with self._lock:
            self._books, self._etag = opened, answer.etag

    def be_known(self, platform: Platform) -> None:
        """Ask for the books if that was never done: without them a code would read as any other text. Raises Away."""
        if not self._asked:
            self.refresh(platform)

    def ask_anew(self, platform: Platform) -> None:
        """Ask for every book again: the platform refused one. The old ones stay until the new ones are here."""
        with self._lock:
            self._etag = ""
        self.refresh(platform)

    def reply_to(self, sender: str) -> str:
        """Return the one sentence that answers whatever this number writes; "" for none.

        Only a number that a book names is answered. Were the mark of an earlier code enough, an answer would tell a
        stranger which of the words that they tried is one.
        """
        named = [book for book in self._in_use() if sender in book.numbers]
        return min(named, key=lambda book: (not book.current, book.id)).reply if named else ""

    def grown(self, people: Mapping[str, int]) -> bool:
        """Return whether a book's two who see that somebody was forced are two no longer, by circles' people."""
        named = {book.duress_circle for book in self._in_use() if book.duress_circle}
        return any(people.get(circle, 2) != 2 for circle in named)

    def mark(self, book: Book, sender: str) -> bytes:
        """Return what is kept so that this number is known to have written in this collective's code."""
        assert self._key is not None
        return self._key.hashed("number", book.collective, sender)

    def of_number(self, sender: str) -> list[Book]:
        """Return the books of the collectives that this number is known to belong to."""
        return [book for book in self._in_use() if self._belongs(book, sender)]

    def means(self, sender: str, text: str) -> Meant | None:
        """Return what a text from a number means; None when no book that is its own reads it.

        A number that is known as one collective's is never read with another's book.
        """
        books, own = self._in_use(), self.of_number(sender)
        collectives = {book.collective for book in own}
        tried = [book for book in books if (book.collective in collectives if own else not book.only_these)]
        readings = [(book, found) for book in tried if (found := read(book.entries, text)) is not None]
        if not readings:
            return None
        if len({book.collective for book, _found in readings}) > 1:
            return Meant(None, _unsure([found for _book, found in readings]), bool(own))
        readings.sort(key=lambda pair: not pair[0].current)
        book, reading = readings[0]
        if any(_codes(found) != _codes(reading) for _book, found in readings):
            reading = _unsure([found for _book, found in readings])
        return Meant(book, reading, bool(own))

    def _belongs(self, book: Book, sender: str) -> bool:
        # Where only the listed numbers are read, having written before counts for nothing: that phone may be taken.
        return sender in book.numbers or (not book.only_these and self._spool.knows(self.mark(book, sender)))

    def _in_use(self) -> list[Book]:
        today = self._clock.now().date()
        with self._lock:
            return [book for book in self._books if book.until is None or book.until >= today]

    def _open(self, said: dict[str, Any]) -> Book | None:
        assert self._key is not None
        try:
            inside = self._key.open(from_b64(said["sealed"]))
            return self._read(said, inside)
        except (DomainError, KeyError, TypeError, ValueError, json.JSONDecodeError):
            return None  # sealed to another key, or written by hands that mistook the shape: it reads nothing

    def _read(self, said: dict[str, Any], inside: dict[str, Any]) -> Book:
        entries = tuple(Entry(str(one["say"]), str(one["sort"]), str(one["value"])) for one in inside["entries"])
        if inside["type"] != "codebook" or not all(_is_entry(one) for one in entries):
            raise ValueError
        return Book(
            id=said["id"],
            collective=said["collective"],
            name=said["name"],
            municipality=said["municipality"],
            current=said["current"],
            until=date.fromisoformat(said["until"]) if said["until"] else None,
            entries=entries,
            reply=str(inside.get("reply") or ""),
            duress_circle=str(inside.get("duress_circle") or ""),
            numbers=frozenset(number(str(one), self._country) for one in inside.get("numbers") or []),
            only_these=bool(inside.get("only_these")),
        )


def _is_entry(entry: Entry) -> bool:
    codes = {"kind": KINDS, "urgency": URGENCIES}
    if entry.sort == "zone":
        return ids.parse_id(entry.value) is not None
    return entry.sort in SORTS and entry.value in codes.get(entry.sort, (entry.value,))


def _codes(reading: Reading) -> tuple[object, ...]:
    # Not the duress word: that only one of two books has it must change nothing that others see.
    return reading.kind, reading.urgency, reading.zone


def _unsure(readings: list[Reading]) -> Reading:
    """Return what can be said when several readings differ: nothing but whether one of them holds a duress word."""
    duress = [one for one in readings if one.duress]
    return Reading(None, None, None, bool(duress), False, (duress or readings)[0].rest)
