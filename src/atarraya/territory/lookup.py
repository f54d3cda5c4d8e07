"""Finding forms in the index: by letters, by ear, by part of the name, by near spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from atarraya.territory.index import UNIT, Form, Index, Words
from atarraya.territory.readings import Reading
from atarraya.territory.spelling import ARTICLES, BELOW, COMMON, LITTLE, content, core, sound

LONGEST_NAME = 6


def within(index: Index, forms: Iterable[Form], department: str) -> list[Form]:
    """Return the forms whose unit lies in `department`; all if none was stated. Each once, in order."""
    kept = (form for form in forms if not department or index.units[form.code].department_code == department)
    return list(dict.fromkeys(kept))


def by_letters(index: Index, name: Words) -> list[Form]:
    """Return forms with the same letters, whatever the accents, spaces, little words and word order."""
    order = tuple(sorted(content(name)))
    looser = (*index.by_core.get(core(name), []), *index.by_order.get(order, []))
    found = (*index.by_full.get("".join(name), []), *(form for form in looser if not adds_article(name, form)))
    return list(dict.fromkeys(found))


def by_ear(index: Index, name: Words) -> list[Form]:
    """Return forms that sound the same."""
    return [form for form in index.by_sound.get(sound(core(name)), []) if not adds_article(name, form)]


def adds_article(name: Words, form: Form) -> bool:
    """Tell whether `name` puts an article before a one-word `form` that has none: La Honda is not Honda.

    Articles get lost ("Ceja", "Carmen de Atrato"), and in longer names one more tells nothing.
    """
    return name[0] in ARTICLES and form.words[0] not in ARTICLES and len(content(form.words)) == 1


def by_part(index: Index, name: Words) -> list[Form]:
    """Return unit names and other names that hold all the words of `name`, and more."""
    heard = [sound(word) for word in content(name)]
    groups = [index.by_word.get(word, set()) for word in heard]
    if not groups:
        return []
    common = set.intersection(*groups)
    longer = [form for form in common if len(content(form.words)) > len(set(heard))]
    return sorted(longer, key=lambda form: (form.kind != UNIT, len(form.words), form.words, form.code))


def is_head(name: Words, form: Form) -> bool:
    """Tell whether `name` is how one would shorten `form`: its first carrying word, not only common words."""
    heard = {sound(word) for word in content(name)}
    return not is_common(name) and sound(content(form.words)[0]) in heard


def is_common(name: Words) -> bool:
    """Tell whether no word of `name` tells anything: "alto", "puerto", "por el río"."""
    return all(word in COMMON or word in BELOW or len(word) < 4 for word in content(name))


def by_spelling(index: Index, reading: Reading, slips: int) -> list[tuple[int, Form]]:
    """Return (slips, form) for forms at most `slips` letters away by ear, nearest first."""
    heard = sound(core(reading.name))
    near = process.extract(heard, index.by_sound.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    marker = reading.name[0] if reading.name[0] in BELOW else ""
    return [
        (int(distance), form)
        for key, distance, _position in near
        for form in within(index, index.by_sound[key], reading.department)
        if not marker or form.words[0] == marker
    ]


def named_inside(index: Index, said: Words) -> Iterator[Form]:
    """Yield forms whose names stand somewhere in a longer text, the longest names first."""
    top = min(len(said), LONGEST_NAME)
    for length in range(top, 0, -1):
        for start in range(len(said) - length + 1):
            part = said[start : start + length]
            if part[0] in LITTLE or part[-1] in LITTLE or all(word in COMMON for word in part):
                continue
            if len(core(part)) >= 4:
                yield from index.by_core.get(core(part), [])


def without_below(name: Words) -> Words:
    """Return `name` without "vereda", "río", "corregimiento de" … in front."""
    kept = list(name)
    while kept and (kept[0] in BELOW or kept[0] in LITTLE):
        kept.pop(0)
    return tuple(kept)
