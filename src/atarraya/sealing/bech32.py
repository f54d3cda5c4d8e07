"""Bech32, as age spells its keys: `age1…` recipients and `AGE-SECRET-KEY-1…` identities of 32 bytes."""

from __future__ import annotations

from atarraya.sealing.refusals import NotEncoded

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _checksum(prefix: str, digits: list[int]) -> int:
    total = 1
    for value in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *digits]:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            total ^= generator if top >> bit & 1 else 0
    return total


def encode(prefix: str, value: bytes) -> str:
    """Return the small-letter bech32 text of `value`."""
    spare = -len(value) * 8 % 5
    number = int.from_bytes(value, "big") << spare
    count = (len(value) * 8 + spare) // 5
    digits = [number >> 5 * (count - 1 - at) & 31 for at in range(count)]
    check = _checksum(prefix, [*digits, 0, 0, 0, 0, 0, 0]) ^ 1
    digits += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(_CHARSET[digit] for digit in digits)


def decode(prefix: str, text: str) -> bytes:
    """Return the 32 bytes that small-letter `text` spells under `prefix`; raise NotEncoded."""
    head = prefix + "1"
    if not text.startswith(head) or len(text) != len(head) + 58:
        raise NotEncoded(code="recipient_kind")
    digits = [_CHARSET.find(character) for character in text[len(head) :]]
    if min(digits) < 0 or _checksum(prefix, digits) != 1:
        raise NotEncoded(code="recipient_kind")
    number = 0
    for digit in digits[:-6]:
        number = number << 5 | digit
    if number & 15:
        raise NotEncoded(code="recipient_kind")
    return (number >> 4).to_bytes(32, "big")
