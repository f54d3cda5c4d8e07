"""RSA keys for circles of tests: a few a process, since making one takes part of a second."""

from __future__ import annotations

from functools import cache
from itertools import count

from atarraya.sealing import bundles

_MADE = 4
_turn = count()


_wanted: list[int] = []  # a length, where keys must be alike in it


@cache
def _key(place: int) -> str:
    while True:
        key = bundles.new_odk_key()
        if not _wanted or len(key) == _wanted[0]:
            return key


def keep_to_one_length() -> None:
    """Make only keys of one length from now on, for who compares lengths: by chance it differs by some characters."""
    _key.cache_clear()
    _wanted[:] = [2391]  # some four in ten are


def circle_bundle() -> bundles.Bundle:
    """Return a new circle's bundle; four in a row have different RSA keys."""
    return bundles.new_circle_bundle(_key(next(_turn) % _MADE))
