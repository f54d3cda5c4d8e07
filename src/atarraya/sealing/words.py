"""Words for receipts (5) and key phrases (7): 11 bits each, from words.txt, which the browser's list is built from."""

from __future__ import annotations

import re
import secrets
import unicodedata
from importlib import resources


def _read() -> tuple[str, ...]:
    text = resources.files("atarraya.sealing").joinpath("words.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


WORDS = _read()
_KNOWN = frozenset(WORDS)


def draw(count: int) -> list[str]:
    """Return `count` words drawn evenly by the system's own source of chance."""
    return [secrets.choice(WORDS) for _ in range(count)]


def plain(typed: str) -> list[str]:
    """Return what was typed or said as plain words: small letters, no accents, any separator."""
    bare = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", typed)).lower()
    return [word for word in re.split(r"[^a-z]+", bare) if word]


def unknown(words: list[str]) -> list[int]:
    """Return the places of the words that are not in the list."""
    return [place for place, word in enumerate(words) if word not in _KNOWN]
