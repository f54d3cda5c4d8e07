"""What points and desks send, sealed as their pages seal it and handed to the same services."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from atarraya.alerts.services import attachments, notes, receive
from atarraya.alerts.shapes import ReportHeader, Share
from atarraya.demo.keyring import Cast, Person, Spot
from atarraya.demo.people import CIRCLES
from atarraya.kernel import clock, ids
from atarraya.network import queries
from atarraya.network.services import points
from atarraya.sealing import envelopes, phones
from atarraya.sealing import receipts as receipt_words
from atarraya.sealing.encoding import from_b64, to_b64

NOBODY = ""


@dataclass
class Told:
    """An account as its point and its readers know it."""

    id: UUID
    thread: UUID
    municipality: str
    circle: str
    reply: str
    thread_key: str
    words: str = ""
    answers: int = 0


def places(cast: Cast, circle: str) -> list[bool]:
    """Return which stanzas are real when `circle` is addressed (NOBODY: none)."""
    return [name == circle for name, _purpose in CIRCLES]


def recipients(cast: Cast) -> list[str]:
    """Return the recipients of the inbox, in stanza order. No circle of the story ever changes its key."""
    if not cast.recipients:
        cast.recipients = [queries.current_epoch(cast.rings[name].circle).recipient for name, _purpose in CIRCLES]
    return cast.recipients


def number(cast: Cast) -> int:
    """Return the number of the inbox's list: its first and only one."""
    return 1


def send(
    cast: Cast,
    spot: Spot,
    *,
    circle: str = NOBODY,
    account: Mapping[str, Any] | None = None,
    share: Share | None = None,
    urgency: str | None = None,
    age: str = "H1",
    keep_words: bool = False,
    photo: bool = False,
) -> Told:
    """Send one entry through a point: a report, a coded warning, a check-in or a discreet report.

    `keep_words` makes a real receipt (slow on purpose); otherwise its halves are random. `photo` attaches a drawing.
    """
    kept = receipt_words.new(queries.the_network().id) if keep_words else None
    lookup, erase_hash, reply, thread_key, claim_hash = _halves(kept)
    pk, thread = ids.new_id(), ids.new_id()
    payload = {
        "v": 1,
        "type": "report" if circle else "checkin",
        "thread": str(thread),
        **(account or {}),
        "reply_key": reply,
        "thread_key": thread_key,
        "claim_hash": claim_hash,
        **({"attachments": [attach(thread_key, drawing(), "photo", "image/png")]} if photo else {}),
    }
    route = {"inbox": str(cast.inbox.pk), "number": number(cast), "municipality": spot.point.municipality}
    halves = {"lookup": lookup, "erase_hash": erase_hash}
    header = ReportHeader(id=str(pk), urgency=urgency, age=age, share=share, **route, **halves)  # type: ignore[arg-type]
    envelope = envelopes.seal(payload, recipients(cast), places(cast, circle))
    receive.receive_report(access=points.authenticate(spot.device), header=header, envelope=envelope)
    said = " ".join(kept.words) if kept else ""
    return Told(pk, thread, spot.point.municipality, circle, reply, thread_key, said)


def _halves(kept: receipt_words.Receipt | None) -> list[str]:
    if kept is not None:
        return [kept.lookup, kept.erase_hash, kept.reply, kept.thread, kept.claim_hash]
    return [to_b64(os.urandom(32)) for _half in range(5)]


def note(
    cast: Cast, person: Person, told: Told, act: Mapping[str, Any], *, keep: str = "case", answer: str = ""
) -> None:
    """Add a sealed note to an account's thread, as its desk would. `answer` is its state, where it answers."""
    pk = ids.new_id()
    payload = {
        "v": 1,
        "type": "note",
        "thread": str(told.thread),
        "by": str(person.member.pk),
        "alias": person.member.alias,
        "at": clock.now().strftime("%Y-%m-%dT%H:%M"),
        **act,
    }
    erase_hash = receipt_words.thread_erase_hash(from_b64(told.thread_key, 32), pk)
    lookup, reply = to_b64(os.urandom(32)), None
    if answer:
        told.answers += 1
        lookup = receipt_words.answer_lookup(told.reply, told.answers)
        reply = phones.seal_reply(told.reply, {"s": answer, "p": act["phrase"], "d": clock.today().isoformat()})
    notes.add_note(
        person.member,
        cast.inbox,
        number(cast),
        envelopes.seal(payload, recipients(cast), places(cast, told.circle)),
        lookup,
        to_b64(erase_hash),
        told.municipality,
        None,
        keep,
        note_id=pk,
        reply=reply,
    )


def answer(cast: Cast, person: Person, told: Told, state: str, phrase: str) -> None:
    """Write the sealed answer that the receipt's words open, and note that it was written."""
    note(cast, person, told, {"act": "answer", "phrase": phrase}, answer=state)


def attach(thread_key: str, content: bytes, kind: str, media: str) -> dict[str, Any]:
    """Keep a sealed file in slices and return what the account says of it."""
    attachment, key = ids.new_id(), os.urandom(32)
    erase_hash = to_b64(receipt_words.thread_erase_hash(from_b64(thread_key, 32), attachment))
    pieces = phones.seal_slices(attachment, key, content)
    for index, sealed in enumerate(pieces):
        attachments.keep_slice(attachment, index, sealed, erase_hash)
    return {
        "id": str(attachment), "key": to_b64(key), "kind": kind, "type": media, "size": len(content),
        "chunks": len(pieces),
    }  # fmt: skip


def drawing(width: int = 240, height: int = 160) -> bytes:
    """Return a small PNG of an invented river bend: a photograph that shows nobody."""
    rows = []
    for y in range(height):
        bend = width // 2 + (y * y) // 180 - 40
        rows.append(b"\0" + bytes(b for x in range(width) for b in _colour(x, y, bend, height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _colour(x: int, y: int, bend: int, height: int) -> tuple[int, int, int]:
    if y < height // 4:
        return (214, 222, 219)
    if abs(x - bend) < 14 + y // 5:
        return (122, 104, 78)
    return (70 + (x * 7 + y * 3) % 18, 96 + (x * 5 + y * 11) % 22, 62)
