"""The workbench's words: the language is every program's (`terminal.words`), the catalogue its own."""

from __future__ import annotations

from pathlib import Path

from atarraya.terminal import words
from atarraya.terminal.words import _, choose, ngettext

__all__ = ["_", "choose", "language", "ngettext", "speak"]

FOLDER = Path(__file__).parent / "locale"
_spoken = ["es"]


def speak(chosen: str) -> None:
    """Say everything that follows in `chosen` (`es` or `en`), argparse's own sentences too."""
    _spoken[0] = chosen
    words.speak(chosen, FOLDER)


def language() -> str:
    """Return the language spoken: `es` or `en`."""
    return _spoken[0]
