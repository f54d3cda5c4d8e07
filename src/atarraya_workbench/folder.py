"""Reading what `atarraya export` wrote. Nothing in it is believed: every field is checked, and no file is followed."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from atarraya.sealing import lists
from atarraya.sealing.encoding import from_b64
from atarraya.sealing.refusals import ListRefused, NotEncoded
from atarraya.terminal.codes import Refused
from atarraya_workbench.words import _, language

FILE, INDEX, ENVELOPES, UNFINISHED = "workbench.json", "envelopes.csv", "envelopes", "UNFINISHED.txt"
MOST_JSON = 64 * 1024 * 1024
MOST_SEALED = 64 * 1024
MOST_SLICES = 4096


@dataclass(frozen=True)
class Header:
    """What the server knew of an entry. Nobody signs it."""

    id: str
    inbox: str
    number: int
    municipality: str
    urgency: str
    age: str
    day: str


@dataclass(frozen=True)
class Epoch:
    """One key of a circle: its public half, and its bundle sealed to the circle's three sheets."""

    number: int
    recipient: str
    offline: bytes


@dataclass(frozen=True)
class Circle:
    """A circle with all its keys, oldest first. `purpose`: what it is for, as VERIFIERS or WOMEN."""

    id: str
    name: str
    offline_recipient: str
    epochs: tuple[Epoch, ...]
    purpose: str = ""


