"""Texts that stand for bytes, the same as static/sealing/bytes.js."""

from __future__ import annotations

import base64
import binascii
import re

from atarraya.sealing.refusals import NotEncoded

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLAIN = re.compile(r"[0-9A-HJKMNP-TV-Z]*")
_B64 = re.compile(r"[A-Za-z0-9_-]*")


def to_b64(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_b64(text: str, length: int | None = None) -> bytes:
    """Return the bytes of base64url without padding, of exactly `length` if given; raise NotEncoded."""
    if not isinstance(text, str) or not _B64.fullmatch(text):
        raise NotEncoded()
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as fault:
        raise NotEncoded() from fault
    if to_b64(value) != text or (length is not None and len(value) != length):
        raise NotEncoded()
    return value


def to_crockford(value: bytes) -> str:
    """Return Crockford base32, no groups, the last bits filled with zeros."""
    bits = len(value) * 8
    spare = -bits % 5
    number = int.from_bytes(value, "big") << spare
    return "".join(CROCKFORD[(number >> at) & 31] for at in range(bits + spare - 5, -1, -5))


def plain_crockford(text: str) -> str:
    """Undo what hands and eyes do: small letters, spaces, hyphens, O for 0, I and L for 1. Raise NotEncoded."""
    plain = re.sub(r"[\s-]", "", text.upper()).translate(str.maketrans("OIL", "011"))
    if not _PLAIN.fullmatch(plain):
        raise NotEncoded()
    return plain


def from_crockford(text: str) -> bytes:
    """Return the bytes; raise NotEncoded for a foreign character or bits that are left over."""
    plain = plain_crockford(text)
    spare = len(plain) * 5 % 8
    number = 0
    for character in plain:
        number = number << 5 | CROCKFORD.index(character)
    if spare >= 5 or number & ((1 << spare) - 1):
        raise NotEncoded()
    return (number >> spare).to_bytes(len(plain) * 5 // 8, "big")


def grouped(plain: str) -> str:
    """Return groups of four; one character left over joins the last group."""
    groups = [plain[at : at + 4] for at in range(0, len(plain), 4)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return "-".join(groups)


def check_character(plain: str) -> str:
    """Return the character that catches any one slip and any two neighbours swapped (GF(32), x⁵+x²+1)."""
    total = 0
    for character in plain:
        total = (total ^ CROCKFORD.index(character)) << 1
        if total & 32:
            total ^= 37
    return CROCKFORD[total]


def to_checked(value: bytes) -> str:
    """Return grouped Crockford with the check character at the end."""
    plain = to_crockford(value)
    return grouped(plain + check_character(plain))


def from_checked(text: str, length: int) -> bytes:
    """Return `length` bytes; raise NotEncoded on a slip."""
    plain = plain_crockford(text)
    if not plain or check_character(plain[:-1]) != plain[-1]:
        raise NotEncoded()
    value = from_crockford(plain[:-1])
    if len(value) != length:
        raise NotEncoded()
    return value
