"""The command line's words: the language is every program's (`terminal.words`), the catalogue its own."""

from __future__ import annotations

from pathlib import Path

from atarraya.terminal import words
from atarraya.terminal.words import _, choose, ngettext

__all__ = ["_", "choose", "ngettext", "speak"]

FOLDER = Path(__file__).parent / "locale"


def speak(language: str) -> None:
    """Say everything that follows in `language`, argparse's own sentences too."""
    words.speak(language, FOLDER)
