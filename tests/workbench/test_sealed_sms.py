"""A sealed SMS in an export: opened where its key is, as at the desk; told as damaged where it does not open."""

from __future__ import annotations

import calendar
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from atarraya.sealing.sms import message
from atarraya.sealing.sms.head import Head, step
from atarraya_workbench import folder
from atarraya_workbench.acts.showing import view
from atarraya_workbench.keys import ring
from atarraya_workbench.keys.opening import open_all
from atarraya_workbench.threads import threads_of
from support.exported import DAY, Copy

TEXT = "siguen en la escuela"
ARRIVED = calendar.timegm((2026, 11, 20, 15, 7, 0))


def sealed(copy: Copy, *, number: int = 1, epoch: int = 0, ago: int = 1800, flags: tuple[str, ...] = ("TOLD",)) -> str:
    groups = ("FAMILY", "CHILDREN")
    said = Head("CONFINEMENT", "27099", step(ARRIVED - ago), "DAYS", 22, groups, flags)
    key = copy.circles["Verificación"].half(epoch)["sms"]
    return message.seal(said, TEXT, key=key, inbox=UUID(copy.inboxes["Atrato"]), number=number)


def send(copy: Copy, text: str, **more: Any) -> None:
    sms = {"read": False, "channel": "phone", "at": f"{DAY}T15:07", "to": ""} | more
    contact = {"way": "SMS", "number": "+573001112233"}
    copy.send(text=text, kind=None, municipality=None, sms=sms, contact=contact)


def opened(copy: Copy, to: Path) -> list[dict[str, Any]]:
    export = folder.read(copy.write(to / "out"))
    first, _second, third = (sheet.replace("-", "") for sheet in copy.circles["Verificación"].sheets)
    return [entry.payload for entry in open_all(export, ring.by_sheets(export, (first, third))).entries]


def test_it_opens_and_says_what_the_desk_says(copy: Copy, tmp_path: Path) -> None:
    send(copy, f"RV: {sealed(copy)}\n--\nmi firma")
    (account,) = opened(copy, tmp_path)
    names = ("text", "kind", "municipality", "urgency", "who", "groups", "bands", "seen")
    assert [account[name] for name in names] == [
        *(TEXT, "CONFINEMENT", "27099", "DAYS", "FAMILY", ["CHILDREN"], "21-100", "TOLD")
    ]
    assert account["contact"]["number"] == "+573001112233"
    assert account["sms"]["sealed"] == {"state": "open", "written": f"{DAY}T14:30", "doubt": False, "cut": False}


def test_it_is_shown_with_what_is_said_of_it(copy: Copy, tmp_path: Path) -> None:
    send(copy, sealed(copy))
    send(copy, sealed(copy)[:155])
    export = folder.read(copy.write(tmp_path / "out"))
    first, _second, third = (sheet.replace("-", "") for sheet in copy.circles["Verificación"].sheets)
    threads = threads_of(open_all(export, ring.by_sheets(export, (first, third))).entries)
    shown = {thread.account["text"]: "\n".join(view(export, thread)) for thread in threads}
    assert "Llegó sellado." in shown[TEXT] and "niñas y niños" in shown[TEXT] and f"│ {TEXT}" in shown[TEXT]
    assert "DAÑADO" in shown[""]


@pytest.mark.parametrize("spoil", ["cut", "changed", "other number", "other key", "longer"])
def test_what_does_not_open_is_told_as_damaged_without_its_letters(copy: Copy, tmp_path: Path, spoil: str) -> None:
    whole = sealed(copy)
    swapped = "A" if whole[100] != "A" else "B"
    said = {
        "cut": whole[:155],
        "changed": whole[:100] + swapped + whole[101:],
        "other number": sealed(copy, number=2),
        "other key": message.seal(
            Head("", "", 0, "", 0, (), ()),
            TEXT,
            key=copy.circles["Mujeres"].half()["sms"],
            inbox=UUID(copy.inboxes["Atrato"]),
            number=1,
        ),
        "longer": whole + "x",
    }[spoil]
    send(copy, said)
    (account,) = opened(copy, tmp_path)
    assert (account["sms"]["sealed"]["state"], account["text"]) == ("damaged", "")


def test_a_second_circle_is_told_that_it_is_the_first_ones(copy: Copy, tmp_path: Path) -> None:
    send(copy, sealed(copy))
    send(copy, sealed(copy)[:155])
    copy.send(to="Mujeres", text=sealed(copy), sms={"read": False, "at": f"{DAY}T15:07"}, contact={})
    export = folder.read(copy.write(tmp_path / "out"))
    sheets = [sheet.replace("-", "") for sheet in copy.circles["Mujeres"].sheets]
    (account,) = [one.payload for one in open_all(export, ring.by_sheets(export, (sheets[0], sheets[2]))).entries]
    # Both are circles of verifiers in this export; the second one's key is here, and phones seal to the first.
    assert (account["sms"]["sealed"]["state"], account["text"]) == ("other", "")


def test_of_before_a_change_it_opens_marked_and_after_45_days_not(copy: Copy, tmp_path: Path) -> None:
    before = sealed(copy)
    copy.renew("Verificación")
    send(copy, before)
    copy.rows[-1]["day"] = "2027-01-04"
    send(copy, sealed(copy, number=2, epoch=1))
    send(copy, before)
    copy.rows[-1]["day"] = "2027-01-05"
    assert [one["sms"]["sealed"]["state"] for one in opened(copy, tmp_path)] == ["before", "open", "old"]


def test_a_doubtful_hour_is_said_and_one_that_is_none_stops_nothing(copy: Copy, tmp_path: Path) -> None:
    for ago in (71 * 3600, 73 * 3600, -3 * 3600):
        send(copy, sealed(copy, ago=ago, flags=("CUT",)))
    for at in ("", "later", None, 5, "0001-01-01T00:00", "9999-12-31T23:59"):
        send(copy, sealed(copy), at=at)
    sealed_ones = [one["sms"]["sealed"] for one in opened(copy, tmp_path)]
    assert [one["doubt"] for one in sealed_ones] == [False, True, True, *[True] * 6]
    assert [one["written"] for one in sealed_ones[3:]] == [""] * 6
    assert [one["cut"] for one in sealed_ones] == [True] * 3 + [False] * 6


def test_every_other_account_stays_as_it_is(copy: Copy, tmp_path: Path) -> None:
    send(copy, "llegó la panga con plátano")
    copy.send(text=sealed(copy))
    copy.send(text=sealed(copy), sms="no")
    copy.send(text=5, sms={})
    said = [one["sms"] for one in opened(copy, tmp_path) if isinstance(one.get("sms"), dict)]
    assert len(said) == 2 and not any("sealed" in sms for sms in said)
