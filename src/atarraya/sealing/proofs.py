"""Proof that a run of an SMS gateway holds its key: a word that only the key opens, told back.

The platform keeps nothing while it waits: the word is made anew from its own secret, for one gateway and one run, and
is right for some minutes. Whoever asks without end makes nobody else's word wrong.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from atarraya.sealing import gateways, receipts
from atarraya.sealing.encoding import to_b64

WINDOW = 300  # seconds; the word of the window before is still right


def run_hash(run: str) -> str:
    """Return what is kept of a run's random word: whoever reads the tables cannot speak as the run."""
    return to_b64(hashlib.sha256(b"atarraya gateway run\0" + run.encode()).digest())


def asked(gateway: str, run: str, recipient: str, now: datetime) -> bytes:
    """Return the word for this run, sealed to the gateway."""
    return gateways.seal({"v": 1, "type": gateways.PROOF, "run": run, "word": _word(gateway, run, now, 0)}, recipient)


def is_right(gateway: str, run: str, word: str, now: datetime) -> bool:
    """Return whether this is the word that was sealed to the gateway for this run."""
    right = [hmac.compare_digest(_word(gateway, run, now, ago).encode(), word.encode()) for ago in (0, 1)]
    return any(right)


def _word(gateway: str, run: str, now: datetime, ago: int) -> str:
    window = int(now.timestamp()) // WINDOW - ago
    return to_b64(receipts.keyed(f"atarraya gateway proof\0{gateway}\0{run}\0{window}".encode()))
