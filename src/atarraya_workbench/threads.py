"""Turns opened entries into threads, as the desk does: what ties a note to its account is inside the seal only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotEncoded
from atarraya_workbench.keys.opening import Entry, Payload

_RANK = {"NOW": 0.0, "DAYS": 1.0, "KNOW": 2.0}
_UNKNOWN = 1.5


@dataclass
class Thread:
    """An account and what was noted of it, oldest note first. `kept`: the account is the copy of a case."""

    id: str
    root: Entry | None = None
    account: Payload = field(default_factory=dict)
    notes: list[Entry] = field(default_factory=list)
    kept: bool = False

    @property
    def header(self) -> Any:
        """What the server knew of the account, or of the first note where the account is gone."""
        return (self.root or self.notes[0]).header

    @property
    def entries(self) -> list[str]:
        """The ids of all envelopes of this thread."""
        return sorted({entry.header.id for entry in ([self.root] if self.root else []) + self.notes})

    @property
    def municipality(self) -> str:
        return said(self.account, "municipality") or str(self.header.municipality)

    @property
    def urgency(self) -> str:
        return said(self.account, "urgency") or str(self.header.urgency)

    @property
    def state(self) -> str:
        return self._newest("state", "state") or "OPEN"

    @property
    def grade(self) -> str:
        """Source and information, as B2; empty where nobody graded."""
        return self._newest("grade", "source") + self._newest("grade", "info")

    def _newest(self, act: str, name: str) -> str:
        found = [said(note.payload, name) for note in self.notes if note.payload.get("act") == act]
        return found[-1] if found else ""


def said(payload: object, name: str) -> str:
    """Return a member of what was sealed if it is a text: whoever writes may seal anything."""
    value = payload.get(name) if isinstance(payload, dict) else None
    return value if isinstance(value, str) else ""


def threads_of(entries: Iterable[Entry]) -> list[Thread]:
    """Return threads that have an account: open ones first, then by urgency, then the newest day."""
    threads: dict[str, Thread] = {}
    claims: list[Entry] = []
    for entry in entries:
        kind, known = entry.payload["type"], said(entry.payload, "thread")
        if kind == "note" and entry.payload.get("act") == "false_alarm":
            claims.append(entry)
        elif known:
            _put(threads.setdefault(known, Thread(known)), kind, entry)
    for thread in threads.values():
        _settle(thread)
    found = [thread for thread in threads.values() if thread.account]
    _join_claims(found, claims)
    found.sort(key=lambda one: one.id)
    found.sort(key=lambda one: one.header.day, reverse=True)
    return sorted(found, key=lambda one: (one.state == "DONE", _RANK.get(one.urgency, _UNKNOWN)))


def _put(thread: Thread, kind: str, entry: Entry) -> None:
    # A phone that was closed in the middle may send what was answered so far: a draft stands until its report comes.
    finished = thread.account.get("type") == "report"
    if kind == "report" or (kind == "draft" and not finished):
        thread.root, thread.account = entry, entry.payload
    elif kind == "note":
        thread.notes.append(entry)


def moment(entry: Entry) -> str:
    """Return when a note was written, as it says itself, or the day it came."""
    return said(entry.payload, "at") or str(entry.header.day)


def _settle(thread: Thread) -> None:
    thread.notes.sort(key=lambda note: (moment(note), note.header.id))
    for note in thread.notes:
        copy = note.payload.get("account")
        if note.payload.get("act") == "keep" and not thread.account and isinstance(copy, dict):
            thread.account, thread.kept = copy, True


def _join_claims(threads: list[Thread], claims: list[Entry]) -> None:
    by_hash: dict[str, Entry] = {}
    for claim in claims:
        try:
            digest = hashlib.sha256(from_b64(said(claim.payload, "claim"), 32)).digest()
        except NotEncoded:
            continue
        by_hash.setdefault(to_b64(digest), claim)
    for thread in threads:
        claim_of = by_hash.get(said(thread.account, "claim_hash"))
        if claim_of is not None:
            thread.notes.append(claim_of)
