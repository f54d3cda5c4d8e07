"""RSA keys for circles of tests: a few a process, since making one takes part of a second."""

from __future__ import annotations

from functools import cache
from itertools import count

from atarraya.sealing import bundles

_MADE = 4
_turn = count()


@cache
def _key(place: int) -> str:
    return bundles.new_odk_key()


def circle_bundle() -> bundles.Bundle:
    """Return a new circle's bundle; four in a row have different RSA keys."""
    return bundles.new_circle_bundle(_key(next(_turn) % _MADE))
