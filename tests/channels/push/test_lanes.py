"""One dead or slow push service holds up nobody else's notices: not in a batch, and not in the batches after it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from atarraya.channels.push import lanes
from atarraya.channels.push.carrier import Push
from atarraya.channels.push.circuits import FIRST, LONGEST, Circuits
from atarraya.channels.push.lanes import Batch
from atarraya.channels.push.places import Place
from atarraya.channels.push.service import Service as Line
from atarraya.kernel import clock, ids
from atarraya.notices import carriers
from atarraya.notices.carriers import Again, Delivered, Item, Later, Outcome, Said
from atarraya.notices.models import Delivery
from atarraya.notices.services.subscribing import Want, subscribe
from support.hearing import drain, fan_out
from support.people import warn
from support.pushservice import Browser, Service, serving
from support.river import NOON, Cast, found

QUICK, SLUGGISH = Place("quick.example", 443, "/a", True), Place("slow.example", 443, "/b", True)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with serving(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        monkeypatch.setenv("ATARRAYA_PUSH", "1")
        yield made


class Mute:
    """A host that takes connections and never says a word; it counts who came."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("localhost", 0))
        self.host = f"localhost:{self.listening.getsockname()[1]}"
        self.lines: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.lines.append(self.listening.accept()[0])
            except OSError:
                return

    def hang_up(self) -> None:
        for line in self.lines:
            line.close()


@contextmanager
def mute() -> Iterator[Mute]:
    made = Mute()
    try:
        yield made
    finally:
        made.hang_up()
        made.listening.close()


def item(address: dict[str, Any]) -> Item:
    return Item((1,), ids.new_id(), address, urgent=False)


def at(browser: Browser, host: str) -> dict[str, str]:
    return {**browser.address, "endpoint": f"https://{host}/x"}


@pytest.mark.django_db
def test_a_mute_service_holds_up_no_other_in_its_batch_nor_in_the_next(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    found()
    push, browser = Push(), service.browser()
    with clock.freeze(NOON), mute() as deaf:
        monkeypatch.setenv("ATARRAYA_PUSH_HOSTS", f"{service.host},{deaf.host}")
        both = [item(at(browser, deaf.host))] * 3 + [item(browser.address)] * 5
        said: list[Said] = []
        for one in push.deliver(iter(both)):
            said += [one] if one else []
            if len(said) == 5:
                deaf.hang_up()
        assert [one.outcome for one in said[:5]] == [Delivered()] * 5, "whoever answers is told first"
        assert [type(one.outcome) for one in said[5:]] == [Again] * 3
        came = len(deaf.lines)
        again = [one for one in push.deliver(iter(both)) if one]
        assert len(deaf.lines) == came, "it is left alone in the next batch"
        waits = [one.outcome.after or 0 for one in again if isinstance(one.outcome, Again)]
        assert len(waits) == 3 and 0 < min(waits) <= FIRST.total_seconds()
        assert len(browser.messages) == 10


@pytest.mark.django_db
def test_one_that_never_answers_ends_with_the_batch(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own time is bounded though nobody hangs up; and deliveries of others are settled meanwhile."""
    monkeypatch.setattr(lanes, "WITHIN", 1.0)
    monkeypatch.setattr(lanes, "GRACE", 0.5)
    with clock.freeze(NOON), mute() as deaf:
        cast = Cast(found())
        monkeypatch.setenv("ATARRAYA_PUSH_HOSTS", f"{service.host},{deaf.host}")
        browser = service.browser()
        member = cast.member()
        for address in (at(service.browser(), deaf.host), browser.address):
            subscribe(member, "push", address, [Want("", "", "KNOW")])
        warn(cast)
        fan_out()
        with clock.freeze(NOON + timedelta(minutes=11)):
            drain()
            assert sorted(Delivery.objects.values_list("state", "reason")) == [("S", ""), ("W", "UNREACHABLE")]
            assert len(browser.messages) == 1
    carriers.named("push").circuits.forget()  # type: ignore[union-attr]


# Lanes by themselves.


def run(circuits: Circuits, send: Callable[[Line, Item, Place], Outcome], *places: Place) -> list[tuple[str, Outcome]]:
    batch, told = Batch(circuits, send), list[Said]()
    for place in places:
        said = batch.add(item({"host": place.host}), place)
        told += [said] if said else []
    told += [one for one in batch.run() if one is not None]
    return [(one.item.address["host"], one.outcome) for one in told]


def slowly(line: Line, one: Item, place: Place) -> Outcome:
    if place is SLUGGISH:
        time.sleep(0.4)
    return Delivered()


def test_a_slow_service_is_left_alone_and_what_was_not_begun_counts_as_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WITHIN", 1.5)
    monkeypatch.setattr(lanes, "SLOW", 0.1)
    circuits = Circuits()
    told = run(circuits, slowly, *[SLUGGISH] * 10, *[QUICK] * 10)
    slow = [outcome for host, outcome in told if host == SLUGGISH.host]
    assert [outcome for host, outcome in told if host == QUICK.host] == [Delivered()] * 10
    assert len(slow) == 10 and Delivered() in slow and Later(FIRST.total_seconds()) in slow
    assert circuits.left(SLUGGISH.origin) > 0 and not circuits.left(QUICK.origin)
    ((_, outcome),) = run(circuits, slowly, SLUGGISH)
    assert isinstance(outcome, Later) and outcome.after > 0


def test_one_with_more_than_a_batch_can_carry_is_not_called_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WITHIN", 1.5)
    monkeypatch.setattr(lanes, "SLOW", 60.0)
    circuits = Circuits()
    told = run(circuits, slowly, *[SLUGGISH] * 10)
    assert {type(outcome) for _, outcome in told} == {Delivered, Later}
    assert {outcome for _, outcome in told if isinstance(outcome, Later)} == {Later(0.0)}
    assert not circuits.left(SLUGGISH.origin)


def test_more_services_than_lanes() -> None:
    places = [Place(f"{number}.example", 443, "/", True) for number in range(3 * lanes.LANES)]
    told = run(Circuits(), lambda line, one, place: Delivered(), *places)
    assert sorted(host for host, _ in told) == sorted(place.host for place in places)
    assert {outcome for _, outcome in told} == {Delivered()}


def test_each_time_it_is_left_alone_longer_and_one_answer_ends_it() -> None:
    circuits = Circuits()
    with clock.freeze(NOON):
        waits = [circuits.shut("https://a", silent=True) for _ in range(7)]
        assert waits == [30, 60, 120, 240, 480, 600, 600]
        assert circuits.left("https://a") == LONGEST.total_seconds() and not circuits.left("https://b")
    with clock.freeze(NOON + LONGEST):
        assert not circuits.left("https://a") and circuits.is_suspect("https://a")
        circuits.well("https://a")
        assert circuits.shut("https://a", silent=True) == 30
    with clock.freeze(NOON - timedelta(days=1)):
        assert not circuits.left("https://a"), "a clock that was ahead shuts nobody out"


def test_no_more_are_remembered_than_there_can_be() -> None:
    circuits = Circuits()
    for number in range(1000):
        circuits.shut(f"https://{number}", silent=True)
    assert len(circuits._shut) <= 256 and circuits.left("https://999")
