"""Two sheets of three, as the browser prints them; a slip is found where it is, and nothing else is asked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atarraya_workbench import asking, folder
from atarraya_workbench.keys import sheets
from atarraya_workbench.keys.agefiles import Secret
from support.exported import Copy
from support.house import ROOT
from workbench.conftest import answers

BROWSER = json.loads((ROOT / "tests" / "vectors" / "sheets-browser.json").read_text())
PLAIN = [sheet.replace("-", "") for sheet in BROWSER["sheets"]]
OTHER = Secret.of(bytes(range(32))).recipient


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2), (2, 0)])
def test_any_two_sheets_that_a_browser_printed_give_the_identity(pair: tuple[int, int]) -> None:
    recipient, secret = sheets.join((PLAIN[pair[0]], PLAIN[pair[1]]), [OTHER, BROWSER["recipient"]])
    assert recipient == secret.recipient == BROWSER["recipient"]
    assert secret.recipient == Secret.read(BROWSER["identity"]).recipient


def test_all_three_shares_agree() -> None:
    shares = [sheets._reading(plain, None).share for plain in PLAIN]  # type: ignore[union-attr]
    assert sheets.combine(shares) == sheets.combine(shares[:2])


@pytest.mark.parametrize(("at", "letter"), [(0, "0"), (7, "Z"), (30, "1"), (53, "X"), (55, "3")])
@pytest.mark.parametrize("sheet", [0, 1])
def test_one_slip_is_found_in_its_group(at: int, letter: str, sheet: int) -> None:
    typed = PLAIN[:2]
    assert typed[sheet][at] != letter
    typed[sheet] = typed[sheet][:at] + letter + typed[sheet][at + 1 :]
    with pytest.raises(sheets.SheetsFault) as fault:
        sheets.join((typed[0], typed[1]), [BROWSER["recipient"]])
    assert (fault.value.kind, fault.value.slips) == ("slip", ((sheet, at // 4),))


def test_a_slip_in_each_and_two_letters_swapped_are_found() -> None:
    swapped = PLAIN[0][:9] + PLAIN[0][10] + PLAIN[0][9] + PLAIN[0][11:]
    assert swapped != PLAIN[0]
    slipped = PLAIN[1][:40] + ("2" if PLAIN[1][40] != "2" else "3") + PLAIN[1][41:]
    with pytest.raises(sheets.SheetsFault) as fault:
        sheets.join((swapped, slipped), [OTHER, BROWSER["recipient"]])
    assert fault.value.slips == ((0, 2), (1, 10))


def test_what_opens_nothing_says_which_sheet_and_why() -> None:
    known, other = [BROWSER["recipient"]], BROWSER["other"].replace("-", "")
    cases = {
        (PLAIN[0], PLAIN[0]): ("twice", (1,)),
        (PLAIN[0], other): ("other", (1,)),
        (other, PLAIN[0]): ("other", (0,)),
        ("0000" * 14, PLAIN[0]): ("other", (0,)),
    }
    for typed, expected in cases.items():
        with pytest.raises(sheets.SheetsFault) as fault:
            sheets.join(typed, known)
        assert (fault.value.kind, fault.value.sheets) == expected
    worse = "ZZ" + PLAIN[0][2:20] + "YY" + PLAIN[0][22:]
    with pytest.raises(sheets.SheetsFault) as fault:
        sheets.join((worse, PLAIN[1]), known)
    assert (fault.value.kind, fault.value.sheets, fault.value.slips) == ("slip", (0,), ())


def test_only_the_group_with_the_slip_is_asked_again(
    copy: Copy, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    export = folder.read(copy.write(tmp_path / "out"))
    first, second, _third = copy.circles["Verificación"].sheets
    groups = second.split("-")
    slipped = groups[4][:3] + ("7" if groups[4][3] != "7" else "8")
    typed = "-".join([*groups[:4], slipped, *groups[5:]])
    ring = asking._by_sheets(export, answers(first.lower(), typed, groups[4]))
    assert len(ring.keys) == 1
    assert "hoja 2, grupo 5" in capsys.readouterr().err


def test_groups_of_a_wrong_length_or_letter_are_named_and_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    right = [f"AB{number:02}" for number in range(14)]
    typed = " ".join([*right[:2], "AB2", *right[3:6], "A*B6", *right[7:]])
    assert asking.groups(answers(typed, "ab02", "ab06"), "?", asking.SHEET_SIZES) == right
    said = capsys.readouterr().err
    assert "grupo 3" in said and "grupo 7" in said
    assert asking.groups(answers("".join(right)), "?", asking.SHEET_SIZES) == right
    assert asking.groups(answers(" ".join(right[:5]), "-".join(right[5:])), "?", asking.SHEET_SIZES) == right
    assert asking.groups(answers(" ".join([*right, "AAAA"]), " ".join(right)), "?", asking.SHEET_SIZES) == right
