"""The one text that two people agree on, and the guards that read it again on the server (R10, US-4 AC2).

A text is canonical JSON (`sealing.canonical`) of one Struct; the writer commits to its hash, the approver sends it.
Only codes, ids and one short summary fit in it: no other field can carry a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import BadText
from atarraya.sealing.canonical import parse_canonical
from atarraya.sealing.refusals import NotEncoded

Id = Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", max_length=36)]
Act = Annotated[str, Meta(pattern="^[a-z_]{1,24}$", max_length=24)]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10)]
Hour = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$", max_length=13)]
Municipality = Annotated[str, Meta(min_length=1, max_length=10)]
Summary = Annotated[str, Meta(max_length=280)]
Consent = Literal["NET_SUMMARY", "PUBLIC_SUMMARY"]

GUARDS = ("digits", "contact", "place", "consent", "name")


class ActText(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An act on an alert that stands: its name, the alert, the version its writer saw, and what the act needs.

    `answer` is the neutral phrase for reporters, `until` the hour (network's time zone) at which it shall lapse,
    `into` the alert it is joined to, `summary` what may be public.
    """

    v: Literal[1]
    act: Act
    alert: Id
    version: Annotated[int, Meta(ge=1)]
    outcome: Literal[rules.OUTCOMES] | None = None  # type: ignore[valid-type]
    answer: Literal[rules.ANSWERS] | None = None  # type: ignore[valid-type]
    into: Id | None = None
    until: Hour | None = None
    urgency: Literal["NOW", "DAYS", "KNOW"] | None = None
    summary: Summary = ""
    consents: Annotated[list[Consent], Meta(max_length=2)] = []


class AlertText(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What an alert says: for `publish`, `publish_confirmed` (alert null, version 0) and `correct`.

    `day` is when it was (today or before; null: now), `when` a part of that day, `collective` who speaks (null: the
    team), `public` whether it is for the public too (only what is confirmed).
    """

    v: Literal[1]
    act: Literal["publish", "publish_confirmed", "correct"]
    alert: Id | None = None
    version: Annotated[int, Meta(ge=0)] = 0
    kind: Literal[rules.KINDS]  # type: ignore[valid-type]
    municipality: Municipality
    zone: Id | None = None
    urgency: Literal["NOW", "DAYS", "KNOW"]
    seen: Literal["SAW", "TOLD"] = "TOLD"
    day: Day | None = None
    when: Literal["", "DAWN", "MORNING", "AFTERNOON", "NIGHT"] = ""
    summary: Summary = ""
    advice: Literal[rules.ADVICES]  # type: ignore[valid-type]
    reach: Literal["NEAR", "NETWORK"] = "NETWORK"
    collective: Id | None = None
    public: bool = False
    consents: Annotated[list[Consent], Meta(max_length=2)] = []


Text = ActText | AlertText
_WHOLE = frozenset({"publish", "publish_confirmed", "correct"})


def read(act: str, text: str) -> Text:
    """Return the text of `act`, or raise BadText: it must be the canonical JSON of its Struct and nothing more."""
    try:
        plain = parse_canonical(text)
        found: Text = msgspec.convert(plain, AlertText) if act in _WHOLE else msgspec.convert(plain, ActText)
    except (NotEncoded, msgspec.ValidationError) as fault:
        raise BadText() from fault
    if found.act != act or not _plain(found.summary):
        raise BadText()
    return found


def alert_of(text: Text) -> UUID | None:
    """Return the alert that a text is about; None when it makes a new one."""
    return UUID(text.alert) if text.alert else None


def _plain(summary: str) -> bool:
    # Printable, one line, and not padded with spaces: what is read is what was agreed.
    return summary.isprintable() and summary == " ".join(summary.split())


# Telephones here have ten digits, identity numbers six to ten; spaces and marks between them do not hide them.
_DIGITS = re.compile(r"(?:\d[\s.,\-–/()]{0,2}){5,}\d")
_CONTACT = re.compile(r"(?i)@|https?:|www\.|\b[\w-]+\.(?:com|org|net|co|info|gov|edu|io|me)\b")
_COORDINATES = re.compile(r"\d{1,3}[.,]\d{3,}\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}|\d\s*°")
_FINE = re.compile(
    r"\b(?:[Vv]ereda|[Cc]aser[ií]o|[Cc]orregimiento|[Bb]arrio|[Ff]inca|[Cc]alle|[Cc]arrera|[Kk]il[oó]metro|[Kk]m)"
    r"\s+(?:[A-ZÁÉÍÓÚÑ]|\d)"
)


def guards(text: Text, *, kind: str, zone_may_show: bool, too_fine: Iterable[str] = ()) -> list[str]:
    """Return the codes of the guards that stop this text. `kind` is the alert's, after the act.

    `too_fine` are names of places that the summary may not say. A net for a tired person, no proof: it finds
    numbers, addresses and places by their shape.
    """
    summary = text.summary
    found = {
        "digits": bool(_DIGITS.search(summary)),
        "contact": bool(_CONTACT.search(summary)),
        "place": not zone_may_show or _too_fine(summary, too_fine),
        "consent": bool(consents_needed(text, kind) - set(text.consents)),
    }
    return [code for code, stands in found.items() if stands]


def _too_fine(summary: str, names: Iterable[str]) -> bool:
    said = f" {_bare(summary)} "
    named = any(f" {_bare(name)} " in said for name in names)
    return named or bool(_COORDINATES.search(summary) or _FINE.search(summary))


def _bare(text: str) -> str:
    """Return lower-case words without accents or marks, so that no spelling hides a name."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(letter for letter in plain if not unicodedata.combining(letter))))


def consents_needed(text: Text, kind: str) -> frozenset[str]:
    """Return the consents a text must carry: for what falls on a person, for any summary, and for the public."""
    needed = set()
    if isinstance(text, AlertText) and (text.summary or kind in rules.ON_A_PERSON):
        needed.add("NET_SUMMARY")
    if text.act == "make_public" or (isinstance(text, AlertText) and text.public):
        needed.add("PUBLIC_SUMMARY")
    return frozenset(needed)
