"""Cells of tables that a spreadsheet opens."""

from __future__ import annotations

import unicodedata

_BEGINS_A_FORMULA = frozenset("=+-@\t\r\n|%")


def defused(text: str) -> str:
    """Return `text` with an apostrophe in front if a spreadsheet might run it: wide letters and spaces before count."""
    plain = unicodedata.normalize("NFKC", text[:64])
    begins = plain[:1] in _BEGINS_A_FORMULA or plain.lstrip()[:1] in _BEGINS_A_FORMULA
    return "'" + text if plain and begins else text
