"""Long work shows a bar to a person and plain lines to a log."""

from __future__ import annotations

import io

import pytest

from atarraya.command import words
from atarraya.terminal import progress
from atarraya.terminal.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def spanish() -> None:
    words.speak("es")


def test_a_person_sees_a_bar_that_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "BAR_EVERY", 0)
    screen = Terminal()
    with Progress("Copiando", 4, screen) as bar:
        assert list(bar.over("abcd")) == list("abcd")
    drawn = screen.getvalue().split("\r")
    assert "█" * progress.WIDTH in drawn[-1] and drawn[-1].endswith("4/4\n")
    assert drawn[1].count("█") == 0


def test_a_log_gets_whole_lines_and_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    log = io.StringIO()
    with Progress("Copiando", 2, log) as bar:
        bar.step()
        bar.step()
    assert log.getvalue().splitlines() == ["Copiando: 0/2", "Copiando: 1/2", "Copiando: 2/2", "Copiando: listo"]


def test_work_that_fails_is_never_said_to_be_done() -> None:
    log = io.StringIO()
    with pytest.raises(ValueError), Progress("Copiando", 2, log):
        raise ValueError
    assert "listo" not in log.getvalue()


def test_a_total_that_is_not_known_is_not_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "BAR_EVERY", 0)
    screen = Terminal()
    with Progress("Borrando", stream=screen) as bar:
        bar.reach(7)
    assert screen.getvalue().endswith("Borrando  7\n")
