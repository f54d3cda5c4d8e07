"""The letters a sealed SMS can carry, and what any typed text becomes in them."""

from __future__ import annotations

import re
import unicodedata

# The most frequent first: the text model's numbers stay small. Frozen with version 1.
LETTERS = ". eaosnrdlicutmpbgvqyhfzjñxkw,0123456789?¿!¡:;()\"'-/+%&@#*=$°_\n"
UNKNOWN = "*"
_SAME = str.maketrans(
    {
        **dict.fromkeys("“”«»", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("–—", "-"),
        "…": "...",
        "º": "°",
        "ʉ": "u",
        "ɨ": "i",
    }
)
_KEPT = frozenset(LETTERS)


def plain(typed: str) -> str:
    """Return what will be read: small letters without accents (ñ stays), single spaces; `*` for what has no place."""
    text = unicodedata.normalize("NFC", typed).lower().translate(_SAME)
    text = re.sub(r"[ \t\r\f\v\u00a0]+", " ", text)
    text = re.sub(r" *\n[ \n]*", "\n", text)
    return "".join(_letter(character) for character in text).strip(" \n")


def _letter(character: str) -> str:
    if character in _KEPT:
        return character
    base = unicodedata.normalize("NFD", character)[0]
    if base in _KEPT:
        return base
    return "" if unicodedata.category(character).startswith("M") else UNKNOWN
