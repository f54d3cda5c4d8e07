"""What strangers wrote cannot drive the terminal, nor a spreadsheet."""

from __future__ import annotations

import pytest

from atarraya.terminal.cells import defused
from atarraya_workbench import saying


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J\x1b]0;título\x07", "�[2J�]0;título�"),
        ("\x9b31mrojo\x90q\x9c", "�31mrojo�q�"),
        ("uno\rdos\x08\x7f", "uno\ndos��"),
        ("abc\u202edcba\u2066x\u200b", "abc�dcba�x�"),
        ("uno\u2028dos\x85tres\r\ncuatro", "uno\ndos\ntres\ncuatro"),
        ("a\u0301" * 2 + "b" + "\u0301" * 40, "a\u0301a\u0301b" + "\u0301" * 3),
        ("ñandú 🙏 你好", "ñandú 🙏 你好"),
        ("\ud800", "�"),
    ],
)
def test_control_and_direction_marks_are_shown_as_one_sign(hostile: str, shown: str) -> None:
    assert saying.clean(hostile) == shown


def test_every_line_from_outside_stands_behind_a_bar() -> None:
    lines = saying.quoted("Todo bien.\nAbiertos: 3.\n" + "palabra " * 40, width=40)
    assert all(line.startswith(saying.BAR) and len(line) <= 40 for line in lines)
    assert len(lines) > 8


@pytest.mark.parametrize("text", ["=1", "+57", "-1", "@a", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "|x", "%x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert defused(text) == "'" + text


@pytest.mark.parametrize("text", ["", "río Agua Mansa", "a=1", " hola", "3124567890"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert defused(text) == text
