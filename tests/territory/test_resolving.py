"""The resolver suggests and never guesses in silence."""

from __future__ import annotations

import csv
import random
import string
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from atarraya.territory import facts, queries
from atarraya.territory.index import Index, UnitName, build_index
from atarraya.territory.models import Alias
from atarraya.territory.phrases import candidate_words
from atarraya.territory.resolve import NOTHING, Reason, Resolution, resolve
from atarraya.territory.services.zones import change_zone, define_zone
from atarraya.territory.spelling import LONGEST, core, plain, sound, words

HERE = Path(__file__).parent
DEMO = frozenset(
    [
        "27001",
        "27099",
        "27425",
        "27615",
        "27150",
        "27800",
        "27006",
        "27025",
        "27361",
        "27450",
        "27491",
        "27745",
        "27205",
        "27250",
        "05873",
    ]
)


def whole_country() -> Index:
    read = facts.read("CO")
    return build_index(
        [UnitName(row["code"], row["name"], row["department_code"], row["department"]) for row in read.units],
        [(row["kind"], row["text"], code) for row in read.aliases for code in row["codes"].split()],
        department_forms=facts.department_forms("CO"),
    )


INDEX = whole_country()
FORMS = list(csv.DictReader((HERE / "written_forms.csv").open(encoding="utf-8", newline="")))


def answer(row: dict[str, str]) -> Resolution:
    among = DEMO if row["network"] else frozenset()
    return resolve(row["written"], INDEX, department=row["department"], among=among)


def codes(resolution: Resolution) -> list[str]:
    return [candidate.code for candidate in resolution.candidates]


def only(text: str, **extra: object) -> str:
    resolution = resolve(text, INDEX, **extra)  # type: ignore[arg-type]
    assert resolution.kind == "one", (text, resolution)
    return resolution.candidates[0].code


def test_the_corpus_is_large_and_names_real_units() -> None:
    assert len(FORMS) >= 220
    assert len({(row["written"], row["department"], row["network"]) for row in FORMS}) == len(FORMS)
    assert {row["answer"] for row in FORMS} == {"one", "several", "none"}
    for row in FORMS:
        assert set(row["codes"].split()) <= INDEX.units.keys(), row
        assert len(row["codes"].split()) == 1 or row["answer"] != "one", row


def test_no_written_form_is_answered_wrong_in_silence() -> None:
    wrong = [
        (row["written"], codes(found))
        for row in FORMS
        if (found := answer(row)).kind == "one" and (row["answer"] != "one" or codes(found) != [row["codes"]])
    ]
    assert wrong == []


def test_nine_of_ten_forms_with_one_answer_are_answered() -> None:
    asked = [row for row in FORMS if row["answer"] == "one"]
    found = [row for row in asked if answer(row).kind == "one"]
    assert len(asked) >= 150
    assert len(found) / len(asked) >= 0.9


def test_what_is_several_or_none_offers_what_was_probably_meant() -> None:
    for row in FORMS:
        if row["answer"] != "one":
            found = answer(row)
            assert found.kind == row["answer"], (row["written"], found)
            assert set(row["codes"].split()) <= set(codes(found)), (row["written"], found)


def test_a_missed_form_still_offers_the_right_one() -> None:
    for row in FORMS:
        if row["answer"] == "one":
            assert row["codes"] in codes(answer(row)), row


def test_every_units_own_name_leads_to_it() -> None:
    for unit in INDEX.units.values():
        alone = resolve(unit.name, INDEX, limit=100)
        assert unit.code in codes(alone), unit
        assert alone.kind != "one" or codes(alone) == [unit.code], unit
        stated = resolve(f"{unit.name}, {unit.department}", INDEX, limit=100)
        assert unit.code in codes(stated), unit
        assert stated.kind != "one" or codes(stated) == [unit.code], unit


def test_places_that_are_no_municipality_are_never_answered_by_a_likeness() -> None:
    """Villages, rivers and places abroad, gathered apart from the corpus: only a true homonym may answer."""
    exact = {Reason.NAME, Reason.ALIAS, Reason.SEAT}
    for place in (HERE / "other_places.txt").read_text("utf-8").splitlines():
        found = resolve(place, INDEX)
        assert found.kind != "one" or found.candidates[0].reason in exact, (place, found)


