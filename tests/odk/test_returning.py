"""What the workbench made of ODK forms comes back as reports, once; the forms go in that same step, or nothing does."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from atarraya.alerts.models import Chunk, Entry, Envelope, Erasure, StorageKey
from atarraya.alerts.services import attachments
from atarraya.channels.odk.models import OdkPart, OdkPartKey, OdkSubmission
from atarraya.channels.odk.services import erasing
from atarraya.command import for_workbench, odk_parts, words
from atarraya.command.acts import odk as command
from atarraya.sealing import storage
from atarraya.terminal.codes import DONE, REFUSED, Refused
from atarraya.trail.models import Line
from atarraya_workbench import folder, submissions
from atarraya_workbench import words as bench_words
from atarraya_workbench.acts import resealing
from atarraya_workbench.keys import odk, ring
from support import opener, photos, returned, sounds
from support.cast import Cast
from support.exported import sheets_of
from support.odkphone import TEXT, OdkPhone

pytestmark = pytest.mark.django_db
MEDIA = [("1.jpg", photos.JPEG), ("2.m4a", sounds.plain(bytes(range(256)) * 200))]


OTHER = "8a6e0f34-0b6f-4a55-9a53-0d4c2f6f3c11"


@pytest.fixture(autouse=True)
def spanish() -> None:
    bench_words.speak("es")


@pytest.fixture
def phone(cast: Cast) -> OdkPhone:
    return OdkPhone.given(cast.inbox, cast.steward)


def hand_in(phone: OdkPhone, **said: Any) -> None:
    _instance, manifest, files = phone.encrypted(**said)
    assert phone.post(manifest, files).status_code == 201


def exported(to: Path) -> Path:
    """Write what `atarraya export` writes of ODK, and what opening needs."""
    to.mkdir()
    for_workbench.write(to, [])
    (to / "envelopes.csv").write_text("id,inbox_id,number,municipality,urgency,age,day,size\n")
    odk_parts.write(to)
    return to


def sealed_again(cast: Cast, tmp_path: Path, name: str = "a", *, incomplete: bool = False, left: int = 0) -> Path:
    """Carry an export to the workbench, seal what opens again, and return its folder."""
    place = folder.read(exported(tmp_path / f"{name}-out"))
    first, second, _third = sheets_of(cast.verifiers.offline)
    keys = ring.by_sheets(place, (first.replace("-", ""), second.replace("-", "")))
    filled = [odk.opened(place, keys, one) for one in submissions.read(place)]
    assert [one.why for one in filled] == ["missing" if incomplete else ""] * len(filled)
    to = tmp_path / name
    args = argparse.Namespace(to=str(to), incomplete=incomplete, yes=True)
    assert resealing.run(args, place, keys, filled) == len(filled) - left
    return to


def bring_in(to: Path) -> int:
    words.speak("es")
    return command.run(argparse.Namespace(returns=str(to)))


def accounts(cast: Cast) -> list[dict[str, Any]]:
    """Return what a verifier's key opens of all envelopes, as a desk does."""
    found = []
    for row in Envelope.objects.all():
        key = StorageKey.objects.get(pk=row.pk)
        payload = opener.open_envelope(storage.decrypt(bytes(key.key), bytes(row.body)), [cast.verifiers.identity])
        if payload:
            found.append(payload)
    return found


