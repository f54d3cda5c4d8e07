"""A circle's sheets: any two of three give its offline identity, and a slip in typing is found where it is.

A sheet is 56 characters: 33 bytes of a share (the last is the share's number), one byte of the recipient's hash, and a
check character. Shares are points of lines over GF(256) with the polynomial of AES, as the browser makes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atarraya.sealing.encoding import CROCKFORD, check_character, from_crockford
from atarraya.sealing.refusals import NotEncoded
from atarraya_workbench.keys.agefiles import Secret

GROUPS, GROUP = 14, 4
LENGTH = 34
NEEDED = 2


class SheetsFault(Exception):
    """Two sheets that open nothing here. `kind`: `slip`, `other`, `twice` or `mixed`.

    `slips`: (sheet 0 or 1, group from 0) where the slip is, when it could be found; else empty.
    `sheets`: which of the two are concerned.
    """

    def __init__(self, kind: str, sheets: tuple[int, ...], slips: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__(kind)
        self.kind, self.sheets, self.slips = kind, sheets, slips


@dataclass(frozen=True, repr=False)
class _Reading:
    """A sheet as it was typed, or as it would read if one slip were undone. `group`: where."""

    share: bytes
    mark: int
    group: int | None


def join(sheets: tuple[str, str], recipients: Iterable[str]) -> tuple[str, Secret]:
    """Return (the recipient among `recipients` whose sheets these are, its key). Sheets: 56 plain characters each.

    Raise SheetsFault; one slip in each sheet is located with certainty, because only the right reading gives the key.
    """
    typed = [_reading(sheet, None) for sheet in sheets]
    readings = [[one] if one else list(_repairs(sheet)) for one, sheet in zip(typed, sheets, strict=True)]
    for recipient in recipients:
        mark = hashlib.sha256(recipient.encode()).digest()[0]
        first, second = ([one for one in each if one.mark == mark] for each in readings)
        for one in first:
            for other in second:
                secret = _joined(one, other, recipient)
                if secret is None:
                    continue
                slips = tuple((at, each.group) for at, each in enumerate((one, other)) if each.group is not None)
                if not slips:
                    return recipient, secret
                raise SheetsFault("slip", tuple(at for at, _group in slips), slips)
    raise _fault(typed, recipients)


def _joined(one: _Reading, other: _Reading, recipient: str) -> Secret | None:
    if one.share[-1] == other.share[-1]:
        return None
    secret = Secret.of(combine([one.share, other.share]))
    return secret if secret.recipient == recipient else None


def _fault(typed: list[_Reading | None], recipients: Iterable[str]) -> SheetsFault:
    slipped = tuple(at for at, one in enumerate(typed) if one is None)
    if slipped:
        return SheetsFault("slip", slipped)
    first, second = (one for one in typed if one is not None)
    marks = {hashlib.sha256(recipient.encode()).digest()[0] for recipient in recipients}
    strange = tuple(at for at, one in enumerate((first, second)) if one.mark not in marks)
    if strange:
        return SheetsFault("other", strange)
    if first.mark != second.mark:
        return SheetsFault("mixed", (0, 1))
    if first.share == second.share:
        return SheetsFault("twice", (1,))
    return SheetsFault("other", (0, 1))


def _reading(plain: str, group: int | None) -> _Reading | None:
    """Return what a sheet says, None where its check character denies it."""
    if check_character(plain[:-1]) != plain[-1]:
        return None
    try:
        value = from_crockford(plain[:-1])
    except NotEncoded:
        return None
    return _Reading(value[: LENGTH - 1], value[LENGTH - 1], group) if len(value) == LENGTH else None


def _repairs(plain: str) -> Iterator[_Reading]:
    """Yield every reading that one other character, or two neighbours swapped back, would make right."""
    for at, held in enumerate(plain):
        tried = [plain[:at] + other + plain[at + 1 :] for other in CROCKFORD if other != held]
        if at + 1 < len(plain):
            tried.append(plain[:at] + plain[at + 1] + held + plain[at + 2 :])
        for text in tried:
            reading = _reading(text, at // GROUP)
            if reading is not None:
                yield reading


def combine(shares: list[bytes]) -> bytes:
    """Return the secret that two or three shares give (a wrong one gives another secret, not a refusal)."""
    places = [share[-1] for share in shares]
    weights = [_weight(place, places) for place in places]
    secret = bytearray(len(shares[0]) - 1)
    for share, weight in zip(shares, weights, strict=True):
        for at in range(len(secret)):
            secret[at] ^= _times(share[at], weight)
    return bytes(secret)


def _weight(place: int, places: list[int]) -> int:
    """Return Lagrange's weight at zero."""
    weight = 1
    for other in places:
        if other != place:
            weight = _times(weight, _times(other, _inverse(other ^ place)))
    return weight


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """Return a**254, which is 1/a in GF(256)."""
    result = 1
    for _step in range(254):
        result = _times(result, a)
    return result
