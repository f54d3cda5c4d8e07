"""Secrets that are told once and kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

from atarraya.sealing.stretching import stretch

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What a person reads or types for another character of the alphabet.
LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None, ".": None})
DEVICE_MARK = "d_"
# Links of a demonstration begin so, and no real one ever does.
DEMO_MARK = "DEM0"


def new_link_token(*, demo: bool = False) -> str:
    """Return 160 random bits as 32 Crockford characters (a demonstration's: its mark, and 140 bits)."""
    token = "".join(secrets.choice(ALPHABET) for _ in range(32))
    if demo:
        return DEMO_MARK + token[len(DEMO_MARK) :]
    return token if not token.startswith(DEMO_MARK) else new_link_token()


def is_of_demo(token: str) -> bool:
    """Return whether a link's secret, as written, is of a demonstration."""
    return as_written(token).startswith(DEMO_MARK)


def new_device_token() -> str:
    """Return 256 random bits with the mark that tells a device from a link."""
    return DEVICE_MARK + secrets.token_urlsafe(32)


def new_short_code() -> str:
    """Return 50 random bits as 10 Crockford characters, for hands without a camera."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def as_written(text: str) -> str:
    """Return the canonical form of Crockford characters as a person writes them."""
    return text.strip().upper().translate(LOOKS_LIKE)


def hashed(token: str) -> bytes:
    """Return SHA-256 of a token that has at least 160 bits of its own."""
    return hashlib.sha256(token.encode()).digest()


def peppered(code: str) -> bytes:
    """Return the slow keyed hash of a short code (32 bytes).

    Without the pepper a dump cannot be searched for it; with the pepper each of its 2^50 codes costs many hashes.
    """
    salt = hmac.new(settings.RECEIPT_PEPPER, b"short code", hashlib.sha256).digest()
    return stretch(code, salt=salt, rounds=settings.SHORT_CODE_ROUNDS, size=32)