@dataclass(frozen=True)
class Inbox:
    """An inbox: to whom each numbered list sealed, since what day. `sound`: the lists follow one another, signed.

    `fingerprint`: of its first list, as the points' cards print it; empty where that list is not here. `sms`: keys of
    sealed SMS by place, of each list.
    """

    id: str
    name: str
    recipients: dict[int, tuple[str, ...]]
    days: dict[int, str]
    sound: bool
    fingerprint: str = ""
    sms: dict[int, tuple[str | None, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Keyholder:
    """A member's own key and their circles' keys, wrapped. `wrapped`: (circle, number) → age file."""

    phrase: bytes
    code: bytes
    wrapped: dict[tuple[str, int], bytes]


@dataclass(frozen=True)
class Export:
    """An export's folder as read. `strangers`: files among the envelopes that no line names."""

    path: Path
    headers: tuple[Header, ...]
    inboxes: dict[str, Inbox]
    circles: tuple[Circle, ...]
    keyholders: tuple[Keyholder, ...]
    words: dict[str, dict[str, str]]
    strangers: int

    def sealed(self, header: Header) -> bytes | None:
        """Return the envelope's bytes, or None where its file is missing."""
        return read_file(self.path / ENVELOPES / f"{header.id}.age")

    def slices(self, attachment: str, count: int) -> list[bytes | None]:
        """Return the sealed slices of an attachment, None in the place of each that is missing."""
        try:
            place = self.path / "attachments" / str(UUID(attachment))
        except ValueError:
            return [None] * count
        return [read_file(place / f"{index:04}") for index in range(min(count, MOST_SLICES))]

    def word(self, kind: str, code: object) -> str:
        """Return the label of a code as the server said it, or the code itself."""
        if not isinstance(code, str):
            return ""
        return self.words.get(kind, {}).get(code, code)

    def served_by(self, recipient: str) -> tuple[Circle, Epoch] | None:
        """Return whose key a public recipient is."""
        for circle in self.circles:
            for epoch in circle.epochs:
                if epoch.recipient == recipient:
                    return circle, epoch
        return None

    def recipients(self, header: Header) -> tuple[str, ...]:
        """Return to whom the list of an envelope's setup sealed; empty where that list is not here."""
        inbox = self.inboxes.get(header.inbox)
        return inbox.recipients.get(header.number, ()) if inbox else ()


def read(path: Path) -> Export:
    """Return the export in a folder; raise Refused, in one sentence, for what is none or is not whole."""
    if not path.is_dir():
        raise Refused(_("There is no folder %s.") % path)
    if (path / UNFINISHED).exists():
        raise Refused(_("This export was cut off and is not whole. Ask for it again."))
    if not (path / INDEX).exists():
        raise Refused(_("%s holds no exported envelopes. They are written with: atarraya export --to FOLDER") % path)
    known = _known(path / FILE)
    try:
        headers = tuple(_headers(path / INDEX))
        inboxes = {inbox.id: inbox for inbox in map(_inbox, known["inboxes"])}
        circles = tuple(map(_circle, known["circles"]))
        keyholders = tuple(map(_keyholder, known["keyholders"]))
        words = known["words"][language()]
    except (KeyError, TypeError, ValueError, AttributeError, NotEncoded) as fault:
        raise Refused(_("This export is damaged: %s. Ask for it again.") % _where(fault)) from None
    return Export(path, headers, inboxes, circles, keyholders, words, _strangers(path, headers))


def _known(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise Refused(_("This export has no %s: it is older, or holds no envelopes. Ask for a new one.") % FILE)
    if path.stat().st_size > MOST_JSON:
        raise Refused(_("This export is damaged: %s. Ask for it again.") % FILE)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise Refused(_("This export is damaged: %s. Ask for it again.") % FILE) from None
    if not isinstance(known, dict) or known.get("v") != 1:
        raise Refused(_("This export is of a newer release than this workbench. Install that release here."))
    return known


def _where(fault: Exception) -> str:
    return INDEX if isinstance(fault, _BadLine) else FILE


class _BadLine(ValueError):
    """A line of the index that is none."""


def _headers(path: Path) -> Iterator[Header]:
    with path.open(newline="", encoding="utf-8") as file:
        try:
            for row in csv.DictReader(file):
                yield Header(
                    str(UUID(row["id"])),
                    str(UUID(row["inbox_id"])),
                    int(row["number"]),
                    *(str(row[name] or "") for name in ("municipality", "urgency", "age", "day")),
                )
        except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as fault:
            raise _BadLine() from fault


def _inbox(kept: dict[str, Any]) -> Inbox:
    recipients: dict[int, tuple[str, ...]] = {}
    days: dict[int, str] = {}
    sms: dict[int, tuple[str | None, ...]] = {}
    sound, before = True, None
    for signed in kept["lists"]:
        try:
            fields = lists.read(signed["document"])
        except ListRefused:
            sound = False
            continue
        try:
            lists.verify_next(before, signed)
        except ListRefused:
            sound = False
        before = signed["document"]
        sound = sound and fields["inbox"] == kept["id"]
        recipients[fields["number"]] = tuple(fields["recipients"])
        days[fields["number"]] = fields["day"]
        sms[fields["number"]] = tuple(fields.get("sms", ()))
    first = lists.fingerprint(kept["lists"][0]["document"]) if 1 in recipients else ""
    return Inbox(str(UUID(kept["id"])), str(kept["name"]), recipients, days, sound, first, sms)


def _circle(kept: dict[str, Any]) -> Circle:
    epochs = sorted(
        (Epoch(int(one["number"]), str(one["recipient"]), from_b64(one["offline"])) for one in kept["epochs"]),
        key=lambda epoch: epoch.number,
    )
    known = str(UUID(kept["id"])), str(kept["name"]), str(kept["offline_recipient"])
    return Circle(*known, tuple(epochs), str(kept.get("purpose", "")))


def _keyholder(kept: dict[str, Any]) -> Keyholder:
    wrapped = {(str(one["circle"]), int(one["number"])): from_b64(one["sealed"]) for one in kept["wrapped"]}
    return Keyholder(from_b64(kept["phrase"]), from_b64(kept["code"]), wrapped)


def _strangers(path: Path, headers: tuple[Header, ...]) -> int:
    place = path / ENVELOPES
    if not place.is_dir():
        return 0
    named = {f"{header.id}.age" for header in headers}
    return sum(1 for entry in os.scandir(place) if entry.name not in named)


def read_file(path: Path, most: int = MOST_SEALED) -> bytes | None:
    """Return a file's bytes, one byte more than `most` for one that is larger; None where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read(most + 1)
        except OSError:
            return None
