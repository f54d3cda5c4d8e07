"""RSA keys for circles of tests: a few a run, or given by the process before: making one takes part of a second."""

from __future__ import annotations

import fcntl
import json
import os
from functools import cache
from itertools import count

from atarraya.sealing import bundles

_MADE = 4
_turn = count()


_given: list[str] = []
LENGTH = 2391  # of the keys that are alike in it: by chance it differs by some characters, and some four in ten are so


FILE = "TESTS_RSA_KEYS"  # names the file of the keys of a run of several processes (see tests/conftest.py)


@cache
def _key(place: int) -> str:
    if _given or FILE not in os.environ:
        return _given[place] if _given else bundles.new_odk_key()
    return of_one_length()[place]


@cache
def of_one_length() -> list[str]:
    """Return keys of one length, for who compares lengths: in a run of several processes, those of the run."""
    if FILE not in os.environ:
        return _made_of_one_length()
    with open(os.environ[FILE], "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (written := file.read()):
            file.write(written := json.dumps(_made_of_one_length()))
    keys: list[str] = json.loads(written)
    return keys


def _made_of_one_length() -> list[str]:
    found: list[str] = []
    while len(found) < _MADE:
        key = bundles.new_odk_key()
        if len(key) == LENGTH:
            found.append(key)
    return found


def use(keys: list[str]) -> None:
    """Use these keys from now on, and make none."""
    assert len(keys) == _MADE
    _key.cache_clear()
    _given[:] = keys


def circle_bundle() -> bundles.Bundle:
    """Return a new circle's bundle; four in a row have different RSA keys."""
    return bundles.new_circle_bundle(_key(next(_turn) % _MADE))
