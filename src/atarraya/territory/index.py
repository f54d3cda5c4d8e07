"""The index that the resolver looks names up in. Built once from plain rows; never changed afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from atarraya.territory.rules import AliasKind
from atarraya.territory.spelling import content, core, sound, telling, words

UNIT, ZONE = "unit", "zone"

# Below this many letters one slip makes another department's name or a common word.
SURE_DEPARTMENT = 6

# How people name the countries around, so that "San Lorenzo, Ecuador" is nobody's municipality here.
COUNTRIES = {
    "AR": ("argentina",),
    "BO": ("bolivia",),
    "BR": ("brasil", "brazil"),
    "CL": ("chile",),
    "CO": ("colombia",),
    "CR": ("costa rica",),
    "EC": ("ecuador",),
    "ES": ("espana",),
    "GT": ("guatemala",),
    "HN": ("honduras",),
    "MX": ("mexico",),
    "NI": ("nicaragua",),
    "PA": ("panama",),
    "PE": ("peru",),
    "PY": ("paraguay",),
    "SV": ("el salvador",),
    "US": ("estados unidos", "usa", "eeuu"),
    "UY": ("uruguay",),
    "VE": ("venezuela",),
}

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as the index needs it."""

    code: str
    name: str
    department_code: str
    department: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way of naming a unit: its name (`kind` UNIT), an alias (rules.AliasKind) or a zone in it (ZONE)."""

    code: str
    kind: str
    words: Words
    zone: str = ""
    # How it sounds, and how many letters of that tell it from other names. Worked out once: they are asked often.
    heard: str = field(init=False, compare=False, repr=False)
    letters: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "heard", sound(core(self.words)))
        object.__setattr__(self, "letters", len(sound("".join(telling(self.words)))))

    @property
    def answers(self) -> bool:
        """Tell whether the form may be an answer; a river or region is only ever a hint."""
        return self.kind != AliasKind.PLACE


@dataclass
class Index:
    """Units by code, and their forms by every key the resolver uses. `countries`: two-letter codes."""

    units: dict[str, UnitName]
    countries: frozenset[str]
    old_codes: dict[str, str] = field(default_factory=dict)
    by_full: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    by_core: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    by_order: dict[Words, list[Form]] = field(default_factory=lambda: defaultdict(list))
    by_sound: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    by_word: dict[str, set[Form]] = field(default_factory=lambda: defaultdict(set))
    departments: dict[Words, str] = field(default_factory=dict)
    department_sounds: dict[str, str] = field(default_factory=dict)
    abroad: frozenset[Words] = frozenset()
    home: frozenset[Words] = frozenset()

    def add(self, form: Form) -> None:
        """File a form under all its keys."""
        carrying = content(form.words)
        self.by_full["".join(form.words)].append(form)
        self.by_core[core(form.words)].append(form)
        self.by_order[tuple(sorted(carrying))].append(form)
        self.by_sound[form.heard].append(form)
        if form.kind in (UNIT, AliasKind.NAME):
            for word in carrying:
                self.by_word[sound(word)].add(form)

    def with_zones(self, zones: Iterable[tuple[str, str, str]]) -> Index:
        """Return a copy that also knows zones, given as (id, name, municipality code)."""
        copy = Index(
            units=self.units,
            countries=self.countries,
            old_codes=self.old_codes,
            departments=self.departments,
            department_sounds=self.department_sounds,
            abroad=self.abroad,
            home=self.home,
        )
        for key in ("by_full", "by_core", "by_order", "by_sound"):
            getattr(copy, key).update({name: list(forms) for name, forms in getattr(self, key).items()})
        copy.by_word = self.by_word
        for identity, name, code in zones:
            if code in self.units and words(name):
                copy.add(Form(code, ZONE, words(name), zone=identity))
        return copy


def build_index(
    units: Iterable[UnitName],
    aliases: Iterable[tuple[str, str, str]] = (),
    *,
    department_forms: Iterable[tuple[str, str]] = (),
    countries: Iterable[str] = ("CO",),
) -> Index:
    """Build an index from units, aliases (kind, text, code) and further names of departments (code, text)."""
    listed = {unit.code: unit for unit in units}
    index = Index(units=listed, countries=frozenset(countries))
    for unit in listed.values():
        index.add(Form(unit.code, UNIT, words(unit.name)))
    for kind, text, code in aliases:
        if code not in listed:
            continue
        if kind == AliasKind.CODE:
            index.old_codes[text] = code
        elif words(text):
            index.add(Form(code, kind, words(text)))
    named = ((unit.department_code, unit.department) for unit in listed.values())
    for code, text in chain(named, department_forms):
        if words(text):
            index.departments.setdefault(words(text), code)
    index.department_sounds = {
        sound(form[0]): code
        for form, code in index.departments.items()
        if len(form) == 1 and len(form[0]) >= SURE_DEPARTMENT
    }
    known = {country: [words(name) for name in names] for country, names in COUNTRIES.items()}
    index.home = frozenset(chain.from_iterable(known.get(country, []) for country in index.countries))
    index.abroad = frozenset(chain.from_iterable(known.values())) - index.home
    return index
