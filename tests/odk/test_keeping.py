"""Parts are kept as they come, sealed on arrival, once each; they meet by instanceID, and go when they were opened."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pyrage
import pytest

from atarraya.alerts.models import Erasure
from atarraya.alerts.services import mixing
from atarraya.channels.odk import manifest as manifests
from atarraya.channels.odk import queries, rules
from atarraya.channels.odk.models import OdkPart, OdkPartKey, OdkSubmission
from atarraya.channels.odk.services import erasing, keeping
from atarraya.kernel import clock
from support.cast import Cast, Ring, make_inbox, renew
from support.odkphone import OdkPhone, said

PHOTO = [("1700000000000.jpg", b"\xff\xd8" + bytes(range(256)) * 40)]
pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(cast: Cast) -> OdkPhone:
    return OdkPhone.given(cast.inbox, cast.steward)


def opened(ring: Ring, submission: OdkSubmission) -> list[tuple[dict[str, Any], bytes]]:
    """Return what a circle's own key opens of a submission: (head, bytes) of each part, in order."""
    identity = pyrage.x25519.Identity.from_str(ring.identity)
    found = []
    for sealed in queries.sealed_parts(submission):
        head, _line, body = pyrage.decrypt(sealed, [identity]).partition(b"\n")
        found.append((json.loads(head), body))
    return found


