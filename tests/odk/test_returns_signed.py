"""A folder that erases forms is taken only as a circle's key of today signed it, each form and report once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from atarraya.alerts.models import Entry
from atarraya.channels.odk.models import OdkPart, OdkSubmission
from atarraya.sealing import bundles
from atarraya.terminal.codes import DONE, REFUSED, Refused
from atarraya_workbench.acts import resealing
from odk.test_returning import MEDIA, accounts, bring_in, hand_in, phone, sealed_again, spanish
from support import returned
from support.cast import Cast, renew
from support.odkphone import OdkPhone

__all__ = ["phone", "spanish"]
pytestmark = pytest.mark.django_db


def nothing_changed(forms: int) -> bool:
    return not Entry.objects.exists() and OdkSubmission.objects.count() == forms and OdkPart.objects.exists()


def named_twice(to: Path, how: str) -> list[dict[str, Any]]:
    """Return lines that name the first report for every form, or the first form for every report."""
    first, *others = returned.listed(to)
    if how == "a report in another file":
        copy = to / "reports" / others[0]["report"].rpartition("/")[2]
        shutil.copy(to / first["report"], copy)
        return [first, *others]
    member = "report" if how == "a report" else "submission"
    return [first, *(one | {member: first[member]} for one in others)]


@pytest.mark.parametrize("how", ["a report", "a form"])
def test_a_folder_that_names_anything_twice_is_refused_before_anything_is_written(
    cast: Cast, phone: OdkPhone, tmp_path: Path, how: str
) -> None:
    for _time in range(3):
        hand_in(phone)
    to = sealed_again(cast, tmp_path)
    returned.sign(to, named_twice(to, how), cast.verifiers.bundle["ed25519"])
    with pytest.raises(Refused):
        bring_in(to)
    assert nothing_changed(3)


def test_one_report_in_two_files_erases_no_second_form(cast: Cast, phone: OdkPhone, tmp_path: Path) -> None:
    for _time in range(2):
        hand_in(phone)
    to = sealed_again(cast, tmp_path)
    returned.sign(to, named_twice(to, "a report in another file"), cast.verifiers.bundle["ed25519"])
    assert bring_in(to) == REFUSED
    assert (Entry.objects.count(), OdkSubmission.objects.count()) == (1, 1)


def test_who_holds_no_key_erases_nothing(cast: Cast, phone: OdkPhone, tmp_path: Path) -> None:
    hand_in(phone, media=MEDIA)
    to = sealed_again(cast, tmp_path)
    lines, stranger = returned.listed(to), bundles.new_bundle()["ed25519"]
    for seeds in ((), (stranger,)):
        returned.sign(to, lines, *seeds)
        if seeds:
            assert bring_in(to) == REFUSED
        else:
            with pytest.raises(Refused, match="firmó"):
                bring_in(to)
        assert nothing_changed(1)
    (to / "returns.json").write_text(json.dumps({"v": 1, "returns": lines}))
    with pytest.raises(Refused, match="firmó"):
        bring_in(to)
    assert nothing_changed(1)


@pytest.mark.parametrize("what", ["a line", "a report", "a slice", "slices swapped"])
def test_whatever_was_changed_after_it_was_signed_is_refused(
    cast: Cast, phone: OdkPhone, tmp_path: Path, what: str
) -> None:
    hand_in(phone, media=MEDIA)
    to = sealed_again(cast, tmp_path)
    (made,) = returned.listed(to)
    report, pieces = to / made["report"], sorted((to / "attachments" / made["attachments"][1]["id"]).iterdir())
    if what == "a line":
        known = json.loads((to / "returns.json").read_text())
        known["document"] = known["document"].replace('"parts":4', '"parts":5')
        (to / "returns.json").write_text(json.dumps(known))
        with pytest.raises(Refused):
            bring_in(to)
    else:
        if what == "a report":
            report.write_text(json.dumps(json.loads(report.read_text()) | {"municipality": None}))
        elif what == "a slice":
            pieces[0].write_bytes(pieces[0].read_bytes()[:-1] + b"\0\0")
        else:
            first, second = pieces[0].read_bytes(), pieces[1].read_bytes()
            pieces[0].write_bytes(second)
            pieces[1].write_bytes(first)
        assert bring_in(to) == REFUSED
    assert nothing_changed(1)


def test_a_key_of_before_signs_no_more(
    cast: Cast, phone: OdkPhone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(phone)
    to = sealed_again(cast, tmp_path)
    renew(cast.verifiers, cast.steward, cast.inbox)
    assert bring_in(to) == REFUSED and "Exporte" in capsys.readouterr().out
    assert nothing_changed(1)
    assert bring_in(sealed_again(cast, tmp_path, "b")) == DONE and len(accounts(cast)) == 1


def test_a_fault_that_nobody_thought_of_keeps_one_form_waiting_and_no_other(
    cast: Cast, phone: OdkPhone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("uno", "dos"):
        hand_in(phone, text=text)
    whole = resealing.forms.account

    def faulty(answers: Any, *said: Any) -> dict[str, Any]:
        if answers.said("text") == "uno":
            raise RuntimeError
        return whole(answers, *said)

    monkeypatch.setattr(resealing.forms, "account", faulty)
    assert bring_in(sealed_again(cast, tmp_path, left=1)) == DONE
    assert [account["text"] for account in accounts(cast)] == ["dos"] and OdkSubmission.objects.count() == 1


def test_a_photo_that_came_since_the_export_is_not_erased_unread(
    cast: Cast, phone: OdkPhone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _instance, manifest, files = phone.encrypted(media=MEDIA)
    late = {"2.m4a.enc": files.pop("2.m4a.enc")}
    phone.post(manifest, files)
    to = sealed_again(cast, tmp_path, incomplete=True)
    assert phone.post(manifest, late).status_code == 201
    assert bring_in(to) == REFUSED and "llegó otro archivo" in capsys.readouterr().out
    assert nothing_changed(1) and OdkPart.objects.count() == 4
    assert bring_in(sealed_again(cast, tmp_path, "b")) == DONE
    (account,) = accounts(cast)
    assert len(account["attachments"]) == 2 and not OdkSubmission.objects.exists()
