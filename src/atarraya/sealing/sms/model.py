"""The text model of version 1: how likely each letter is after the two before it, and a range coder over whole numbers.

Only whole numbers, so that browser and Python give the same bits. `model-1.txt` is built by tools/smsmodel.py.
The coder works on one number as large as the whole text: the last letter goes in first, the first comes out first, and
nothing is left when the text has ended. So it needs no mark for the end, and filling up with zeros says nothing.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from atarraya.sealing.refusals import SmsRefused
from atarraya.sealing.sms.letters import LETTERS

SCALE = 1 << 14
# What a level in the file stands for: A 1, B 2, C 3…
LEVELS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512, 640)
_COUNT = len(LETTERS)
_PLACE = {letter: place for place, letter in enumerate(LETTERS)}
# A text begins as a line does.
_START = (_PLACE["\n"], _PLACE["\n"])

Row = tuple[tuple[int, ...], tuple[int, ...]]  # how much of SCALE each letter has, and where its share begins


def encode(text: str, room: int) -> bytes | None:
    """Return exactly `room` bytes, or None when the text is too long or has a letter without a place."""
    if any(letter not in _PLACE for letter in text):
        return None
    places = [*_START, *(_PLACE[letter] for letter in text)]
    number, most = 0, 1 << (8 * room)
    for at in range(len(places) - 1, 1, -1):
        shares, begins = row(places[at - 2], places[at - 1])
        share = shares[places[at]]
        number = number // share * SCALE + begins[places[at]] + number % share
        if number >= most:
            return None
    return number.to_bytes(room, "big")


def decode(value: bytes) -> str:
    """Return the text; raise SmsRefused for what `encode` never gives."""
    number, text = int.from_bytes(value, "big"), ""
    before, last = _START
    while number:
        shares, begins = row(before, last)
        slot = number % SCALE
        if slot == 0:  # no letter's
            raise SmsRefused()
        letter = _at(begins, slot)
        number = number // SCALE * shares[letter] + slot - begins[letter]
        text += LETTERS[letter]
        before, last = last, letter
    return text


def _at(begins: tuple[int, ...], slot: int) -> int:
    low, high = 0, _COUNT - 1
    while low < high:
        middle = (low + high + 1) // 2
        if begins[middle] <= slot:
            low = middle
        else:
            high = middle - 1
    return low


@cache
def row(before: int, last: int) -> Row:
    """Return the shares of every letter after two others."""
    shares = _scaled(_mixed(_counts().get((before, last), {}), _after_one(last), 2))
    begins, at = [], 1  # slot 0 is nobody's: a number that is not zero always has a letter in it
    for share in shares:
        begins.append(at)
        at += share
    return tuple(shares), tuple(begins)


@cache
def _after_one(last: int) -> tuple[int, ...]:
    return tuple(_scaled(_mixed(_sums()[last], _after_none(), 1)))


@cache
def _after_none() -> tuple[int, ...]:
    total = [1] * _COUNT
    for counts in _sums():
        for letter, count in counts.items():
            total[letter] += count
    return tuple(_scaled(total))


def _mixed(counts: dict[int, int], wider: tuple[int, ...], weight: int) -> list[int]:
    # The more letters were seen here, the more likely is one that was not.
    unseen = weight * len(counts) + 1
    return [counts.get(letter, 0) * SCALE + unseen * wider[letter] for letter in range(_COUNT)]


def _scaled(weights: list[int]) -> list[int]:
    """Return shares of SCALE - 1 in proportion, none less than 1; what rounding leaves goes to the first largest."""
    free, total = SCALE - 1 - _COUNT, sum(weights)
    shares = [1 + weight * free // total for weight in weights]
    shares[shares.index(max(shares))] += SCALE - 1 - sum(shares)
    return shares


@cache
def _counts() -> dict[tuple[int, int], dict[int, int]]:
    return read(resources.files("atarraya.sealing.sms").joinpath("model-1.txt").read_text(encoding="ascii"))


@cache
def _sums() -> tuple[dict[int, int], ...]:
    """Return how often each letter came after one, whatever stood before."""
    sums: tuple[dict[int, int], ...] = tuple({} for _letter in LETTERS)
    for (_before, last), counts in _counts().items():
        for letter, count in counts.items():
            sums[last][letter] = sums[last].get(letter, 0) + count
    return sums


def read(text: str) -> dict[tuple[int, int], dict[int, int]]:
    """Return {(letter, letter): {next letter: how often}} of a model file: steps in base 36, each with its level."""
    counts: dict[tuple[int, int], dict[int, int]] = {}
    cell = -1
    for step, level in re.findall(r"([0-9a-z]+)([A-Z])", re.sub(r"\s", "", text)):
        cell += int(step, 36)
        pair, letter = divmod(cell, _COUNT)
        counts.setdefault(divmod(pair, _COUNT), {})[letter] = LEVELS[ord(level) - ord("A")]
    return counts


def write(counts: dict[tuple[int, int], dict[int, int]]) -> str:
    """Return a model file; each count falls to the level below it."""
    cells = {
        (before * _COUNT + last) * _COUNT + letter: count
        for (before, last), following in counts.items()
        for letter, count in following.items()
    }
    text, cell = "", -1
    for each in sorted(cells):
        level = max(place for place, least in enumerate(LEVELS) if least <= cells[each])
        text += _base36(each - cell) + chr(ord("A") + level)
        cell = each
    return re.sub(r"(.{1,120})", r"\1\n", text)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
