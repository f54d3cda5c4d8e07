"""Opening an export's envelopes with the keys that are here, and saying of each that stays closed why it does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from atarraya.sealing.envelopes import BUCKETS, MOST_STANZAS
from atarraya_workbench.folder import Export, Header
from atarraya_workbench.keys import agefiles, sms
from atarraya_workbench.keys.agefiles import Damaged, Sealed
from atarraya_workbench.keys.ring import Ring

_NONCE_AND_TAG = 32
Payload = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """An envelope that opened."""

    header: Header
    payload: Payload


@dataclass
class Opened:
    """What came of a whole export. `closed`: for other circles, or for nobody, as every check-in is.

    `other_inbox`: of an inbox that no circle here serves. `missing_keys`: sealed to (circle's name, number of its key)
    whose key is not here though another key of that circle is. `damaged` and `missing`: ids.
    """

    entries: list[Entry] = field(default_factory=list)
    closed: int = 0
    other_inbox: int = 0
    missing_keys: Counter[tuple[str, int]] = field(default_factory=Counter)
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def open_all(export: Export, ring: Ring, step: Callable[[], None] = lambda: None) -> Opened:
    """Try every envelope, calling `step` after each. Never raises for one that is damaged."""
    found = Opened()
    for header in export.headers:
        _open_one(export, ring, header, found)
        step()
    return found


def shape(blob: bytes, recipients: tuple[str, ...]) -> Sealed:
    """Return an envelope taken apart; raise Damaged if it has not the shape that its list asks for."""
    sealed = agefiles.read(blob)
    count = len(sealed.stanzas)
    if not 1 <= count <= MOST_STANZAS or len(sealed.body) - _NONCE_AND_TAG not in BUCKETS:
        raise Damaged()
    if recipients and count != len(recipients):
        raise Damaged()
    return sealed


def _open_one(export: Export, ring: Ring, header: Header, found: Opened) -> None:
    blob = export.sealed(header)
    if blob is None:
        found.missing.append(header.id)
        return
    recipients = export.recipients(header)
    try:
        sealed = shape(blob, recipients)
        file_key = _file_key(sealed, recipients, ring)
        if file_key is None:
            _say_why(export, recipients, ring, found)
        else:
            payload = _payload(agefiles.open_with(sealed, file_key))
            found.entries.append(Entry(header, sms.inside(export, ring, header, payload)))
    except Damaged:
        found.damaged.append(header.id)


def _file_key(sealed: Sealed, recipients: tuple[str, ...], ring: Ring) -> bytes | None:
    """Return the file key. Where the list is known, a key tries its own stanza only."""
    for place, stanza in enumerate(sealed.stanzas):
        if recipients:
            keys = [ring.keys[recipients[place]]] if recipients[place] in ring.keys else []
        else:
            keys = list(ring.keys.values())
        for secret in keys:
            file_key = agefiles.unwrap(stanza, secret)
            if file_key is not None:
                return file_key
    return None


def _say_why(export: Export, recipients: tuple[str, ...], ring: Ring, found: Opened) -> None:
    owners = [owner for owner in map(export.served_by, recipients) if owner]
    tried = any(recipient in ring.keys for recipient in recipients) or not recipients
    lacking = [(circle.name, epoch.number) for circle, epoch in owners if ring.holds(circle.id)]
    if tried:
        found.closed += 1
    elif lacking:
        found.missing_keys[lacking[0]] += 1
    else:
        found.other_inbox += 1


def _payload(plaintext: bytes) -> Payload:
    length = int.from_bytes(plaintext[:4], "big")
    if len(plaintext) not in BUCKETS or length > len(plaintext) - 4 or any(plaintext[4 + length :]):
        raise Damaged()
    try:
        payload = json.loads(plaintext[4 : 4 + length], parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Damaged() from None
    if not isinstance(payload, dict) or payload.get("v") != 1 or not isinstance(payload.get("type"), str):
        raise Damaged()
    return payload


def _refuse(name: str) -> None:
    raise ValueError(name)
