"""The ways in which a written place can be read: with or without a department, here or abroad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from atarraya.territory.index import SURE_DEPARTMENT, Index, Words
from atarraya.territory.spelling import LITTLE, sound, without_about

LONGEST_DEPARTMENT = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """What is left as the name, and the department that was stated with it ("" = none)."""

    name: Words
    department: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """All readings of a text. `wider`: it is also a department's or country's name; `abroad`: elsewhere."""

    whole: tuple[Reading, ...]
    stated: tuple[Reading, ...]
    wider: bool = False
    abroad: bool = False


def read(said: Words, index: Index, department: str = "") -> Readings:
    """Return the readings of `said`. A `department` given apart from the text holds for every reading."""
    wider = said in index.departments or said in index.home or said in index.abroad
    inside = _without_country(said, index.home)
    abroad = any(said[-len(country) :] == country for country in index.abroad)
    names = [name for name in dict.fromkeys((said, inside, without_about(inside))) if name]
    stated = [reading for name in names for reading in _with_department(name, index)]
    if department:
        stated = [reading for reading in stated if reading.department == department]
        stated += [Reading(name, department) for name in names]
        return Readings((), tuple(dict.fromkeys(stated)), wider=False, abroad=abroad)
    return Readings(tuple(Reading(name) for name in names), tuple(dict.fromkeys(stated)), wider, abroad)


def _without_country(said: Words, countries: frozenset[Words]) -> Words:
    for country in countries:
        if len(said) > len(country) and said[-len(country) :] == country:
            return _trimmed(said[: -len(country)])
    return said


def _with_department(name: Words, index: Index) -> Iterator[Reading]:
    """Yield every way to take a department's name off the end or the beginning."""
    for length in range(1, min(len(name), LONGEST_DEPARTMENT + 1)):
        for rest, part in ((name[:-length], name[-length:]), (name[length:], name[:length])):
            code = _department(part, index)
            bare = _trimmed(rest)
            if code and bare:
                yield from (Reading(kept, code) for kept in (bare, without_about(bare)) if kept)


def _department(part: Words, index: Index) -> str:
    exact = index.departments.get(part)
    if exact or len("".join(part)) < SURE_DEPARTMENT or len(part) > 1:
        return exact or ""
    heard = sound(part[0])
    near = {code for form, code in index.department_sounds.items() if _one_slip(heard, form)}
    return near.pop() if len(near) == 1 else ""


def _one_slip(one: str, other: str) -> bool:
    return one[:1] == other[:1] and OSA.distance(one, other) <= 1


def _trimmed(name: Words) -> Words:
    """Drop little words that only tied the name to what was taken off ("Quibdó en el | Chocó")."""
    kept = list(name)
    while kept and kept[-1] in LITTLE:
        kept.pop()
    return tuple(kept)
