"""Slices of voice and photos: once each, in any order, resumable, and never before text."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from atarraya.alerts.models import Chunk, StorageKey
from atarraya.alerts.services import attachments
from support.cast import Cast
from support.opener import open_file
from support.phone import half, report, seal_slices

pytestmark = pytest.mark.django_db

SOME = "3f0c5a1e-8d2b-4c6f-9e7a-1b2c3d4e5f60"


def put(cast: Cast, client: Any, attachment: UUID, index: int | str, body: bytes, **headers: str) -> Any:
    said = cast.leader.header | {"Erase-Hash": half()} | {k.replace("_", "-"): v for k, v in headers.items()}
    address = f"/api/point/attachments/{attachment}/{index}"
    return client.put(address, body, content_type="application/octet-stream", headers=said)


def have(cast: Cast, client: Any, attachment: UUID) -> Any:
    return client.get(f"/api/point/attachments/{attachment}", headers=cast.leader.header).json()["have"]


def test_slices_twice_and_out_of_order_make_one_file(cast: Cast, client: Any) -> None:
    attachment, key, content = uuid4(), os.urandom(32), os.urandom(70_000)
    slices = seal_slices(attachment, key, content)
    order = [*range(len(slices)), *range(len(slices))]
    random.Random(7).shuffle(order)
    answers = [put(cast, client, attachment, index, slices[index]).status_code for index in order]
    assert (answers.count(201), answers.count(200)) == (len(slices), len(slices))
    kept = attachments.slices(attachment)
    assert [index for index, _ in kept] == list(range(len(slices)))
    from atarraya.sealing.encoding import to_b64

    named = {"id": str(attachment), "key": to_b64(key), "size": len(content), "chunks": len(slices)}
    assert open_file(named, [body for _, body in kept]) == content


def test_a_phone_asks_what_is_missing(cast: Cast, client: Any) -> None:
    attachment = uuid4()
    slices = seal_slices(attachment, os.urandom(32), os.urandom(50_000))
    for index in (3, 0):
        put(cast, client, attachment, index, slices[index])
    assert have(cast, client, attachment) == [0, 3]
    assert have(cast, client, uuid4()) == []


def test_other_bytes_under_a_kept_number_are_not_called_kept(cast: Cast, client: Any) -> None:
    attachment, body = uuid4(), os.urandom(4112)
    assert put(cast, client, attachment, 0, body).status_code == 201
    answer = put(cast, client, attachment, 0, os.urandom(4112))
    assert (answer.status_code, answer.json()["title"]) == (409, "slice_taken")
    assert attachments.slices(attachment) == [(0, body)]


@pytest.mark.parametrize(
    ("index", "size", "status"),
    [
        *((399, 4096 * steps + 16, 201) for steps in (1, 2, 3, 4)),
        # What is not filled up to a step would tell how long somebody spoke.
        *((0, size, 422) for size in (17, 32, 2048, 4096, 4111, 4113, 5000, 16_384)),
        *((400, 4112, 422), (10_000, 4112, 404), (0, 16401, 413), (0, 16, 400)),
    ],
)
def test_limits_of_a_slice(cast: Cast, client: Any, index: int, size: int, status: int) -> None:
    assert put(cast, client, uuid4(), index, os.urandom(size)).status_code == status


@pytest.mark.parametrize("address", ["not-an-id/0", f"{UUID(int=0)}/0", f"{SOME}/-1", f"{SOME}/x", f"{SOME}/1.0"])
def test_other_addresses_hold_nothing(cast: Cast, client: Any, address: str) -> None:
    headers = cast.leader.header | {"Erase-Hash": half()}
    answer = client.put(
        f"/api/point/attachments/{address}",
        os.urandom(4112),
        content_type="application/octet-stream",
        headers=headers,
    )
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"


def test_a_slice_needs_its_erase_hash(cast: Cast, client: Any) -> None:
    answer = put(cast, client, uuid4(), 0, os.urandom(4112), Erase_Hash="x")
    assert answer.status_code == 400


def test_slices_live_as_long_as_a_report_under_keys_of_their_own(cast: Cast, client: Any) -> None:
    attachment, body = uuid4(), os.urandom(4112)
    put(cast, client, attachment, 0, body)
    chunk = Chunk.objects.get()
    assert chunk.expires - chunk.day == timedelta(days=30)
    assert body not in bytes(chunk.body) and StorageKey.objects.filter(pk=chunk.pk).exists()


def test_text_before_media_on_a_nearly_full_disk(cast: Cast, client: Any, settings: Any) -> None:
    settings.MEDIA_RESERVE_BYTES = 2**60
    answer = put(cast, client, uuid4(), 0, os.urandom(4112), Accept_Language="es")
    assert (answer.status_code, answer.json()["title"]) == (507, "no_room")
    assert "texto" in answer.json()["detail"]
    body = report(cast).body
    sent = client.post("/api/point/reports", body, content_type="application/json", headers=cast.leader.header)
    assert sent.status_code == 201