def test_one_slip_in_any_name_is_answered_rightly_or_not_at_all() -> None:
    """A slip that spells or sounds like another municipality cannot be told; nothing else may be wrong."""
    chance = random.Random(20261123)
    for unit in INDEX.units.values():
        name = unit.name.lower()
        at = chance.randrange(len(name))
        letter = chance.choice(string.ascii_lowercase)
        slip = chance.choice([name[:at] + name[at + 1 :], name[:at] + letter + name[at:]])
        found = resolve(slip, INDEX)
        if found.kind == "one" and codes(found) != [unit.code]:
            heard = sound(core(words(slip)))
            other = codes(found)[0]
            assert other in {form.code for form in INDEX.by_sound.get(heard, [])}, (unit, slip, found)


def test_homonyms_are_settled_only_by_what_is_said_and_marked() -> None:
    assert resolve("Riosucio", INDEX).kind == "several"
    by_text = resolve("Riosucio Chocó", INDEX).candidates[0]
    apart = resolve("Riosucio", INDEX, department="27").candidates[0]
    by_network = resolve("Riosucio", INDEX, among=DEMO).candidates[0]
    assert (by_text.code, by_text.settled_by) == ("27615", "department")
    assert (apart.code, apart.settled_by) == ("27615", "department")
    assert (by_network.code, by_network.settled_by) == ("27615", "network")
    assert resolve("Quibdó, Chocó", INDEX).candidates[0].settled_by == ""


def test_the_network_does_not_overrule_what_is_written() -> None:
    assert only("Riosucio Caldas", among=DEMO) == "17614"
    assert only("Medellín", among=DEMO) == "05001"
    assert resolve("Quibdó", INDEX, department="05", among=DEMO).kind == "none"


def test_two_of_the_networks_own_homonyms_stay_several() -> None:
    assert resolve("Riosucio", INDEX, among={"27615", "17614"}).kind == "several"


def test_the_networks_own_come_first() -> None:
    assert codes(resolve("El Carmen", INDEX, among={"27245"}))[0] == "27245"


def test_long_lists_are_cut_and_say_so() -> None:
    found = resolve("San", INDEX, limit=5)
    assert (len(found.candidates), found.kind) == (5, "none")
    assert found.left_off > 50


@pytest.mark.parametrize("text", ["", "   ", "¡!¿?", "\x00", "de la", "🙂", "\u202e", "a" * 5000, "río " * 300])
def test_what_names_nothing_gets_nothing(text: str) -> None:
    found = resolve(text, INDEX)
    assert found.kind == "none"
    assert found == NOTHING or len(found.candidates) <= 12


def test_zones_lead_to_their_municipality_and_say_so() -> None:
    index = INDEX.with_zones([("z1", "Río Agua Mansa", "27099"), ("z2", "Caño Claro", "27099")])
    found = resolve("agua mansa rio", index)
    assert (found.kind, codes(found)) == ("one", ["27099"])
    assert (found.candidates[0].reason, found.candidates[0].zone) == ("zone", "z1")
    assert resolve("Agua Mansa", INDEX).kind == "none"


def test_a_zone_named_like_another_or_like_a_municipality_is_several() -> None:
    index = INDEX.with_zones([("z1", "Nóvita", "27099"), ("z2", "Caño Claro", "27001"), ("z3", "Caño Claro", "27099")])
    assert set(codes(resolve("Novita", index))) == {"27491", "27099"}
    assert resolve("caño claro", index).kind == "several"
    assert resolve("caño claro, bojayá", index).kind == "one"


def test_an_index_with_zones_leaves_the_first_as_it_was() -> None:
    INDEX.with_zones([("z1", "Nóvita", "27099"), ("z9", "Nowhere", "00000"), ("z8", "  ", "27099")])
    assert codes(resolve("Nóvita", INDEX)) == ["27491"]


