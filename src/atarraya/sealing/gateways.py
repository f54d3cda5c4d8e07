"""The key of an SMS gateway: what phones and browsers seal to it, and what only the process that holds it can do.

The platform and its disk know the public recipient alone. Whoever holds the identity opens what is sealed to the
gateway and can recognise a telephone number among keyed hashes; without it those hashes tell only how many there are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyrage
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from atarraya.sealing import bech32, envelopes
from atarraya.sealing.encoding import grouped, to_crockford
from atarraya.sealing.refusals import NotAnEnvelope, NotEncoded, NotForThisKey

# Bytes of what the shortest payload is filled up to.
SMALLEST = envelopes.BUCKETS[0]
_IDENTITY = "age-secret-key-"
PROOF = "proof"
# 8 MiB and some twenty milliseconds a guess: a number among a thousand million is not found by trying (decision 10).
_SLOW = 2**13


def new_key() -> tuple[str, str]:
    """Return (identity AGE-SECRET-KEY-1…, for paper; public recipient age1…) of a new gateway."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def seal(payload: Mapping[str, object], recipient: str) -> bytes:
    """Return `payload` ({"v": 1, "type": …}) sealed to a gateway alone, filled up to a bucket. Raise NotAnEnvelope."""
    return envelopes.seal(payload, [recipient], [True])


def check(blob: bytes) -> int:
    """Return the bucket of what is sealed to a gateway; raise NotAnEnvelope for anything else."""
    return envelopes.check(blob, 1)


def is_recipient(text: str) -> bool:
    """Return whether a text is a public recipient as phones and gateways have them."""
    try:
        return len(bech32.decode("age", text)) == 32
    except NotEncoded:
        return False


def short_print(recipient: str) -> str:
    """Return sixteen characters in groups of four that people compare by voice or with paper."""
    return grouped(to_crockford(hashlib.sha256(recipient.encode()).digest()[:10]))


def slow_digest(salt: bytes, parts: Sequence[str]) -> bytes:
    """Return 32 bytes that are the same for the same texts and slow to guess them from, even with the salt."""
    return Scrypt(salt, 32, n=_SLOW, r=8, p=1).derive(json.dumps(list(parts)).encode())


class Key:
    """An open gateway key. Lives in one process's memory."""

    def __init__(self, written: str) -> None:
        """Take an identity as printed or typed: spaces, breaks and small letters are undone. Raise NotEncoded."""
        plain = re.sub(r"\s", "", written).lower()
        self._secret = bech32.decode(_IDENTITY, plain)
        self._identity = pyrage.x25519.Identity.from_str(plain.upper())
        self.recipient = str(self._identity.to_public())

    def open(self, blob: bytes) -> dict[str, Any]:
        """Return the payload of what was sealed to this gateway. Raise NotAnEnvelope or NotForThisKey."""
        check(blob)
        try:
            plaintext = pyrage.decrypt(bytes(blob), [self._identity])
        except pyrage.DecryptError as fault:
            raise NotForThisKey() from fault
        length = int.from_bytes(plaintext[:4], "big")
        if length > len(plaintext) - 4 or any(plaintext[4 + length :]):
            raise NotAnEnvelope()
        try:
            payload = json.loads(plaintext[4 : 4 + length])
        except (ValueError, RecursionError) as fault:
            raise NotAnEnvelope() from fault
        if not isinstance(payload, dict) or payload.get("v") != 1:
            raise NotAnEnvelope()
        return payload

    def prove(self, blob: bytes, run: str) -> str:
        """Return the word that the platform sealed to this key for this run alone. Raise as `open`."""
        said = self.open(blob)
        if said.get("type") != PROOF or said.get("run") != run:
            raise NotAnEnvelope()  # sealed for something else: this key is nobody's opener
        return str(said.get("word"))

    def hashed(self, purpose: str, *parts: str) -> bytes:
        """Return 32 bytes that only this key can make of `parts`, for one purpose."""
        key = HKDF(hashes.SHA256(), 32, None, b"atarraya gateway " + purpose.encode()).derive(self._secret)
        return hmac.digest(key, json.dumps(list(parts)).encode(), "sha256")
