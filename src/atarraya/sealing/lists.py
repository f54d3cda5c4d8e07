"""Whom an inbox is sealed to. Each list is signed by a key of the one before; paper carries the first fingerprint.

The server stores and hands out lists, and checks them as the phones do; it holds no key that signs one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from atarraya.sealing import bech32
from atarraya.sealing.canonical import canonical, parse_canonical
from atarraya.sealing.encoding import from_b64, grouped, plain_crockford, to_b64, to_crockford
from atarraya.sealing.refusals import ListRefused, NotEncoded
from atarraya.sealing.signing import sign_text, verify_text

MOST_RECIPIENTS = 6
MOST_SIGNERS = 64
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class State:
    """What a phone or desk holds of an inbox. From a card alone: number 0, document None."""

    fingerprint: str
    number: int = 0
    document: str | None = None


def digest(document: str) -> str:
    """Return b64 SHA-256 of a document: the next list's `previous`."""
    return to_b64(hashlib.sha256(document.encode()).digest())


def fingerprint(document: str) -> str:
    """Return 32 Crockford characters in groups of four: the first 20 bytes of SHA-256."""
    return grouped(to_crockford(hashlib.sha256(document.encode()).digest()[:20]))


def document(fields: Mapping[str, object]) -> str:
    """Return the canonical text of a list (`v` is added); raise ListRefused if it isn't one."""
    try:
        text = canonical({"v": 1, **fields})
    except NotEncoded as fault:
        raise ListRefused() from fault
    read(text)
    return text


def sign(text: str, seeds: Iterable[str]) -> dict[str, Any]:
    """Return the signed list {"document", "signatures"} under 32-byte b64 seeds. For demo and tests."""
    return {"document": text, "signatures": [sign_text("list", text, seed) for seed in seeds]}


def read(text: str) -> dict[str, Any]:
    """Return the list that `text` canonically spells; raise ListRefused."""
    try:
        fields = parse_canonical(text)
        if not isinstance(fields, dict) or not _is_list(fields):
            raise ListRefused()
        return fields
    except (NotEncoded, KeyError, ValueError, TypeError) as fault:
        raise ListRefused() from fault


def _is_list(fields: dict[str, Any]) -> bool:
    number, previous, day, inbox = fields["number"], fields["previous"], fields["day"], fields["inbox"]
    for recipient in fields["recipients"]:
        bech32.decode("age", recipient)
    for key in fields["signers"]:
        from_b64(key, 32)
    date.fromisoformat(day)
    counted = 1 <= len(fields["recipients"]) <= MOST_RECIPIENTS and 1 <= len(fields["signers"]) <= MOST_SIGNERS
    _check_sms(fields)
    _check_odk(fields)
    typed = isinstance(fields["recipients"], list) and isinstance(fields["signers"], list)
    chained = previous is None if number == 1 else len(from_b64(previous, 32)) == 32
    spelled = str(UUID(inbox)) == inbox and bool(_DAY.fullmatch(day))
    versioned = fields["v"] == 1 and fields["v"] is not True
    return versioned and counted and typed and chained and spelled and type(number) is int and number >= 1


def _check_sms(fields: dict[str, Any]) -> None:
    """Raise unless the list says no SMS keys, or one or null for each recipient, in order."""
    keys = fields.get("sms")
    if keys is None and "sms" not in fields:
        return
    if not isinstance(keys, list) or len(keys) != len(fields["recipients"]):
        raise ListRefused()
    for key in keys:
        if key is not None:
            from_b64(key, 32)


def _check_odk(fields: dict[str, Any]) -> None:
    """Raise unless the list says no ODK keys, or for each recipient, in order, the hash of one or null."""
    hashes = fields.get("odk")
    if hashes is None and "odk" not in fields:
        return
    if not isinstance(hashes, list) or len(hashes) != len(fields["recipients"]):
        raise ListRefused()
    for said in hashes:
        if said is not None:
            from_b64(said, 32)


def odk_hash(spki: str) -> str:
    """Return what a list says of an ODK key: b64 SHA-256 of the SPKI DER that `spki` (b64) spells."""
    return to_b64(hashlib.sha256(from_b64(spki)).digest())


def verify_next(previous: str | None, signed: Mapping[str, object]) -> dict[str, Any]:
    """Return the list in `signed` if it follows document `previous` (None: it is list 1); raise ListRefused.

    Follows: number one higher, same inbox, `previous` its hash, signed by a key in its `signers`. List 1 is signed by
    its own first signer.
    """
    text = signed.get("document")
    if not isinstance(text, str):
        raise ListRefused()
    fields = read(text)
    if previous is None:
        follows, signers = fields["number"] == 1, fields["signers"][:1]
    else:
        before = read(previous)
        signers = before["signers"]
        follows = (
            fields["number"] == before["number"] + 1
            and fields["inbox"] == before["inbox"]
            and fields["previous"] == digest(previous)
        )
    if not follows or not _signed_by_one(text, signed.get("signatures"), signers):
        raise ListRefused()
    return fields


def _signed_by_one(text: str, signatures: object, signers: Sequence[str]) -> bool:
    if not isinstance(signatures, list):
        return False
    mappings = [one for one in signatures if isinstance(one, Mapping)]
    return any(one.get("key") in signers and verify_text("list", text, one) for one in mappings)


def verify_chain(state: State, lists: Sequence[Mapping[str, object]]) -> State:
    """Return what to hold after `lists` (in order; the whole chain may come each time); raise ListRefused.

    Codes: `list_lower` (older than what is held), `list_fingerprint` (not the inbox on the card), `list_broken`.
    """
    if not lists:
        raise ListRefused(code="list_lower" if state.number else "list_broken")
    if state.document is None:
        return _from_the_first(state, lists)
    texts = [str(signed.get("document")) for signed in lists]
    if read(texts[-1])["number"] < state.number:
        raise ListRefused(code="list_lower")
    number, held = state.number, state.document
    for text, signed in zip(texts, lists, strict=True):
        this = read(text)["number"]
        if this > number:
            verify_next(held, signed)
            number, held = this, text
        elif this == state.number and text != state.document:
            raise ListRefused()
    return State(state.fingerprint, number, held)


def _from_the_first(state: State, lists: Sequence[Mapping[str, object]]) -> State:
    text = str(lists[0].get("document"))
    if read(text)["number"] != 1:
        raise ListRefused()
    if not same_fingerprint(fingerprint(text), state.fingerprint):
        raise ListRefused(code="list_fingerprint")
    held = None
    for signed in lists:
        verify_next(held, signed)
        held = str(signed["document"])
    return State(state.fingerprint, len(lists), held)


def same_fingerprint(one: str, other: str) -> bool:
    """Return whether two fingerprints, as printed or typed, are the same."""
    try:
        return plain_crockford(one) == plain_crockford(other)
    except NotEncoded:
        return False