def test_a_form_comes_back_as_a_report_and_is_erased(cast: Cast, phone: OdkPhone, tmp_path: Path) -> None:
    hand_in(phone, media=MEDIA)
    (waited,) = OdkSubmission.objects.values_list("pk", flat=True)
    to = sealed_again(cast, tmp_path)
    assert bring_in(to) == DONE
    (account,) = accounts(cast)
    assert account["text"] == TEXT and account["kind"] == "CONFINEMENT" and account["type"] == "report"
    entry = Entry.objects.get()
    assert (entry.inbox_id, entry.municipality, entry.mark) == (cast.inbox.pk, "27099", "")
    photo, voice = account["attachments"]
    for named, type_ in ((photo, "image/jpeg"), (voice, "audio/mp4")):
        pieces = [piece for _index, piece in attachments.slices(UUID(named["id"]))]
        assert named["type"] == type_ and len(opener.open_file(named, pieces)) == named["size"]
    assert opener.open_file(voice, [piece for _at, piece in attachments.slices(UUID(voice["id"]))]) == MEDIA[1][1]
    assert not OdkSubmission.objects.exists() and not OdkPart.objects.exists() and not OdkPartKey.objects.exists()
    assert Erasure.objects.filter(erased=waited).exists()
    assert Line.objects.filter(verb="odk.import").count() == 1


def test_twice_is_once_and_so_are_two_sealings_of_the_same_form(cast: Cast, phone: OdkPhone, tmp_path: Path) -> None:
    hand_in(phone, media=MEDIA)
    first, second = sealed_again(cast, tmp_path, "a"), sealed_again(cast, tmp_path, "b")
    assert bring_in(first) == DONE
    before = (Entry.objects.count(), Chunk.objects.count(), Erasure.objects.count())
    assert [bring_in(first), bring_in(second)] == [DONE, DONE]
    assert (Entry.objects.count(), Chunk.objects.count(), Erasure.objects.count()) == before == (1, before[1], 1)


