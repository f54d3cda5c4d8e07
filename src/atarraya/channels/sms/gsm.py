"""The alphabet of plain SMS (GSM 03.38): one letter outside it turns 160 letters into 70, or arrives as “?”."""

from __future__ import annotations

import re
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


_POINTS = re.compile(r"\d|@|/|\w\.\w")


def foreign(text: str) -> list[str]:
    """Return the letters that plain SMS do not carry as they are, each once."""
    return list(dict.fromkeys(letter for letter in text if letter not in BASIC and letter not in EXTENDED))


def notice_fault(text: str) -> str:
    """Return why a text may not be a notice by SMS, or "": `letters`, `long`, `points` (a number, link or address).

    Asked where it is chosen and again by the gateway, which takes the sentence from a platform that may be altered.
    """
    if foreign(text) or not text.strip():
        return "letters"
    if length(text) > ONE_SMS:
        return "long"
    return "points" if _POINTS.search(text) or "\n" in text or "\r" in text else ""