def test_another_country_works_from_its_list_alone() -> None:
    index = build_index(
        [
            UnitName("EC0805", "San Lorenzo", "EC08", "Esmeraldas"),
            UnitName("EC0801", "Esmeraldas", "EC08", "Esmeraldas"),
        ],
        countries=["EC"],
    )
    assert codes(resolve("san lorenzo, ecuador", index)) == ["EC0805"]
    assert resolve("San Lorenzo Colombia", index).kind == "none"
    assert resolve("Esmeraldas", index).kind == "none"
    assert resolve("anything", build_index([])) == NOTHING


def test_the_index_from_the_database_follows_zones_and_own_aliases(colombia: None) -> None:
    assert codes(resolve("Agua Mansa", queries.resolver_index())) == []
    zone = define_zone("27099", "Agua Mansa", 3)
    found = resolve("Agua Mansa", queries.resolver_index())
    assert (codes(found), found.candidates[0].zone) == (["27099"], str(zone.id))
    change_zone(zone.id, active=False)
    assert codes(resolve("Agua Mansa", queries.resolver_index())) == []
    Alias.objects.create(unit_id="27001", kind="name", text="La Capital del Chocó Grande")
    assert codes(resolve("la capital del choco grande", queries.resolver_index())) == ["27001"]
    assert codes(resolve("27086", queries.resolver_index())) == ["27493"]


def test_the_index_is_built_once(colombia: None, monkeypatch: pytest.MonkeyPatch) -> None:
    queries.resolver_index()
    monkeypatch.setattr(queries, "_build", lambda: pytest.fail("built again"))
    queries.resolver_index()


def test_a_closed_unit_is_not_offered(colombia: None) -> None:
    queries.municipality("27491").__class__.objects.filter(code="27491").update(valid_until="2026-12-31")
    queries._built = None
    assert "27491" not in codes(resolve("Nóvita", queries.resolver_index()))
    queries._built = None


def test_every_reason_has_words() -> None:
    with translation.override("en"):
        lines = {
            candidate_words(candidate)
            for text in ("riosucio choco", "Curvaradó", "istmnia", "boyaca", "27086", "quibdo antioquia")
            for candidate in resolve(text, INDEX).candidates
        }
    assert "Riosucio (Chocó): it is its name; chosen by the department that was written" in lines
    assert "Carmen del Darién (Chocó): a place with this name lies in it" in lines


@given(st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_plain_text_is_plain_and_settled(text: str) -> None:
    once = plain(text)
    assert set(once) <= set(string.ascii_lowercase + string.digits + " ")
    assert plain(once) == once
    assert "  " not in once


@given(st.text(alphabet=string.ascii_lowercase, max_size=30))
@settings(max_examples=400, deadline=None)
def test_hearing_twice_is_hearing_once_for_vowels_and_length(letters: str) -> None:
    heard = sound(letters)
    assert len(heard) <= len(letters)
    assert not any(one == other for one, other in pairwise(heard))


@given(st.sampled_from(sorted(INDEX.units)), st.data())
@settings(max_examples=300, deadline=None)
def test_case_accents_spaces_and_marks_change_nothing(code: str, data: st.DataObject) -> None:
    name = INDEX.units[code].name
    same = data.draw(
        st.sampled_from(
            [
                name.upper(),
                name.lower(),
                f"  {name}\t",
                name.replace(" ", "  "),
                plain(name),
                f"«{name}».",
                f"{name}\u0301",
            ]
        )
    )
    expected, found = resolve(name, INDEX), resolve(same, INDEX)
    assert (found.kind, codes(found)) == (expected.kind, codes(expected)), same


@given(st.text(max_size=LONGEST + 50))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_resolver(text: str) -> None:
    found = resolve(text, INDEX, among=DEMO)
    assert (found.kind == "one") == (len(found.candidates) == 1 and found.kind != "none")
    assert found.kind != "several" or len(found.candidates) >= 2
    assert len(set(codes(found))) == len(found.candidates)


def test_a_network_settles_only_homonyms_of_its_own_and_says_so() -> None:
    for row in FORMS:
        found = resolve(row["written"], INDEX, department=row["department"], among=DEMO)
        if found.kind == "one" and row["answer"] != "one":
            candidate = found.candidates[0]
            assert (candidate.settled_by, candidate.code in DEMO) == ("network", True), row
            assert candidate.code in row["codes"].split(), row
        elif found.kind == "one":
            assert codes(found) == [row["codes"]], row