def test_cut_off_in_the_middle_nothing_is_lost_and_nothing_is_half(
    cast: Cast, phone: OdkPhone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(2):
        hand_in(phone, media=MEDIA)
    to = sealed_again(cast, tmp_path)
    whole, calls = attachments.keep_slice, []

    def cut(*said: Any, **more: Any) -> bool:
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return whole(*said, **more)

    monkeypatch.setattr(attachments, "keep_slice", cut)
    with pytest.raises(KeyboardInterrupt):
        bring_in(to)
    assert Entry.objects.count() + OdkSubmission.objects.count() == 2
    assert Chunk.objects.values("attachment").distinct().count() == 2 * Entry.objects.count()
    assert bring_in(to) == DONE
    assert (Entry.objects.count(), OdkSubmission.objects.count(), len(accounts(cast))) == (2, 0, 2)
    assert Chunk.objects.values("attachment").distinct().count() == 4


def change(cast: Cast, to: Path, at: int = 0, **said: Any) -> dict[str, Any]:
    """Change members of a report of a folder, as whoever holds the circle's key could; return its line."""
    lines = returned.listed(to)
    path = to / lines[at]["report"]
    path.write_text(json.dumps(json.loads(path.read_text()) | said))
    returned.sign(to, lines, cast.verifiers.bundle["ed25519"])
    return lines[at]


@pytest.mark.parametrize(
    "said",
    [
        {"sealed": "QUFB" * 100},
        {"sealed": ""},
        {"number": 99},
        {"municipality": "05001"},
        {"inbox": OTHER},
        {"narrative": "en claro"},
        {"id": "no id"},
        {"lookup": "x"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_the_platform_would_refuse_of_a_phone_it_refuses_here(
    cast: Cast, phone: OdkPhone, tmp_path: Path, said: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(phone, media=MEDIA)
    to = sealed_again(cast, tmp_path)
    change(cast, to, **said)
    assert bring_in(to) == REFUSED
    told = capsys.readouterr().out
    assert "Rechazados: 1" in told
    assert not Entry.objects.exists() and not Chunk.objects.exists() and OdkSubmission.objects.count() == 1


def test_codes_to_publish_are_not_taken_from_a_folder(cast: Cast, phone: OdkPhone, tmp_path: Path) -> None:
    from atarraya.alerts.models import Alert

    hand_in(phone)
    to = sealed_again(cast, tmp_path)
    change(cast, to, share={"kind": "CONFINEMENT", "seen": "SAW"})
    assert bring_in(to) == DONE
    assert Entry.objects.count() == 1 and not Alert.objects.exists()


def test_one_is_refused_and_the_others_come_in(
    cast: Cast, phone: OdkPhone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _time in range(2):
        hand_in(phone)
    to = sealed_again(cast, tmp_path)
    first = change(cast, to, municipality="05001")
    assert bring_in(to) == REFUSED
    assert (Entry.objects.count(), OdkSubmission.objects.count()) == (1, 1)
    assert first["submission"][:8] in capsys.readouterr().out


@pytest.mark.parametrize("known", [True, False])
def test_after_a_restore_its_report_comes_in_again(cast: Cast, phone: OdkPhone, tmp_path: Path, known: bool) -> None:
    hand_in(phone)
    to = sealed_again(cast, tmp_path)
    waited = OdkSubmission.objects.values_list("pk", flat=True)
    # A backup of before, or of between: its keys are gone, and it may or may not know that it was erased.
    erasing.erase(list(waited)) if known else OdkPartKey.objects.all().delete()
    if not known:
        assert erasing.replay() == 1
    assert not OdkSubmission.objects.exists()
    assert bring_in(to) == DONE
    assert len(accounts(cast)) == 1


def test_a_form_whose_report_is_here_does_not_come_back_with_a_backup(
    cast: Cast, phone: OdkPhone, tmp_path: Path
) -> None:
    hand_in(phone, media=MEDIA)
    (row,), parts = OdkSubmission.objects.all(), list(OdkPart.objects.all())
    bring_in(sealed_again(cast, tmp_path))
    row.save(force_insert=True)
    for part in parts:
        part.save(force_insert=True)
    assert erasing.replay() == 1
    assert not OdkSubmission.objects.exists() and not OdkPart.objects.exists()


def test_one_that_was_erased_at_the_desk_does_not_come_back(cast: Cast, phone: OdkPhone, tmp_path: Path) -> None:
    from atarraya.alerts.services import erasing as reports

    hand_in(phone, media=MEDIA)
    to = sealed_again(cast, tmp_path)
    bring_in(to)
    reports.destroy([*Entry.objects.values_list("pk", flat=True), *Chunk.objects.values_list("pk", flat=True)])
    assert bring_in(to) == DONE
    assert not Entry.objects.exists() and not Chunk.objects.exists()


@pytest.mark.parametrize("spoil", ["missing", "long", "link", "away", "count", "list", "unfinished", "none"])
def test_a_folder_that_is_not_whole_brings_nothing_in(cast: Cast, phone: OdkPhone, tmp_path: Path, spoil: str) -> None:
    hand_in(phone, media=MEDIA)
    to = sealed_again(cast, tmp_path)
    (made,) = lines = returned.listed(to)
    piece = to / "attachments" / made["attachments"][0]["id"] / "0000"
    acts = {
        "missing": piece.unlink,
        "long": lambda: piece.write_bytes(bytes(20_000)),
        "link": lambda: (piece.unlink(), piece.symlink_to("/etc/hostname")),
        "away": lambda: made.update(report="../../../etc/passwd"),
        "count": lambda: made["attachments"][0].update(slices=10**9),
        "list": lambda: None,
        "unfinished": lambda: (to / "UNFINISHED.txt").write_text("x"),
        "none": lambda: None,
    }
    acts[spoil]()
    returned.sign(to, lines, cast.verifiers.bundle["ed25519"], v=9 if spoil == "list" else 1, rehash=False)
    if spoil in {"list", "unfinished", "away"}:
        with pytest.raises(Refused):
            bring_in(to)
    elif spoil == "none":
        with pytest.raises(Refused):
            bring_in(tmp_path / "nothing here")
    else:
        assert bring_in(to) == REFUSED
    assert not Entry.objects.exists() and not Chunk.objects.exists() and OdkSubmission.objects.count() == 1
