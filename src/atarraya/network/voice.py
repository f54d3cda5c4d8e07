"""Four words of a member's key, the same on every screen: what two people compare by voice (R3).

Stretched, so that looking for another key with the same 44 bits costs 2^44 times 200,000 rounds. The browser half
is `static/network/voice.js`; `tests/vectors/voice.json` holds both to the same answers.
"""

from __future__ import annotations

from atarraya.sealing.canonical import canonical
from atarraya.sealing.stretching import stretch
from atarraya.sealing.words import WORDS

SALT = b"atarraya voice words"
ROUNDS = 200_000
COUNT = 4


def voice_words(age: str, ed25519: str) -> list[str]:
    """Return the four words of a public half (an age recipient and a b64 Ed25519 key). A tenth of a second."""
    text = canonical({"age": age, "ed25519": ed25519})
    number = int.from_bytes(stretch(text, salt=SALT, rounds=ROUNDS, size=6), "big") >> 4
    return [WORDS[(number >> 11 * place) & 2047] for place in reversed(range(COUNT))]
