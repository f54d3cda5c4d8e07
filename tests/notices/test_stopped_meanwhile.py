"""Somebody is stopped while a worker writes or settles what they were to hear: neither the act nor the worker fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from atarraya.network.services.freezing import freeze
from atarraya.notices.models import Delivery, Receiver
from atarraya.notices.services import ending, fanning, leasing
from support.hearing import fan_out, hears
from support.loopback import Loopback
from support.people import warn
from support.river import Cast

pytestmark = pytest.mark.django_db(transaction=True)


class Beside(threading.Thread):
    """An act in a thread and a connection of its own."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act, self.fault = act, None
        self.start()

    def run(self) -> None:
        try:
            self.act()
        except BaseException as fault:
            self.fault = fault  # type: ignore[assignment]
        finally:
            connection.close()

    def ended(self) -> None:
        self.join(30)
        assert not self.is_alive()
        if self.fault is not None:
            raise self.fault


def somebody_waits() -> bool:
    """Return whether a connection waits for another's lock, or none does within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False


def paused(real: Callable[..., Any], reached: threading.Event, go: threading.Event) -> Callable[..., Any]:
    def act(*given: Any) -> Any:
        answer = real(*given)
        reached.set()
        assert go.wait(20)
        return answer

    return act


@pytest.mark.only_on("postgresql", reason="on SQLite one transaction writes at a time, so these two never meet")
def test_a_freeze_waits_for_the_worker_that_writes_and_takes_what_it_wrote(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, other, by = cast.member(), cast.member(), cast.member()
    hears(frozen, "frozen")
    hears(other, "other")
    warn(cast)
    reached, go = threading.Event(), threading.Event()
    monkeypatch.setattr(fanning, "_insert", paused(fanning._insert, reached, go))
    worker = Beside(fanning.step)
    assert reached.wait(10)
    person = Beside(lambda: freeze(frozen, by=by))
    assert somebody_waits()
    go.set()
    worker.ended()
    person.ended()
    assert [row.address["to"] for row in Receiver.objects.all()] == ["other"]
    assert [row.receiver.address["to"] for row in Delivery.objects.all()] == ["other"]


@pytest.mark.only_on("postgresql", reason="on SQLite one transaction writes at a time, so these two never meet")
def test_a_worker_waits_for_the_freeze_and_writes_nothing_for_who_is_frozen(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, other, by = cast.member(), cast.member(), cast.member()
    hears(frozen, "frozen")
    hears(other, "other")
    warn(cast)
    reached, go = threading.Event(), threading.Event()
    monkeypatch.setattr(ending, "destroy", paused(ending.destroy, reached, go))
    person = Beside(lambda: freeze(frozen, by=by))
    assert reached.wait(10)
    worker = Beside(fanning.step)
    assert somebody_waits()
    go.set()
    person.ended()
    worker.ended()
    assert [row.receiver.address["to"] for row in Delivery.objects.all()] == ["other"]


@pytest.mark.only_on("postgresql", reason="on SQLite one transaction writes at a time, so these two never meet")
def test_a_freeze_and_a_worker_that_settles_do_not_shut_each_other_out(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, by = cast.member(), cast.member()
    for name in "abc":
        hears(frozen, name)
    for _ in range(3):
        warn(cast)
    fan_out()
    token = leasing.new_token()
    keys = [one.id for one in leasing.lease("loopback", token)]
    reached, go = threading.Event(), threading.Event()
    monkeypatch.setattr(leasing, "_sent", paused(leasing._sent, reached, go))
    worker = Beside(lambda: leasing.finish(token, leasing.Outcomes(sent=keys)))
    assert reached.wait(10)
    person = Beside(lambda: freeze(frozen, by=by))
    assert somebody_waits()
    go.set()
    worker.ended()
    person.ended()
    assert len(keys) == 9 and not Receiver.objects.exists() and not Delivery.objects.exists()
