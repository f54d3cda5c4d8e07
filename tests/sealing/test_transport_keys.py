"""Transport keys: one a week, dropped after 45 days, and an outbox of last month still opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atarraya.alerts.refusals import KeyGone, NotSealed
from atarraya.alerts.services import transport_keys
from atarraya.kernel import clock
from atarraya.sealing import envelopes, transport
from atarraya.sealing.models import TransportKey

# A Monday: a key is handed out from here to Sunday.
START = datetime(2026, 11, 23, 15, tzinfo=UTC)
HEADER = {"id": "0b7c5f5e-8d1a-4c3b-8e6f-2a9d4c1b7e30"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.DATA = tmp_path
    yield tmp_path / "secrets" / "transport"


def outbox(public: str) -> bytes:
    envelope = envelopes.seal({"v": 1, "type": "checkin"}, [public], [False])
    return transport.seal_for_transport(HEADER, envelope, public)


def test_a_key_lasts_a_week(folder: Path) -> None:
    with clock.freeze(START):
        first = transport_keys.public_key()
        assert transport_keys.rotate() == 0 and transport_keys.public_key() == first
    with clock.freeze(START + timedelta(days=6)):
        assert transport_keys.public_key() == first
    with clock.freeze(START + timedelta(days=7)):
        assert transport_keys.public_key() != first
    assert len(list(folder.iterdir())) == 2


def test_an_outbox_opens_for_45_days_and_not_after(folder: Path) -> None:
    """Written on the last day of its key's week, it still has all its 45 days; a worker rotates every day."""
    with clock.freeze(START + timedelta(days=6)):
        waiting = outbox(transport_keys.public_key())
    for day in range(6, 52):
        with clock.freeze(START + timedelta(days=day)):
            transport_keys.rotate()
            header, envelope = transport_keys.open_outbox(waiting)
            assert header == HEADER and envelopes.check(envelope, 1) == 2048
    for day in range(52, 61):
        with clock.freeze(START + timedelta(days=day)):
            transport_keys.rotate()
    with clock.freeze(START + timedelta(days=60)), pytest.raises(KeyGone):
        transport_keys.open_outbox(waiting)
    assert not (folder / "2026-48.key").exists()


def test_what_is_no_outbox_or_another_servers_is_refused() -> None:
    with clock.freeze(START):
        transport_keys.public_key()
        with pytest.raises(KeyGone):
            transport_keys.open_outbox(outbox(transport.new_key()[0]))
        for blob in (b"", b"x" * 3000):
            with pytest.raises(NotSealed):
                transport_keys.open_outbox(blob)


def test_only_its_owner_reads_a_key_and_no_half_written_one_stays(folder: Path) -> None:
    with clock.freeze(START):
        transport_keys.public_key()
    assert [path.name for path in folder.iterdir()] == ["2026-48.key"]
    assert (folder / "2026-48.key").stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
def test_no_key_lies_in_the_database_where_a_backup_would_take_it() -> None:
    with clock.freeze(START):
        transport_keys.public_key()
        transport_keys.rotate()
    assert not TransportKey.objects.exists()
