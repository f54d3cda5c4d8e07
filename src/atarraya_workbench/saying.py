"""Showing on a terminal what strangers wrote: nothing in it can move the cursor, hide, turn round or speak for us."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from atarraya_workbench.words import _

BAR = "│ "
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"}
_MOST_MARKS = 3  # marks that one letter may carry; a heap of them writes over the lines above


def clean(text: str) -> str:
    """Return `text` with every control and direction mark shown as \ufffd, and lines broken by \\n only."""
    for mark, plain in _BREAKS.items():
        text = text.replace(mark, plain)
    shown, marks = [], 0
    for character in text.replace("\t", "    "):
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if marks > _MOST_MARKS:
            continue
        shown.append("\ufffd" if category in _HIDDEN and character != "\n" else character)
    return "".join(shown)


def line(text: str) -> str:
    """Return `text` clean and on one line."""
    return " ".join(clean(text).split())


def quoted(text: str, width: int = 0) -> list[str]:
    """Return the lines of what somebody wrote, each behind a bar, so that none looks like one of ours."""
    room = (width or columns()) - len(BAR)
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        lines += textwrap.wrap(paragraph, room, drop_whitespace=False) or [""]
    return [BAR + one for one in lines]


def columns() -> int:
    """Return the terminal's width, at most what reads well."""
    return max(30, min(100, shutil.get_terminal_size((80, 24)).columns))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, each column as wide as its longest."""
    cleaned = [[line(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in cleaned) for at in range(len(cleaned[0]))] if cleaned else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cleaned]


def show(lines: Iterable[str]) -> None:
    """Show lines a page at a time on the terminal's other screen, so that nothing can be scrolled back to."""
    height = max(4, shutil.get_terminal_size((80, 24)).lines - 2)
    all_lines = list(lines)
    sys.stdout.write("\x1b[?1049h")
    try:
        for at in range(0, len(all_lines), height):
            sys.stdout.write("\x1b[2J\x1b[H" + "\n".join(all_lines[at : at + height]) + "\n")
            last = at + height >= len(all_lines)
            sys.stdout.write(_("[Enter: back]") if last else _("[Enter: go on · q: back]"))
            sys.stdout.flush()
            if sys.stdin.readline().strip().lower() == "q":
                break
    finally:
        sys.stdout.write("\x1b[2J\x1b[3J\x1b[H\x1b[?1049l")
        sys.stdout.flush()
