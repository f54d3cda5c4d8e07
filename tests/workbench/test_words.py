"""A member's words and code: a mistyped one is named and asked for alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from atarraya_workbench import asking, folder
from atarraya_workbench.keys.opening import open_all
from support.exported import Copy
from workbench.conftest import answers

Said = pytest.CaptureFixture[str]


def test_a_word_that_is_in_no_list_is_named_and_the_others_are_kept(copy: Copy, tmp_path: Path, capsys: Said) -> None:
    phrase, _code = copy.member("Verificación")
    copy.send(text="lo que pasó")
    export = folder.read(copy.write(tmp_path / "out"))
    words = phrase.split()
    typed = " ".join([*words[:2], "zzzz", *words[3:]]).upper()
    ring = asking._by_phrase(export, answers(typed, words[2]))
    assert "La palabra 3 no está en la lista" in capsys.readouterr().err
    assert len(open_all(export, ring).entries) == 1


def test_fewer_words_are_kept_and_more_begin_again(copy: Copy, capsys: Said) -> None:
    words = copy.member("Verificación")[0].split()
    assert asking.phrase(answers(" ".join(words[:4]), words[4], " ".join(words[5:]))) == words
    assert "Van 4 de 7" in capsys.readouterr().err
    assert asking.phrase(answers(" ".join([*words, words[0]]), " ".join(words))) == words
    assert "Son 8 palabras" in capsys.readouterr().err


def test_listed_words_of_nobody_ask_again(copy: Copy, tmp_path: Path, capsys: Said) -> None:
    phrase, _code = copy.member("Verificación")
    export = folder.read(copy.write(tmp_path / "out"))
    backwards = " ".join(reversed(phrase.split()))
    ring = asking._by_phrase(export, answers(backwards, phrase))
    assert len(ring.keys) == 1
    assert "no son la frase de llave de nadie" in capsys.readouterr().err


def test_a_code_opens_and_a_slip_asks_which_group(
    copy: Copy, tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = copy.member("Mujeres")[1]
    export = folder.read(copy.write(tmp_path / "out"))
    groups = code.split("-")
    wrong = ("B" if groups[1][0] != "B" else "C") + groups[1][1:]
    monkeypatch.setattr(asking, "choice", lambda _prompt: "2")
    ring = asking._by_code(export, answers("-".join([groups[0], wrong, *groups[2:]]), groups[1]))
    assert ring.circles == {(copy.circles["Mujeres"].id, 1)}
    assert "letra de control" in capsys.readouterr().err


def test_what_opens_no_circles_key_is_said(copy: Copy, tmp_path: Path) -> None:
    phrase, _code = copy.member()
    export = folder.read(copy.write(tmp_path / "out"))
    with pytest.raises(asking.Refused, match="no se abre ninguna llave"):
        asking.keys(export, "phrase", answers(phrase))


def test_without_members_words_are_refused_before_they_are_asked_for(copy: Copy, tmp_path: Path) -> None:
    export = folder.read(copy.write(tmp_path / "out"))
    with pytest.raises(asking.Refused, match="--keys-of"):
        asking.keys(export, "phrase", answers())


def test_a_key_that_is_not_what_its_public_half_says_is_left_out(copy: Copy, tmp_path: Path, capsys: Said) -> None:
    phrase, _code = copy.member("Verificación", "Mujeres")
    wrapped = copy.holders[0]["wrapped"]
    wrapped[0]["sealed"], wrapped[1]["sealed"] = wrapped[1]["sealed"], wrapped[0]["sealed"]
    export = folder.read(copy.write(tmp_path / "out"))
    with pytest.raises(asking.Refused):
        asking.keys(export, "phrase", answers(phrase))
    assert "dañadas" in capsys.readouterr().err
