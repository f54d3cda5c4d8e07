"""The list of words: one source, and words that can be told apart on paper and by ear."""

from __future__ import annotations

import hashlib
import re

from atarraya.sealing import words

from .conftest import STATIC

# Order is meaning: a changed list would break every receipt and phrase already on paper.
FROZEN = "fc5d2bc1119490dc2158887b8e1ae5d23b49afe19eb0ffffb935809b342abab5"


def test_there_are_2048_and_they_never_change() -> None:
    assert len(words.WORDS) == len(set(words.WORDS)) == 2048
    assert hashlib.sha256(" ".join(words.WORDS).encode()).hexdigest() == FROZEN


def test_the_browser_has_the_same() -> None:
    """Its file says of each word how many letters it shares with the one before, and the rest."""
    source = (STATIC / "vendor" / "words.js").read_text()
    told, before = [], ""
    for shared, rest in re.findall(r"(\d)([a-z]+)", source.split('"')[1]):
        before = before[: int(shared)] + rest
        told.append(before)
    assert told == list(words.WORDS)


def test_each_is_three_to_eight_plain_letters_in_order() -> None:
    assert all(re.fullmatch(r"[a-z]{3,8}", word) for word in words.WORDS)
    assert list(words.WORDS) == sorted(words.WORDS)


def by_ear(word: str) -> str:
    """Return a word as it sounds in most of Colombia: b is v, s is z, ll is y, h is mute."""
    word = re.sub(r"(?<!c)h", "", word).replace("qu", "k")
    word = re.sub(r"c(?=[ei])", "s", word)
    word = re.sub(r"c(?!h)", "k", word)
    word = re.sub(r"g(?=[ei])", "j", word)
    word = re.sub(r"gu(?=[ei])", "g", word)
    for letters, sound in (("z", "s"), ("v", "b"), ("ll", "y"), ("x", "s")):
        word = word.replace(letters, sound)
    return re.sub(r"y$", "i", word)


def test_any_two_differ_by_two_letters_written_and_by_ear() -> None:
    for forms in (list(words.WORDS), [by_ear(word) for word in words.WORDS]):
        assert len(set(forms)) == len(forms)
        assert not {short for form in forms for short in shorter(form)} & set(forms)
        seen: dict[str, str] = {}
        for form in forms:
            for blot in blanked(form):
                assert blot not in seen, (form, seen[blot])
                seen[blot] = form


def shorter(form: str) -> set[str]:
    """Return the word with each letter left out."""
    return {form[:at] + form[at + 1 :] for at in range(len(form))}


def blanked(form: str) -> set[str]:
    """Return the word with each letter blotted."""
    return {form[:at] + "?" + form[at + 1 :] for at in range(len(form))}


def test_typed_words_become_plain() -> None:
    assert words.plain(" Árbol, NUBE-río\n") == ["arbol", "nube", "rio"]
    assert words.unknown([words.WORDS[0], "xyzzy"]) == [1]
    assert words.unknown(words.draw(50)) == []
