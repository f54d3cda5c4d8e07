"""One thing the doctor found."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FINE = "fine"
NOTE = "note"  # worth a person's look; no promise depends on it here
BROKEN = "broken"  # a promise of this software does not hold


@dataclass(frozen=True)
class Finding:
    """`check` names what was looked at, always alike; `sentence` says what was found and what to do."""

    check: str
    level: str
    sentence: str


Check = Callable[[argparse.Namespace], Iterator[Finding]]


def found(check: str, sound: bool, fine: str, otherwise: str, *, level: str = BROKEN) -> Finding:
    """Return FINE with one sentence or `level` with the other."""
    return Finding(check, FINE, fine) if sound else Finding(check, level, otherwise)
