"""The one text of a value, byte for byte what static/sealing/canonical.js makes: what is hashed or signed."""

from __future__ import annotations

import json
from typing import Any

from atarraya.sealing.refusals import NotEncoded

_SAFE = 2**53 - 1  # JavaScript holds no larger whole number exactly


def canonical(value: object) -> str:
    """Return UTF-8-able JSON: keys in order of code points, no spaces, no ASCII escapes.

    Strings, whole numbers within ±(2⁵³ - 1), booleans, None, lists and dicts of these; raise NotEncoded on the rest.
    """
    try:
        _check(value)
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        text.encode()
    except (RecursionError, UnicodeEncodeError) as fault:
        raise NotEncoded(code="canonical") from fault
    return text


def parse_canonical(text: str) -> Any:
    """Return the value if `text` is its canonical text; raise NotEncoded otherwise."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotEncoded(code="canonical") from fault
    if canonical(value) != text:
        raise NotEncoded(code="canonical")
    return value


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int) and abs(value) <= _SAFE:
        return
    if isinstance(value, list):
        for item in value:
            _check(item)
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for item in value.values():
            _check(item)
        return
    raise NotEncoded(code="canonical")
