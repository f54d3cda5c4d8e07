"""Opens what the server can't: for tests and the demonstration, with the keys of circles, members and receipts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from atarraya.sealing import receipts
from atarraya.sealing.encoding import from_b64, from_checked, grouped, plain_crockford
from atarraya.sealing.envelopes import BUCKETS
from atarraya.sealing.sms import message as sms
from atarraya.sealing.sms.head import Head
from atarraya.sealing.words import plain

derive_receipt = receipts.derive


def open_envelope(blob: bytes, identities: Iterable[str]) -> dict[str, Any] | None:
    """Return the payload, or None if none of the AGE-SECRET-KEY-1… opens it. Raise ValueError on wrong padding."""
    keys = [pyrage.x25519.Identity.from_str(identity) for identity in identities]
    try:
        plaintext = pyrage.decrypt(bytes(blob), keys)
    except pyrage.DecryptError:
        return None
    length = int.from_bytes(plaintext[:4], "big")
    if len(plaintext) not in BUCKETS or length > len(plaintext) - 4 or any(plaintext[4 + length :]):
        raise ValueError("padding")
    return json.loads(plaintext[4 : 4 + length])


def open_reply(slot: bytes, reply_key: str) -> dict[str, str] | None:
    """Return the answer in a 96-byte slot, or None if nobody has written one for this b64 key."""
    try:
        text = AESGCM(from_b64(reply_key, 32)).decrypt(bytes(slot[:12]), bytes(slot[12:]), None)
    except InvalidTag:
        return None
    return json.loads(text)


def seal_reply(answer: dict[str, str], reply_key: str, nonce: bytes) -> bytes:
    """Return the 96 bytes a desk writes."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode().ljust(68)
    return nonce + AESGCM(from_b64(reply_key, 32)).encrypt(nonce, text, None)


def open_chunk(attachment: dict[str, str], index: int, sealed: bytes) -> bytes:
    """Return a slice of an attachment ({"id", "key"} as the account names it)."""
    where = index.to_bytes(4, "big")
    return AESGCM(from_b64(attachment["key"], 32)).decrypt(
        bytes(8) + where, bytes(sealed), attachment["id"].encode() + where
    )


def open_file(named: dict[str, Any], sealed: list[bytes]) -> bytes:
    """Return a whole attachment from its slices, in order."""
    assert len(sealed) == named["chunks"]
    return b"".join(open_chunk(named, index, one) for index, one in enumerate(sealed))[: named["size"]]


def open_bundle(file: bytes, identity: str) -> dict[str, Any] | None:
    """Return a key bundle sealed to a recipient."""
    try:
        return json.loads(pyrage.decrypt(bytes(file), [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError:
        return None


def open_bundle_with_phrase(file: bytes, phrase: str) -> dict[str, Any] | None:
    """Return a key bundle sealed with a key phrase of seven words."""
    return _with_secret(file, " ".join(plain(phrase)))


def open_bundle_with_code(file: bytes, code: str) -> dict[str, Any] | None:
    """Return a key bundle sealed with a recovery code."""
    from_checked(code, 20)
    return _with_secret(file, grouped(plain_crockford(code)))


def _with_secret(file: bytes, secret: str) -> dict[str, Any] | None:
    try:
        return json.loads(pyrage.passphrase.decrypt(bytes(file), secret))
    except pyrage.DecryptError:
        return None


def join_sheets(sheets: list[str]) -> bytes:
    """Return the 32-byte secret of two printed sheets: Shamir over GF(2⁸), the share's last byte is its place."""
    shares = [from_checked(sheet, 34)[:33] for sheet in sheets]
    (x1, first), (x2, second) = [(share[-1], share[:-1]) for share in shares]
    # The line through two points, at zero: (y1·x2 + y2·x1) / (x1 + x2), where + is exclusive or.
    over = _inverse(x1 ^ x2)
    return bytes(_times(_times(a, x2) ^ _times(b, x1), over) for a, b in zip(first, second, strict=True))


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    return next(b for b in range(1, 256) if _times(a, b) == 1)


def erase_hash_of(erase: str) -> bytes:
    """Return SHA-256 of a b64 erase secret."""
    return hashlib.sha256(from_b64(erase, 32)).digest()


def open_sms(text: str, secret: str, inbox: UUID, current: int) -> tuple[Head, str] | None:
    """Return head and text of a sealed SMS, or None when this key (b64) doesn't open it. Raise SmsRefused."""
    sealed = sms.read(text)
    key = X25519PrivateKey.from_private_bytes(from_b64(secret, 32))
    try:
        inside = sms.SUITE.decrypt(sealed.inside, key, sms.info(inbox, sms.full_number(sealed, current)))
    except InvalidTag:
        return None
    return sms.unpack(inside)
