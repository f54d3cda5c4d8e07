"""What an SMS means in a codebook. Plain rules: no disk, no line, no key.

It forgives capitals, accents, spaces, courtesy and one slip of a letter. It never guesses: two meanings, a denial or a
question are for people (`sure` is False), and what is not sure warns nobody by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

# One slip is forgiven in words of at least so many letters: shorter ones have too many neighbours.
SLIPS_FROM = 4
_WORD = re.compile(r"[^\W_]+")
# Said to anybody: never a slip of a code word.
COURTESY = frozenset(
    re.findall(
        r"\w+",
        "hola buenos buenas buen dia dias tarde tardes noche noches saludos por favor gracias muchas senor senora don "
        "dona compadre comadre vecino vecina hermano hermana dios bendiga bendiciones mano parce amigo amiga",
    )
)
# What denies, tries out or tells of what is over: with any of them nobody is warned by a machine.
_OVER = ("prueba", "simulacro", "ensayo", "ayer", "fueron", "paso")
DENIALS = frozenset(
    ("no", "ni", "nunca", "jamas", "nadie", "ninguno", "ninguna", "tampoco", "sin", "falso", "mentira", *_OVER)
)
# Short words have many neighbours: with two of them slipped, a plain sentence could be a code.
SHORT, MOST_SHORT_SLIPS = 6, 1


@dataclass(frozen=True)
class Entry:
    """A word or phrase of a codebook and what it means: `sort` is kind, urgency, zone or duress."""

    say: str
    sort: str
    value: str

    @cached_property
    def joined(self) -> str:
        """Return its letters alone."""
        return "".join(folded(word) for word in _WORD.findall(self.say))

    @cached_property
    def width(self) -> int:
        """Return of how many words it is."""
        return len(_WORD.findall(self.say))

    @property
    def meaning(self) -> tuple[str, str]:
        """Return what tells two meanings apart."""
        return self.sort, self.value


@dataclass(frozen=True)
class Reading:
    """What a text means. None in `kind`, `urgency` or `zone`: not said, or said in two ways.

    `rest` is the text without its duress words; `sure` says whether every part has one meaning and nothing denies it.
    """

    kind: str | None
    urgency: str | None
    zone: str | None
    duress: bool
    sure: bool
    rest: str


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    meanings: frozenset[tuple[str, str]]
    # Whether it is a short word that only a slip makes one of the book's.
    slipped: bool


def folded(word: str) -> str:
    """Return a word's letters in their plainest spelling: no accents, no capitals, ñ as n."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if part.isalnum())


def alike(one: str, other: str) -> bool:
    """Return whether one slip (a letter more, less, other, or two swapped) makes one of the other."""
    return bool(OSA.distance(one, other, score_cutoff=1) <= 1)


def read(entries: Iterable[Entry], text: str) -> Reading | None:
    """Return what a text means in a book; None when it says no kind and no duress word."""
    listed = [entry for entry in entries if entry.joined]
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [folded(text[start:end]) for start, end in spans]
    found = list(_cover(listed, words))
    said = {meaning for one in found for meaning in one.meanings}
    values = {sort: {value for kind, value in said if kind == sort} for sort in ("kind", "urgency", "zone", "duress")}
    if not values["kind"] and not values["duress"]:
        return None
    coded = {place for one in found for place in range(one.start, one.end)}
    denied = "?" in text or any(word in DENIALS for place, word in enumerate(words) if place not in coded)
    torn = any(len(one.meanings) > 1 for one in found) or sum(one.slipped for one in found) > MOST_SHORT_SLIPS
    single = {sort: next(iter(chosen)) if len(chosen) == 1 else None for sort, chosen in values.items()}
    sure = bool(single["kind"] and single["urgency"]) and len(values["zone"]) <= 1 and not denied and not torn
    duress = [one for one in found if any(sort == "duress" for sort, _value in one.meanings)]
    return Reading(
        kind=single["kind"],
        urgency=single["urgency"],
        zone=single["zone"],
        duress=bool(duress),
        sure=sure,
        rest=_without(text, [(spans[one.start][0], spans[one.end - 1][1]) for one in duress]),
    )


def _cover(entries: list[Entry], words: list[str]) -> Iterable[_Found]:
    """Yield what is said from the first word to the last, the longest phrase first; words are used once."""
    widest = max((entry.width for entry in entries), default=0) + 1
    at = 0
    while at < len(words):
        for width in range(min(widest, len(words) - at), 0, -1):
            meanings = _meanings(entries, words[at : at + width])
            if meanings:
                said = "".join(words[at : at + width])
                slipped = len(said) < SHORT and not any(said == entry.joined for entry in entries)
                yield _Found(at, at + width, meanings, slipped)
                at += width
                break
        else:
            at += 1


def _meanings(entries: list[Entry], window: list[str]) -> frozenset[tuple[str, str]]:
    """Return every meaning that these words together may have: exactly said however spaced, or with one slip."""
    said = "".join(window)
    polite = any(word in COURTESY for word in window)
    return frozenset(
        entry.meaning
        for entry in entries
        if said == entry.joined
        or (
            entry.width == len(window)
            and not polite
            and len(entry.joined) >= SLIPS_FROM
            and abs(len(said) - len(entry.joined)) <= 1
            and alike(said, entry.joined)
        )
    )


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text without some of its words, and without the holes that would tell where they stood."""
    if not spans:
        return text
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    text = re.sub(r"\(\s*\)|\"\s*\"|«\s*»|“\s*”", "", text)
    text = re.sub(r"\s*[,;:.](?:\s*[,;:.])*\s*([,;:.])", r"\1", text)
    text = re.sub(r"\s+([,;:.])", r"\1", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip(" ,;:")
