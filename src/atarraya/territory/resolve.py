"""Which municipality somebody means when they write a place's name.

Pure: it takes an index and knows no database. It suggests and never guesses in silence: `kind` is "one" only
when the text, its department or the network's own set leaves one answer; the answer then says why. Homonyms,
parts of several names and rivers that cross municipalities give "several" or "none" with suggestions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from atarraya.territory.index import ZONE, Form, Index, Words
from atarraya.territory.lookup import (
    adds_article,
    by_ear,
    by_letters,
    by_part,
    by_spelling,
    is_common,
    is_head,
    named_inside,
    within,
    without_below,
)
from atarraya.territory.readings import Reading, Readings, read
from atarraya.territory.rules import AliasKind
from atarraya.territory.spelling import content, core, sound, words

LIMIT = 12
MOST_WORDS = 16
MOST_SLIPS = 3
# Another name this many slips further away is still a rival.
MARGIN = 1

Kind = Literal["one", "several", "none"]


class Reason(StrEnum):
    """Why a candidate is offered. `words.reason_words` says it to a person."""

    CODE = "code"
    OLD_CODE = "old_code"
    NAME = "name"
    ALIAS = "alias"
    SEAT = "seat"
    ZONE = "zone"
    SHORT = "short"
    SPELLING = "spelling"
    PLACE = "place"
    TOGETHER = "together"
    INSIDE = "inside"
    OTHER_DEPARTMENT = "other_department"
    WIDER = "wider"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit on offer. `settled_by` names what chose it among homonyms: "department", "network" or ""."""

    code: str
    name: str
    department: str
    reason: str
    settled_by: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer: "one" (one candidate), "several" (two or more) or "none" (candidates are only suggestions).

    `left_off` counts candidates beyond the limit.
    """

    kind: Kind
    candidates: tuple[Candidate, ...] = ()
    left_off: int = 0


NOTHING = Resolution("none")

Offer = tuple[str, Reason, str]  # unit code, reason, zone id or ""


@dataclass(frozen=True, slots=True)
class _Question:
    index: Index
    said: Words
    readings: Readings
    among: frozenset[str]
    limit: int


def resolve(
    text: str,
    index: Index,
    *,
    department: str = "",
    among: Iterable[str] = (),
    limit: int = LIMIT,
) -> Resolution:
    """Return what `text` may name.

    `department` is a department's code stated apart from the text; `among` are the network's own
    municipalities, which settle exact homonyms only and come first in every list.
    """
    said = words(text)
    if not said or len(said) > MOST_WORDS:
        return NOTHING
    asked = _Question(index, said, read(said, index, department), frozenset(among), limit)
    steps = (_by_code, _elsewhere, _wider, _by_name, _by_two_places, _by_part, _by_spelling, _hints)
    for step in steps:
        answer = step(asked)
        if answer is not None:
            return answer
    return NOTHING


def _by_code(asked: _Question) -> Resolution | None:
    """Codes are text: a code that lost its zero is a suggestion, never an answer."""
    numbers = [word for word in asked.said if word.isdigit() and len(word) >= 4]
    if len(numbers) != 1:
        return None
    number = numbers[0]
    reason = Reason.CODE if number in asked.index.units else Reason.OLD_CODE
    code = asked.index.old_codes.get(number, number)
    rest = tuple(word for word in asked.said if word != number)
    if code in asked.index.units:
        return _code_and_name(asked, code, reason, rest)
    widths = {len(known) for known in asked.index.units}
    longer = {number.zfill(width) for width in widths if width > len(number)} & asked.index.units.keys()
    return _answer(asked, "none", [(known, Reason.SIMILAR, "") for known in sorted(longer)])


def _code_and_name(asked: _Question, code: str, reason: Reason, rest: Words) -> Resolution:
    if not rest:
        return _answer(asked, "one", [(code, reason, "")])
    named = resolve(" ".join(rest), asked.index, among=asked.among, limit=100)
    if code in {candidate.code for candidate in named.candidates}:
        return _answer(asked, "one", [(code, reason, "")])
    others = [(found.code, Reason(found.reason), "") for found in named.candidates]
    return _answer(asked, "several" if others else "none", [(code, reason, ""), *others])


def _elsewhere(asked: _Question) -> Resolution | None:
    if not asked.readings.abroad or any(_strong(asked, reading) for reading in asked.readings.whole[:1]):
        return None
    return NOTHING


def _wider(asked: _Question) -> Resolution | None:
    """A department's name alone may mean all of it, even where a municipality bears it too."""
    if not asked.readings.wider:
        return None
    forms = [form for form in by_letters(asked.index, asked.said) if form.answers]
    if any(_alone_in_department(asked.index, form) for form in forms):
        return None
    offers = [(form.code, Reason.WIDER, "") for form in forms]
    offers += [(form.code, Reason.SHORT, "") for form in by_part(asked.index, asked.said)]
    return _answer(asked, "several" if len(forms) > 1 else "none", offers)


