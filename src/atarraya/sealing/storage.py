"""One more seal around what is stored, under a key of its own in another table: destroying the key erases (R23)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from atarraya.sealing.refusals import NotEncoded

OVERHEAD = 28


def encrypt(blob: bytes) -> tuple[bytes, bytes]:
    """Return (fresh 32-byte key, stored bytes: nonce 12 ‖ ChaCha20-Poly1305), 28 bytes longer than `blob`."""
    key = ChaCha20Poly1305.generate_key()
    return key, encrypt_under(key, blob)


def encrypt_under(key: bytes, blob: bytes) -> bytes:
    """Return the stored bytes of `blob` under a 32-byte key that the caller keeps or derives."""
    nonce = os.urandom(12)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, blob, None)


def decrypt(key: bytes, stored: bytes) -> bytes:
    """Return the blob; raise NotEncoded if the stored bytes or the key were altered."""
    try:
        return ChaCha20Poly1305(bytes(key)).decrypt(bytes(stored[:12]), bytes(stored[12:]), None)
    except (InvalidTag, ValueError) as fault:
        raise NotEncoded(code="storage_damaged") from fault
