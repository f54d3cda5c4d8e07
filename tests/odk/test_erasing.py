"""What the workbench calls damaged, altered or closed is erased by hand: asked first, by its name, for good."""

from __future__ import annotations

import pytest

from atarraya.alerts.models import Erasure
from atarraya.channels.odk.models import OdkPart, OdkPartKey, OdkSubmission
from atarraya.channels.odk.services import erasing
from atarraya.command import grammar, words
from atarraya.command.acts import odk as command
from atarraya.terminal.codes import DONE, Refused
from atarraya.trail.models import Line
from support.cast import Cast
from support.odkphone import OdkPhone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spanish() -> None:
    words.speak("es")


@pytest.fixture
def phone(cast: Cast) -> OdkPhone:
    return OdkPhone.given(cast.inbox, cast.steward)


def hand_in(phone: OdkPhone, count: int) -> list[tuple[bytes, dict[str, bytes]]]:
    sent = [phone.encrypted()[1:] for _time in range(count)]
    assert [phone.post(*one).status_code for one in sent] == [201] * count
    return sent


def run(*said: str) -> int:
    return command.run(grammar.build().parse_args(["odk", "erase", *said]))


def answer(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr("builtins.input", lambda _prompt: said)


def test_those_that_are_named_go_for_good_and_no_other(
    phone: OdkPhone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = hand_in(phone, 3)
    gone, other, stays = OdkSubmission.objects.order_by("pk").values_list("pk", flat=True)
    answer(monkeypatch, "Sí")
    assert run(str(gone)[:8], str(other).upper()) == DONE
    told = capsys.readouterr().out
    assert str(gone) in told and str(other) in told and str(stays) not in told and "Borrados: 2." in told
    assert [row.pk for row in OdkSubmission.objects.all()] == [stays]
    assert OdkPart.objects.count() == OdkPartKey.objects.count() == 2
    assert set(Erasure.objects.values_list("erased", flat=True)) == {gone, other}
    line = Line.objects.get(verb="odk.erase")
    assert (line.actor, line.subject, len(line.at)) == ("", "", len("2026-11-26"))
    assert [phone.post(*one).status_code for one in sent] == [202] * 3 and OdkSubmission.objects.count() == 1


def test_a_restored_copy_erases_them_again(phone: OdkPhone) -> None:
    hand_in(phone, 1)
    row = OdkSubmission.objects.get()
    assert run("--yes", str(row.pk)) == DONE
    OdkSubmission.objects.create(id=row.pk, inbox_id=row.inbox_id, number=row.number, day=row.day, expires=row.expires)
    assert erasing.replay() == 1 and not OdkSubmission.objects.exists()


@pytest.mark.parametrize("said", ["", "no", "s"])
def test_without_a_yes_nothing_goes(phone: OdkPhone, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    hand_in(phone, 1)
    answer(monkeypatch, said)
    with pytest.raises(Refused):
        run(str(OdkSubmission.objects.get().pk)[:8])
    assert OdkSubmission.objects.count() == 1 and not Line.objects.filter(verb="odk.erase").exists()


@pytest.mark.parametrize("name", ["", "0", "%", "ffffffff", "../../..", "00000000-0000-4000-8000-00000000000"])
def test_a_name_that_is_not_one_forms_alone_erases_none(phone: OdkPhone, name: str) -> None:
    hand_in(phone, 1)
    row = OdkSubmission.objects.get()
    OdkPart.objects.all().delete()
    for last in "12":
        OdkSubmission.objects.create(
            id=f"00000000-0000-4000-8000-00000000000{last}",
            inbox_id=row.inbox_id,
            number=row.number,
            day=row.day,
            expires=row.expires,
        )
    with pytest.raises(Refused):
        run("--yes", str(row.pk), name)
    assert OdkSubmission.objects.count() == 3 and not Erasure.objects.exists()