def _alone_in_department(index: Index, form: Form) -> bool:
    department = index.units[form.code].department_code
    return sum(unit.department_code == department for unit in index.units.values()) == 1


def _by_name(asked: _Question) -> Resolution | None:
    """The whole name, alone or with its department."""
    stated = _matches(asked, asked.readings.stated)
    whole = _matches(asked, asked.readings.whole)
    forms = list(dict.fromkeys([*stated, *whole]))
    if not forms:
        return None
    answers = [form for form in forms if form.answers]
    hints = [form for form in forms if not form.answers]
    parts = [form for form in _parts_beside(asked) if not _known(form, answers)]
    if not answers:
        return _answer(asked, "none", _offers(asked, hints, Reason.PLACE) + _offers(asked, parts, Reason.SHORT))
    return _decided(asked, answers, hints, parts, settled=bool(stated) and not whole)


def _parts_beside(asked: _Question) -> list[Form]:
    """Return longer names that hold the words of a reading that is itself a name."""
    readings = [*asked.readings.whole, *asked.readings.stated]
    return [form for reading in readings if _strong(asked, reading) for form in _parts(asked, reading)]


def _decided(
    asked: _Question, answers: list[Form], hints: list[Form], parts: list[Form], *, settled: bool
) -> Resolution:
    codes = {form.code for form in answers}
    rivals = {form.code for form in (*hints, *parts)} - codes
    offers = _offers(asked, answers)
    if len(codes) == 1 and not rivals:
        by_department = settled and len(_everywhere(asked)) > 1
        return _answer(asked, "one", offers, settled_by="department" if by_department else "")
    here = codes & asked.among
    if len(here) == 1 and not rivals & asked.among:
        chosen = [offer for offer in offers if offer[0] in here]
        if len(codes) > 1 and not parts:
            return _answer(asked, "one", chosen, settled_by="network")
    offers += _offers(asked, hints, Reason.PLACE) + _offers(asked, parts, Reason.SHORT)
    return _answer(asked, "several", offers)


def _everywhere(asked: _Question) -> set[str]:
    """Return the codes that the stated readings would have without their departments."""
    bare = [Reading(reading.name) for reading in asked.readings.stated]
    return {form.code for reading in bare for form in _strong(asked, reading) if form.answers}


def _by_two_places(asked: _Question) -> Resolution | None:
    """A place and its municipality side by side: "Docordó, Litoral del San Juan", "Balboa Unguía"."""
    for reading in (*asked.readings.stated, *asked.readings.whole):
        for cut in range(1, len(reading.name)):
            left = _strong(asked, Reading(reading.name[:cut], reading.department))
            right = _strong(asked, Reading(reading.name[cut:], reading.department))
            if left and right:
                return _agreed(asked, left, right)
    return None


def _agreed(asked: _Question, left: list[Form], right: list[Form]) -> Resolution:
    both = {form.code for form in left} & {form.code for form in right}
    if len(both) == 1 and any(form.answers for form in (*left, *right) if form.code in both):
        return _answer(asked, "one", [(code, Reason.TOGETHER, "") for code in both])
    forms = [form for form in (*left, *right) if not both or form.code in both]
    offers = _offers(asked, forms)
    return _answer(asked, "several" if len({code for code, _, _ in offers}) > 1 else "none", offers)


def _by_part(asked: _Question) -> Resolution | None:
    """Some of the name's words: "el litoral", "vigía"."""
    for reading in (*asked.readings.stated, *asked.readings.whole):
        parts = _parts(asked, reading)
        codes = {form.code for form in parts}
        if len(codes) == 1:
            sure = all(_sure_part(asked, reading, form) for form in parts)
            return _answer(asked, "one" if sure else "none", _offers(asked, parts, Reason.SHORT))
        if codes:
            kind: Kind = "none" if is_common(reading.name) else "several"
            return _answer(asked, kind, _offers(asked, parts, Reason.SHORT))
    return None


def _sure_part(asked: _Question, reading: Reading, form: Form) -> bool:
    """One word is too little for an answer, unless a department or the network's own set stands behind it."""
    backed = reading.department or form.code in asked.among or len(content(reading.name)) > 1
    return bool(backed) and is_head(reading.name, form)


