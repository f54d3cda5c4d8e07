"""What an SMS means in a codebook, and what is left to people. INVENTED WORDS: do not use them in the field."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atarraya.gateway.matching import COURTESY, Entry, Reading, alike, folded, read

ZONE = "6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21"
BOOK = (
    Entry("panga", "kind", "ARMED_PRESENCE"),
    Entry("canoa grande", "kind", "CONFINEMENT"),
    Entry("plátano", "urgency", "NOW"),
    Entry("yuca", "urgency", "DAYS"),
    Entry("piña", "urgency", "KNOW"),
    Entry("quebrada", "zone", ZONE),
    Entry("abuela", "duress", "1"),
)


def means(text: str, book: Sequence[Entry] = BOOK) -> Reading:
    found = read(book, text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    "text",
    [
        "llegó la panga con plátano",
        "LLEGO LA PANGA CON PLATANO",
        "Buenas tardes vecina, llegó  la   panga  con platano, muchas gracias",
        "llego la pamga con platano",
        "llego la pnga con platanos",
        "llego la pagna con pla tano",
        "Dios la bendiga. llegó la panga... con PLÁTANO!",
        "panga platano",
    ],
)
def test_capitals_accents_spaces_courtesy_and_one_slip_are_forgiven(text: str) -> None:
    found = means(text)
    assert (found.kind, found.urgency, found.sure) == ("ARMED_PRESENCE", "NOW", True)


def test_a_phrase_a_zone_and_an_accented_word() -> None:
    found = means("la canoa  grande subió a la quebrada con piña")
    assert (found.kind, found.urgency, found.zone, found.sure) == ("CONFINEMENT", "KNOW", ZONE, True)
    assert means("la canoagrande con yuca").kind == "CONFINEMENT"


@pytest.mark.parametrize(
    "text",
    [
        "llegó la panga y la canoa grande con plátano",  # two kinds
        "llegó la panga con plátano y yuca",  # two urgencies
        "no llegó la panga con plátano",
        "ya llegó la panga con plátano?",
        "nunca llega la panga con plátano",
        "llegó la panga",  # how soon is not said
    ],
)
def test_what_has_two_meanings_is_denied_or_half_said_is_for_people(text: str) -> None:
    assert means(text).sure is False


def test_one_slip_between_two_words_is_nobodys_guess() -> None:
    book = (*BOOK, Entry("manga", "kind", "COMBAT"))
    assert means("la pnga con platano", book).sure is True  # only one of them is a slip away
    for text in ("la sanga con platano", "la panga con platano", "la manga con platano"):
        found = means(text, book)
        assert (found.kind, found.sure) == (None, False)


def test_what_says_no_kind_is_read_by_no_book() -> None:
    for text in ("", "hola", "mañana hay plátano y yuca en la quebrada", "??", "🙂", "a" * 5000):
        assert read(BOOK, text) is None
    assert read((), "llegó la panga con plátano") is None
    assert read((Entry("...", "kind", "COMBAT"),), "llegó ...") is None


def test_short_words_and_courtesy_forgive_no_slip() -> None:
    book = (Entry("sol", "kind", "COMBAT"), Entry("gracia", "urgency", "NOW"), Entry("mano", "kind", "CONFINEMENT"))
    assert read(book, "la sal y el son") is None
    assert means("sol, muchas gracias", book).urgency is None
    assert means("mano gracia", book).sure is True


def test_the_duress_word_is_marked_and_leaves_the_text() -> None:
    found = means("la abuela mandó la panga con plátano")
    assert found.duress and found.sure and found.kind == "ARMED_PRESENCE"
    assert "abuela" not in folded(found.rest) and "panga" in found.rest
    alone = means("llame a la abuela")
    assert alone.duress and alone.kind is None and not alone.sure
    assert means("llegó la panga con plátano").rest == "llegó la panga con plátano"


@given(st.text(max_size=80))
def test_no_text_breaks_it_or_warns_without_a_kind_and_an_urgency(text: str) -> None:
    found = read(BOOK, text)
    assert found is None or not found.sure or (found.kind and found.urgency)


@given(st.data())
def test_no_single_slip_of_a_word_becomes_another_meaning(data: st.DataObject) -> None:
    kinds = [entry for entry in BOOK if entry.sort == "kind"]
    entry = data.draw(st.sampled_from(kinds))
    word = entry.joined
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slip = data.draw(st.sampled_from([word[:at] + word[at + 1 :], word[:at] + letter + word[at:]]))
    found = read(BOOK, f"{slip} platano")
    assert found is None or found.kind in {None, entry.value}


def test_the_words_of_courtesy_are_in_their_plainest_spelling() -> None:
    assert {folded(word) for word in COURTESY} == COURTESY
    assert alike("panga", "pagna") and alike("panga", "pang") and not alike("panga", "pena")


def test_a_long_sms_and_a_full_book_are_read_in_little_time() -> None:
    book = [Entry(f"palabra{n:02d} de relleno", "kind", "COMBAT") for n in range(60)]
    text = " ".join(f"cosa{n}" for n in range(150))
    begun = time.perf_counter()
    for _ in range(10):
        read(book, text)
    assert (time.perf_counter() - begun) / 10 < 0.5


def test_the_browser_and_the_gateway_read_alike() -> None:
    """`tests/vectors/codebooks.json` holds what this reading gives; the browser's is held to it by its own test."""
    path = Path(__file__).parents[1] / "vectors" / "codebooks.json"
    vectors = json.loads(path.read_text(encoding="utf-8"))
    entries = [Entry(**one) for one in vectors["entries"]]
    found = [read(entries, text) for text in vectors["texts"]]
    assert [asdict(one) if one else None for one in found] == vectors["readings"]
