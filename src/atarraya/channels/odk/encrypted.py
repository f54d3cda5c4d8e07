"""Whether a file could be cipher text: what is written in any alphabet, or in base64, uses far fewer values."""

from __future__ import annotations

from atarraya.alerts.services.receive import looks_random

# Below this, chance could make cipher text look like letters; no answers and no photo are so short.
LEAST_TOLD = 64
_LETTERS = frozenset(b"\t\n\r") | frozenset(range(0x20, 0x7F)) | frozenset(range(0xA0, 0x100))


def looks_encrypted(content: bytes) -> bool:
    """Return whether bytes could be encrypted ones.

    Shorter than 2,048 bytes, they must also show three quarters of the values that so many random ones do on average
    (at 64 bytes that is six times their spread away), and not be letters of Latin-1 only.
    """
    if not looks_random(content):
        return False
    if not LEAST_TOLD <= len(content) < 2048:
        return True
    values = set(content)
    expected = 256 * (1 - (255 / 256) ** len(content))
    return len(values) > 0.75 * expected and not values <= _LETTERS
