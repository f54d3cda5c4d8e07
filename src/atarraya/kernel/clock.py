"""The only clock. Rooms ask here, so that tests can stop it and coarse times are cut in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.utils import timezone

_frozen: datetime | None = None


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _frozen or datetime.now(UTC)


def today() -> date:
    """Return today's date in the network's time zone (Colombia by default)."""
    return now().astimezone(timezone.get_default_timezone()).date()


def this_hour() -> datetime:
    """Return the present moment cut down to the hour: the finest time the board keeps."""
    return now().replace(minute=0, second=0, microsecond=0)


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (aware) inside the block. For tests and for building the demonstration."""
    global _frozen
    if moment.tzinfo is None:
        raise ValueError("freeze() needs an aware moment")
    before, _frozen = _frozen, moment
    try:
        yield
    finally:
        _frozen = before