def _by_spelling(asked: _Question) -> Resolution | None:
    """A slip or two in a long enough name, with no other name as near."""
    for reading in (*asked.readings.stated, *asked.readings.whole):
        near = by_spelling(asked.index, reading, MOST_SLIPS + 1)
        best = min((slips for slips, form in near if slips <= _allowed(form)), default=None)
        if best is None:
            continue
        forms = [form for slips, form in near if slips <= best + MARGIN]
        likely = [form for slips, form in near if slips == best and _likely(reading.name, form)]
        offers = _offers(asked, [*likely, *forms], Reason.SPELLING)
        codes = {code for code, _reason, _zone in offers}
        if not likely:
            return _answer(asked, "none", offers)
        return _answer(asked, "several" if len(codes) > 1 else "one", offers)
    return None


def _hints(asked: _Question) -> Resolution:
    """Nothing answers: offer what is named inside the text, in another department, or spelt alike."""
    states = {reading.department for reading in asked.readings.stated}
    offers: list[Offer] = []
    for reading in asked.readings.stated:
        offers += _offers(asked, _strong(asked, Reading(reading.name)), Reason.OTHER_DEPARTMENT)
    for reading in (*asked.readings.stated, *asked.readings.whole):
        below = without_below(reading.name)
        if below and below != reading.name:
            offers += _offers(asked, _strong(asked, Reading(below, reading.department)), Reason.INSIDE)
    inside = named_inside(asked.index, asked.said)
    offers += _offers(asked, within(asked.index, inside, states.pop() if len(states) == 1 else ""), Reason.INSIDE)
    if not offers:
        for reading in (*asked.readings.stated, *asked.readings.whole):
            slips = max(1, len(core(reading.name)) * 3 // 10)
            alike = [form for _slips, form in by_spelling(asked.index, reading, slips)]
            offers += _offers(asked, alike, Reason.SIMILAR)
    return _answer(asked, "none", offers)


def _strong(asked: _Question, reading: Reading) -> list[Form]:
    """Return the forms that are the reading's name by letters or by ear, in its stated department.

    By ear even where letters match: Pueblorrico and Pueblo Rico, Florida and La Florida are taken for each other.
    """
    letters = by_letters(asked.index, reading.name)
    return within(asked.index, [*letters, *by_ear(asked.index, reading.name)], reading.department)


def _matches(asked: _Question, readings: Sequence[Reading]) -> list[Form]:
    return list(dict.fromkeys(form for reading in readings for form in _strong(asked, reading)))


def _parts(asked: _Question, reading: Reading) -> list[Form]:
    return within(asked.index, by_part(asked.index, reading.name), reading.department)


def _known(form: Form, answers: list[Form]) -> bool:
    """Tell whether a longer form adds nothing: another name of an answer, or not an official name."""
    return form.code in {answer.code for answer in answers} or form.kind == AliasKind.NAME


def _allowed(form: Form) -> int:
    """Return how many slips leave `form` sure, by the letters that tell it from other names."""
    return next(slips for least, slips in ((14, MOST_SLIPS), (10, 2), (6, 1), (0, 0)) if form.letters >= least)


def _likely(name: Words, form: Form) -> bool:
    """Tell whether the slip is one people make: the first letter is right and nothing was put before the name."""
    same_start = sound(core(name))[:1] == form.heard[:1]
    return form.answers and same_start and not adds_article(name, form)


def _offers(asked: _Question, forms: Iterable[Form], reason: Reason | None = None) -> list[Offer]:
    return [(form.code, reason or _reason(asked, form), form.zone) for form in forms]


def _reason(asked: _Question, form: Form) -> Reason:
    kinds = {
        AliasKind.NAME: Reason.ALIAS,
        AliasKind.SEAT: Reason.SEAT,
        AliasKind.PLACE: Reason.PLACE,
        ZONE: Reason.ZONE,
    }
    if form.kind in kinds:
        return kinds[form.kind]
    readings = (*asked.readings.whole, *asked.readings.stated)
    spelt = any(form in by_letters(asked.index, reading.name) for reading in readings)
    return Reason.NAME if spelt else Reason.SPELLING


def _answer(asked: _Question, kind: Kind, offers: Sequence[Offer], *, settled_by: str = "") -> Resolution:
    """Make the resolution: each unit once with its first reason, the network's own first."""
    first: dict[str, Candidate] = {}
    for code, reason, zone in offers:
        unit = asked.index.units[code]
        first.setdefault(code, Candidate(code, unit.name, unit.department, reason, settled_by, zone))
    ordered = sorted(first.values(), key=lambda candidate: candidate.code not in asked.among)
    shown = tuple(ordered[: asked.limit])
    if kind == "several" and len(ordered) < 2:
        kind = "none"
    return Resolution(kind, shown, len(ordered) - len(shown))
