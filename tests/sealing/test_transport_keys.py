"""Transport keys: one a week, destroyed after 45 days, and an outbox of last month still opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from atarraya.kernel import clock
from atarraya.sealing import envelopes, transport
from atarraya.sealing.models import TransportKey
from atarraya.sealing.refusals import NotAnEnvelope, NotForThisKey
from atarraya.sealing.services import transport_keys

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 15, tzinfo=UTC)
HEADER = {"id": "0b7c5f5e-8d1a-4c3b-8e6f-2a9d4c1b7e30"}


def outbox(public: str) -> bytes:
    envelope = envelopes.seal({"v": 1, "type": "checkin"}, [public], [False])
    return transport.seal_for_transport(HEADER, envelope, public)


def test_a_key_lasts_a_week() -> None:
    with clock.freeze(START):
        first = transport_keys.current()
        assert transport_keys.current() == transport_keys.rotate() == first
    with clock.freeze(START + timedelta(days=6)):
        assert transport_keys.current() == first
    with clock.freeze(START + timedelta(days=7)):
        second = transport_keys.current()
        assert (first.number, second.number) == (1, 2)
        assert first.public != second.public


def test_an_outbox_opens_for_45_days_and_not_after() -> None:
    with clock.freeze(START):
        waiting = outbox(transport_keys.current().public)
    for weeks in range(1, 7):
        with clock.freeze(START + timedelta(weeks=weeks)):
            transport_keys.rotate()
    with clock.freeze(START + timedelta(days=44)):
        header, envelope = transport_keys.open(waiting)
        assert header == HEADER
        assert envelopes.check(envelope, 1) == 2048
    with clock.freeze(START + timedelta(days=45)):
        with pytest.raises(NotForThisKey):
            transport_keys.open(waiting)
        transport_keys.rotate()
        assert not TransportKey.objects.filter(number=1).exists()


def test_what_is_no_outbox_or_another_servers_is_refused() -> None:
    with clock.freeze(START):
        transport_keys.current()
        with pytest.raises(NotForThisKey):
            transport_keys.open(outbox(transport.new_key()[0]))
        for blob in (b"", b"x" * 3000):
            with pytest.raises(NotAnEnvelope):
                transport_keys.open(blob)


def test_every_field_has_a_class() -> None:
    assert set(TransportKey.FIELD_CLASSES) == {field.name for field in TransportKey._meta.get_fields()}
