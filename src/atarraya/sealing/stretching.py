"""One slow hash for the few short secrets and words that people carry, so that trying many costs dearly."""

from __future__ import annotations

import hashlib


def stretch(text: str, *, salt: bytes, rounds: int, size: int) -> bytes:
    """Return `size` bytes of PBKDF2-HMAC-SHA256, as browsers compute them too."""
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt, rounds, size)