def test_every_circle_of_the_inbox_opens_the_parts_as_they_were_sent(cast: Cast, phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted(media=PHOTO)
    assert phone.post(manifest, files).status_code == 201
    row = OdkSubmission.objects.get()
    assert (row.inbox, row.number, row.day) == (cast.inbox, 1, clock.today())
    expected = [
        ({"v": 1, "name": "submission.xml", "role": "manifest"}, manifest),
        ({"v": 1, "name": "1700000000000.jpg.enc", "role": "part"}, files["1700000000000.jpg.enc"]),
        ({"v": 1, "name": "submission.xml.enc", "role": "part"}, files["submission.xml.enc"]),
    ]
    for ring in cast.rings:
        assert opened(ring, row) == expected


def test_a_part_of_many_chunks_opens_with_age_itself(cast: Cast, phone: OdkPhone) -> None:
    for size in (64 * 1024 - 200, 3 * 64 * 1024 + 5):
        media = [("foto.jpg", bytes(range(256)) * (size // 256))]
        _instance, manifest, files = phone.encrypted(media=media)
        phone.post(manifest, files)
        row = OdkSubmission.objects.get(pk=keeping.submission_id(cast.inbox, manifests.read(manifest).instance))
        assert opened(cast.verifiers, row)[1][1] == files["foto.jpg.enc"]


def test_no_row_says_name_instance_or_device(cast: Cast, phone: OdkPhone) -> None:
    instance, manifest, files = phone.encrypted(media=PHOTO)
    phone.post(manifest, files)
    rows = [*OdkSubmission.objects.values(), *OdkPart.objects.values(), *OdkPartKey.objects.values()]
    held = b"".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in rows for v in r.values()
    )
    device = phone.login.encode()
    for secret in (
        instance[5:].encode(),
        instance[5:].replace("-", "").encode(),
        b"1700000000000",
        b"submission",
        device,
    ):
        assert secret not in held and secret not in held.replace(b"-", b"")
    assert b"inventedPhone" not in held


def test_parts_that_come_apart_meet_by_instance(phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted(media=PHOTO)
    one, other = ({name: content} for name, content in files.items())
    got = [phone.post(manifest, part).status_code for part in (one, one, other, other, {})]
    assert got == [201, 202, 201, 202, 202]
    assert (OdkSubmission.objects.count(), OdkPart.objects.count(), OdkPartKey.objects.count()) == (1, 3, 3)


def test_other_content_under_the_same_name_is_a_conflict(cast: Cast, phone: OdkPhone) -> None:
    instance, manifest, files = phone.encrypted()
    phone.post(manifest, files)
    _same, second, others = phone.encrypted(instance, text="otra cosa")
    for body in ((second, {}), (second, others), (manifest, others)):
        assert said(phone.post(*body))[:2] == (409, "error")
    assert [body for _head, body in opened(cast.verifiers, OdkSubmission.objects.get())] == [manifest, *files.values()]


def test_a_submission_has_an_end(phone: OdkPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    _instance, manifest, files = phone.encrypted(media=PHOTO)
    monkeypatch.setattr(rules, "MOST_BYTES", 9000)
    assert said(phone.post(manifest, files))[:2] == (413, "error") and not OdkSubmission.objects.exists()


def test_two_inboxes_do_not_meet(cast: Cast, phone: OdkPhone) -> None:
    """Each has the form whole, in whatever order its parts came to the two."""
    _instance, manifest, files = phone.encrypted(media=PHOTO)
    other = OdkPhone.given(make_inbox("Otro", cast.steward, cast.verifiers), cast.steward)
    assert [one.post(manifest, files).status_code for one in (phone, other, phone, other)] == [201, 201, 202, 202]
    rows = OdkSubmission.objects.all()
    assert len({row.inbox_id for row in rows}) == len(rows) == 2 and OdkPartKey.objects.count() == 6
    for row in rows:
        assert [body for _head, body in opened(cast.verifiers, row)] == [manifest, *files.values()]


def test_what_is_erased_while_a_phone_repeats_it_does_not_come_back(
    phone: OdkPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instance, manifest, files = phone.encrypted(media=PHOTO)
    phone.post(manifest, files)
    pk, whole = OdkSubmission.objects.get().pk, keeping._sealed

    def erased_meanwhile(*said: Any) -> Any:
        erasing.erase([pk])
        return whole(*said)

    monkeypatch.setattr(keeping, "_sealed", erased_meanwhile)
    assert phone.post(manifest, files).status_code == 202
    assert not OdkSubmission.objects.exists() and not OdkPart.objects.exists() and not OdkPartKey.objects.exists()


def test_what_was_erased_is_answered_as_kept_and_not_kept_again(phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted()
    phone.post(manifest, files)
    pk = OdkSubmission.objects.get().pk
    assert erasing.erase([pk]) == 1 and erasing.erase([pk]) == 0
    assert not OdkPart.objects.exists() and not OdkPartKey.objects.exists()
    assert phone.post(manifest, files).status_code == 202 and not OdkSubmission.objects.exists()


def test_a_restored_copy_erases_again(phone: OdkPhone) -> None:
    kept = [phone.encrypted() for _ in range(3)]
    for _instance, manifest, files in kept:
        phone.post(manifest, files)
    erased, keyless, stays = OdkSubmission.objects.all()
    Erasure.objects.create(id=erased.pk, erased=erased.pk, day=clock.today())
    OdkPartKey.objects.filter(pk=keyless.parts.first().pk).delete()
    assert erasing.replay() == 2
    assert [row.pk for row in OdkSubmission.objects.all()] == [stays.pk]
    assert OdkPartKey.objects.count() == OdkPart.objects.count() == 2


def test_unopened_ones_go_on_their_last_day_and_no_day_before(cast: Cast, phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted()
    phone.post(manifest, files)
    waiting = queries.waiting([cast.inbox])
    assert waiting is not None and (waiting.count, waiting.oldest) == (1, clock.today())
    last = clock.today() + timedelta(days=rules.KEEP_DAYS)
    assert (erasing.let_go(last - timedelta(days=1)), erasing.let_go(last)) == (0, 1)
    assert not OdkPartKey.objects.exists() and queries.waiting([cast.inbox]) is None


def test_who_was_removed_opens_no_part_that_comes_later(cast: Cast, phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted()
    old = cast.verifiers.identity
    renew(cast.verifiers, cast.approver, cast.inbox)
    phone.post(manifest, files)
    row = OdkSubmission.objects.get()
    assert row.number == 2 and opened(cast.verifiers, row)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(queries.sealed_parts(row)[0], [pyrage.x25519.Identity.from_str(old)])


def test_at_night_their_order_is_forgotten_and_nothing_else(
    cast: Cast, phone: OdkPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        _instance, manifest, files = phone.encrypted(media=PHOTO)
        phone.post(manifest, files)
    before = {row.pk: opened(cast.verifiers, row) for row in OdkSubmission.objects.all()}
    batches: list[tuple[str, int]] = []
    lay = mixing._lay_anew

    def counted(model: Any, rows: list[Any]) -> int:
        batches.append((model.__name__, len(rows)))
        return lay(model, rows)

    monkeypatch.setattr(mixing, "_lay_anew", counted)
    mixing.forget_order()
    sizes = [size for name, size in batches if name == "OdkPart"]
    assert sum(sizes) == 12 and max(sizes) == OdkPart.laid_at_once
    assert {name for name, _size in batches} >= {"OdkPart", "OdkPartKey", "OdkSubmission"}
    assert {row.pk: opened(cast.verifiers, row) for row in OdkSubmission.objects.all()} == before
