"""A promise of exact words: the hash is given first; words and salt come only with another person's approval (R10)."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping

from atarraya.sealing.canonical import canonical
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotEncoded


def commit(proposal: Mapping[str, object]) -> tuple[str, str, str]:
    """Return (hash, salt, text) of a proposal: hash and salt b64, text canonical. For demo and tests."""
    salt, text = os.urandom(16), canonical(dict(proposal))
    return to_b64(_hash(salt, text)), to_b64(salt), text


def matches(digest: str, salt: str, text: str) -> bool:
    """Return whether b64 `digest` is SHA-256(b64 16-byte `salt` ‖ `text`); False for anything malformed."""
    try:
        return hmac.compare_digest(_hash(from_b64(salt, 16), text), from_b64(digest, 32))
    except (NotEncoded, UnicodeEncodeError):
        return False


def _hash(salt: bytes, text: str) -> bytes:
    return hashlib.sha256(salt + text.encode()).digest()
