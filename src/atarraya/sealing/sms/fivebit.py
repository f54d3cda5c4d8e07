"""Texts in codes of five bits: the 26 letters, ñ, space, point and comma in one, all else in two. Any language fits."""

from __future__ import annotations

from atarraya.sealing.refusals import SmsRefused

_FIRST = "abcdefghijklmnñopqrstuvwxyz .,"  # codes 1 to 30
_SHIFTED = "0123456789?¿!¡:;()\"'-/+%&@#*=$°"  # after SHIFT, codes 0 to 30; 31 is a new line
_SHIFT = 31
_NEW_LINE = 31


def encode(text: str, room: int) -> bytes | None:
    """Return exactly `room` bytes, or None when the text is too long or has a letter without a code."""
    codes: list[int] = []
    for letter in text:
        if letter in _FIRST:
            codes.append(_FIRST.index(letter) + 1)
        elif letter == "\n" or letter in _SHIFTED:
            codes += [_SHIFT, _NEW_LINE if letter == "\n" else _SHIFTED.index(letter)]
        else:
            return None
    places = room * 8 // 5
    if len(codes) > places:
        return None
    number = 0
    for code in codes + [0] * (places - len(codes)):
        number = number * 32 + code
    return number.to_bytes(room, "big")


def decode(value: bytes) -> str:
    """Return the text; raise SmsRefused for what `encode` never gives."""
    number, places = int.from_bytes(value, "big"), len(value) * 8 // 5
    codes: list[int] = []
    for _place in range(places):
        number, code = divmod(number, 32)
        codes.insert(0, code)
    if number:
        raise SmsRefused()
    text, at = "", 0
    while at < places and codes[at]:
        shifted = codes[at] == _SHIFT
        if shifted and at + 1 == places:
            raise SmsRefused()
        text += _shifted(codes[at + 1]) if shifted else _FIRST[codes[at] - 1]
        at += 2 if shifted else 1
    if any(codes[at:]):
        raise SmsRefused()
    return text


def _shifted(code: int) -> str:
    return "\n" if code == _NEW_LINE else _SHIFTED[code]
