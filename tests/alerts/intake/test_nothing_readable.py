"""What is not an envelope is refused by every way in: no sentence may lie anywhere in clear."""

from __future__ import annotations

import base64
import json
import os
import zlib
from typing import Any
from uuid import uuid4

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atarraya.alerts.models import Chunk, Entry
from atarraya.alerts.services.receive import looks_random
from support.cast import Cast
from support.phone import half, report, seal_report

pytestmark = pytest.mark.django_db
STORY = "A doña Eulalia la amenazaron en la bocatoma; el que manda es alias Caimán. "


def send(cast: Cast, client: Any, envelope: bytes) -> Any:
    body = report(cast).body | {"sealed": base64.b64encode(envelope).decode()}
    return client.post("/api/point/reports", body, content_type="application/json", headers=cast.leader.header)


def clear_payload(cast: Cast, text: bytes) -> bytes:
    """A true header with readable bytes where the sealed ones belong."""
    envelope = report(cast).envelope
    size = 2048 + 16
    return envelope[:-size] + (text * size)[:size]


WRONG = {
    "text": lambda cast: (STORY * 60).encode(),
    "json": lambda cast: json.dumps({"text": STORY * 40}).encode(),
    "compressed": lambda cast: zlib.compress(os.urandom(2000) + STORY.encode()),
    "random": lambda cast: os.urandom(2700),
    "fewer stanzas": lambda cast: seal_report(cast.inbox.pk, 1, cast.recipients[:2]).envelope,
    "more stanzas": lambda cast: seal_report(cast.inbox.pk, 1, [*cast.recipients, cast.recipients[0]]).envelope,
    "no bucket": lambda cast: pyrage.encrypt(
        STORY.encode(), [pyrage.x25519.Recipient.from_str(one) for one in cast.recipients]
    ),
    "password file": lambda cast: pyrage.passphrase.encrypt(bytes(2048), "x"),
    "armored": lambda cast: pyrage.encrypt(
        bytes(2048), [pyrage.x25519.Recipient.from_str(one) for one in cast.recipients], armored=True
    ),
    "cut": lambda cast: report(cast).envelope[:-1],
    "longer": lambda cast: report(cast).envelope + b"\0",
    "prefixed": lambda cast: STORY.encode() + report(cast).envelope,
    "clear payload": lambda cast: clear_payload(cast, STORY.encode()),
    "clear payload, padded": lambda cast: clear_payload(cast, STORY.encode() + bytes(3000)),
    "clear payload, UTF-16": lambda cast: clear_payload(cast, STORY.encode("utf-16-le")),
    "clear payload, Latin-1": lambda cast: clear_payload(cast, STORY.encode("latin-1")),
    "base64 payload": lambda cast: clear_payload(cast, base64.b64encode(os.urandom(3000))),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_envelope_is_refused(cast: Cast, client: Any, name: str) -> None:
    answer = send(cast, client, WRONG[name](cast))
    assert answer.status_code == 422 and answer.json()["title"] == "not_sealed"
    assert not Entry.objects.exists()


@pytest.mark.parametrize("size", [17, 60, 1000, 4112, 16400])
def test_a_slice_that_reads_as_text_is_refused(cast: Cast, client: Any, size: int) -> None:
    body = (STORY.encode("ascii", "ignore") * 300)[:size]
    address = f"/api/point/attachments/{uuid4()}/0"
    answer = client.put(
        address, body, content_type="application/octet-stream", headers=cast.leader.header | {"Erase-Hash": half()}
    )
    assert (answer.status_code, answer.json()["title"]) == (422, "not_sealed")
    assert not Chunk.objects.exists()


@pytest.mark.parametrize("alphabet", ["latin-1", "utf-16-le", "cp850"])
@pytest.mark.parametrize("size", [60, 1000, 2047, 4112, 16400])
def test_a_slice_of_words_in_an_old_alphabet_is_refused(cast: Cast, client: Any, alphabet: str, size: int) -> None:
    body = (STORY.encode(alphabet) * 300)[:size]
    address = f"/api/point/attachments/{uuid4()}/0"
    answer = client.put(
        address, body, content_type="application/octet-stream", headers=cast.leader.header | {"Erase-Hash": half()}
    )
    assert answer.status_code == 422 and not Chunk.objects.exists()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([2048, 4112, 8192, 16400, 32768]))
def test_sealed_bytes_never_look_readable(size: int) -> None:
    assert looks_random(os.urandom(size))


def test_sealed_slices_of_every_short_length_pass() -> None:
    for size in range(64, 2048):
        assert looks_random(os.urandom(size))
