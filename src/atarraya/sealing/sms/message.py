"""A whole sealed SMS: 160 letters and digits, always. It opens to one key and names nobody.

119 bytes: version (4 bits) and the number of the inbox's list (12 bits) · HPKE's key (32) · sealed: head, text, tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from atarraya.sealing.encoding import from_b64
from atarraya.sealing.refusals import SmsRefused
from atarraya.sealing.sms import fivebit, head, model
from atarraya.sealing.sms.head import Head

VERSION = 1
LENGTH = 160
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RUN = re.compile(r"[0-9A-Za-z]{100,}")  # no word is as long: a message, perhaps cut
_BYTES = 119
_NUMBERS = 1 << 12
ROOM = _BYTES - 2 - 32 - 16 - head.SIZE  # bytes of text
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class Sealed:
    """What anybody sees of one: `number` is the list's, but for multiples of 4,096. `inside`: HPKE's key and text."""

    version: int
    number: int
    inside: bytes


def info(inbox: UUID, number: int) -> bytes:
    """Return what a message is tied to beside its key: it opens as no other inbox's, list's or version's."""
    return f"atarraya sms {VERSION} {inbox} {number}".encode()


def full_number(sealed: Sealed, current: int) -> int:
    """Return the newest list's number up to `current` that a message may have been sealed by; 0 or less: none."""
    return current - (current - sealed.number) % _NUMBERS


def pack(said: Head, text: str) -> bytes:
    """Return what is sealed: always as long. `text` in sms.letters. Raise SmsRefused when it does not fit."""
    coded, flags = model.encode(text, ROOM), tuple(flag for flag in said.flags if flag != "FIVE")
    if coded is None:
        coded, flags = fivebit.encode(text, ROOM), (*flags, "FIVE")
    if coded is None:
        raise SmsRefused(code="sms_long")
    return head.pack(replace(said, flags=flags)) + coded


def unpack(plaintext: bytes) -> tuple[Head, str]:
    """Return what a sealed part says; raise SmsRefused for anything that `pack` never gives."""
    if len(plaintext) != head.SIZE + ROOM:
        raise SmsRefused()
    said = head.unpack(plaintext[: head.SIZE])
    coded = plaintext[head.SIZE :]
    text = fivebit.decode(coded) if "FIVE" in said.flags else model.decode(coded)
    return replace(said, flags=tuple(flag for flag in said.flags if flag != "FIVE")), text


def fits(text: str) -> bool:
    """Return whether a text, in sms.letters, has room in one message."""
    return model.encode(text, ROOM) is not None or fivebit.encode(text, ROOM) is not None


def seal(said: Head, text: str, *, key: str, inbox: UUID, number: int) -> str:
    """Return the message for an inbox's SMS key (b64). Raise SmsRefused or NotEncoded."""
    public = X25519PublicKey.from_public_bytes(from_b64(key, 32))
    sealed = SUITE.encrypt(pack(said, text), public, info(inbox, number))
    return write(Sealed(VERSION, number % _NUMBERS, sealed))


def write(sealed: Sealed) -> str:
    """Return the 160 letters and digits of a message."""
    value = int.from_bytes((sealed.version << 12 | sealed.number).to_bytes(2, "big") + sealed.inside, "big")
    text = ""
    for _place in range(LENGTH):
        value, digit = divmod(value, 62)
        text = _DIGITS[digit] + text
    return text


def read(text: str) -> Sealed:
    """Return what a received SMS holds; raise SmsRefused when it is no sealed message of a known version."""
    letters = text.strip()
    if len(letters) != LENGTH or not letters.isascii() or not letters.isalnum():
        raise SmsRefused()
    value = 0
    for letter in letters:
        value = value * 62 + _DIGITS.index(letter)
    if value >> (8 * _BYTES):
        raise SmsRefused()
    whole = value.to_bytes(_BYTES, "big")
    start = int.from_bytes(whole[:2], "big")
    if start >> 12 != VERSION:
        raise SmsRefused()
    return Sealed(VERSION, start % _NUMBERS, whole[2:])


def found(text: str) -> str | None:
    """Return the whole sealed message in a received SMS, whatever was put around it; None when there is none.

    Whoever can open it sees whether it is damaged.
    """
    run = _RUN.search(text)
    if run is None:
        return None
    try:
        read(run[0])
    except SmsRefused:
        return None
    return run[0]
