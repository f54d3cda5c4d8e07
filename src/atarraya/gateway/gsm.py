"""The alphabet of plain SMS (GSM 03.38): one letter outside it turns 160 letters into 70, or arrives as “?”."""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
ONE_SMS = 160


def is_gsm7(text: str) -> bool:
    """Return whether every letter is in the alphabet."""
    return all(letter in BASIC or letter in EXTENDED for letter in text)


def length(text: str) -> int:
    """Return how many of the 160 places a text takes."""
    return sum(2 if letter in EXTENDED else 1 for letter in text)


def plain(text: str) -> str:
    """Return the text with what is outside the alphabet written as near as it can be: á as a, ñ as it is."""
    return "".join(letter if letter in BASIC or letter in EXTENDED else _nearest(letter) for letter in text)


def _nearest(letter: str) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return bare if bare and is_gsm7(bare) else "?"
