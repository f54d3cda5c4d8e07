"""What goes wrong between the row and the phone: nothing is lost, nothing late overwrites, nobody is woken."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from atarraya.command import delivering as worker
from atarraya.kernel import clock
from atarraya.notices import carriers, rules
from atarraya.notices.carriers import Again, CarrierDown, Delivered, GivenUp, Gone, Item, Outcome
from atarraya.notices.models import Delivery, Outbox, Receiver
from atarraya.notices.queries import counts, own
from atarraya.notices.refusals import NoSuchWay
from atarraya.notices.services import ending, leasing, stewarding
from atarraya.notices.services.subscribing import Quiet
from atarraya.settings.env import Misunderstood
from support.hearing import done, drain, ended, fan_out, hears, phone, rows, told
from support.loopback import Loopback
from support.people import warn
from support.river import NOON, Cast


def down(item: Item) -> Outcome:
    raise CarrierDown("UNREACHABLE")


def test_what_is_not_announced_is_not_told_and_what_is_cannot_be_lost(cast: Cast, way: Loopback) -> None:
    """The outbox's row stands or falls with the publication."""

    class Cut(Exception):
        pass

    hears(cast.member())
    with pytest.raises(Cut), transaction.atomic():
        warn(cast)
        assert Outbox.objects.count() == 1
        raise Cut()
    assert not Outbox.objects.exists()
    warn(cast)
    assert list(Outbox.objects.values_list("act", "version", "cursor")) == [("publish", 1, None)]


def test_a_way_that_is_down_for_an_hour_loses_nothing(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    hears(cast.member(), "b")
    way.answer = down
    warn(cast)
    for minute in range(60):
        with clock.freeze(NOON + timedelta(minutes=minute)):
            drain()
    waiting = Delivery.objects.values_list("state", "reason", "tries")
    assert {(state, reason) for state, reason, _ in waiting} == {("W", "UNREACHABLE")}
    assert all(5 <= tries < rules.MOST_TRIES for *_, tries in waiting), "it backs off, it does not give up"
    way.answer = lambda item: Delivered()
    with clock.freeze(NOON + timedelta(hours=4)):
        assert told(way) == [("a", 1), ("b", 1)]
        assert told(way) == []


def test_any_other_fault_of_a_way_makes_it_wait_and_is_not_told_in_a_log(
    cast: Cast, way: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(item: Item) -> Outcome:
        raise ValueError("the address of somebody")

    hears(cast.member(), "a")
    way.answer = fault
    warn(cast)
    drain()
    assert list(Delivery.objects.values_list("state", "reason", "tries")) == [("W", "FAILED", 1)]
    assert "ValueError" in caplog.text and "somebody" not in caplog.text


def test_the_other_sides_patience_is_kept(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    way.answer = lambda item: Again("BUSY", after=3000)
    warn(cast)
    drain()
    due = Delivery.objects.get().due
    assert due is not None and NOON + timedelta(seconds=3000) <= due <= NOON + timedelta(seconds=3010)


def test_it_gives_up_into_a_view_where_a_steward_tries_again(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    hears(cast.member(), "b")
    way.answer = lambda item: Again("BUSY") if item.address["to"] == "a" else GivenUp("REFUSED")
    warn(cast)
    for hour in range(40):
        with clock.freeze(NOON + timedelta(hours=hour)):
            drain()
    assert rows() == [("a", 1, "G"), ("b", 1, "G")]
    found = {one.name: one for one in counts.ways()}["loopback"]
    assert (found.given_up, found.waiting, found.sent) == ({"BUSY": 1, "REFUSED": 1}, 0, 0)
    assert Delivery.objects.get(reason="BUSY").tries == rules.MOST_TRIES
    way.answer = lambda item: Delivered()
    with clock.freeze(NOON + timedelta(hours=41)):
        assert told(way) == []
        assert stewarding.retry("loopback", "BUSY", by=cast.member("STEWARD")) == 1
        assert told(way) == [("a", 1)]
    assert {one.name: one.given_up for one in counts.ways()}["loopback"] == {"REFUSED": 1}


def test_an_address_that_is_gone_is_forgotten(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "gone")
    hears(cast.member(), "here")
    way.answer = lambda item: Gone() if item.address["to"] == "gone" else Delivered()
    warn(cast)
    drain()
    assert [receiver.address["to"] for receiver in Receiver.objects.all()] == ["here"]
    assert rows() == [("here", 1, "S")]


def test_a_way_that_says_nothing_sends_one_message_for_all_that_waits(cast: Cast, way: Loopback) -> None:
    type(way).says_nothing = True
    try:
        hears(cast.member(), "a")
        for _ in range(3):
            warn(cast)
        drain()
    finally:
        type(way).says_nothing = False
    assert len(way.items) == 1 and len(way.items[0].told) == 3
    assert rows() == [("a", 1, "S")] * 3


def test_the_subscriber_sees_the_hour_of_the_last_delivery_and_no_finer(cast: Cast, way: Loopback) -> None:
    receiver = hears(cast.member(), "a")
    warn(cast)
    drain()
    receiver.refresh_from_db()
    assert receiver.last == NOON.replace(minute=0)
    row = Delivery.objects.get()
    assert (row.hour, row.due, row.lease, row.leased_until) == (NOON.replace(minute=0), None, None, None)


# Quiet hours, in the network's zone: ten at night in Bogotá is three in the morning in UTC.

NIGHT = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_at_night_it_waits_for_the_morning_across_midnight(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "asleep", quiet=Quiet(21, 5))
    hears(cast.member(), "awake", quiet=Quiet(12, 14))
    with clock.freeze(NIGHT):
        warn(cast)
        assert told(way) == [("awake", 1)]
        assert Delivery.objects.get(state="W").due == MORNING and Delivery.objects.get(state="W").tries == 0
    with clock.freeze(MORNING - timedelta(minutes=1)):
        assert told(way) == []
    with clock.freeze(MORNING):
        assert told(way) == [("asleep", 1)]


def test_the_end_of_the_night_is_spread_and_one_receivers_night_is_one_message(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Loopback, "spread", (15, 120, 600))
    monkeypatch.setattr(Loopback, "says_nothing", True)
    for number in range(40):
        hears(cast.member(), str(number), quiet=Quiet(21, 5))
    with clock.freeze(NIGHT):
        for urgency in ("NOW", "KNOW"):
            warn(cast, urgency=urgency)
        fan_out()
    with clock.freeze(NIGHT + timedelta(minutes=11)):
        drain()
        dues = list(Delivery.objects.values_list("receiver", "due"))
        times = [due for _, due in dues if due]
        assert len(times) == 80 and min(times) >= MORNING and max(times) <= MORNING + timedelta(seconds=120)
        assert len(set(times)) > 6 and len(set(dues)) == 40, "each their moment, and for all they have to hear"
    with clock.freeze(MORNING + timedelta(seconds=120)):
        drain()
    assert len(way.items) == 40 and {len(item.told) for item in way.items} == {2}


def test_now_passes_if_the_person_said_so(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a", quiet=Quiet(21, 5, now_passes=True))
    with clock.freeze(NIGHT):
        warn(cast, urgency="DAYS")
        assert told(way) == []
        warn(cast, urgency="NOW")
        assert told(way) == [("a", 1)]


def test_a_wait_that_ends_in_the_quiet_hours_waits_on(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a", quiet=Quiet(22, 5))
    way.answer = lambda item: Again("BUSY", after=3600)
    with clock.freeze(NIGHT - timedelta(minutes=30)):
        warn(cast)
        drain()
    way.answer = lambda item: Delivered()
    with clock.freeze(NIGHT + timedelta(hours=1)):
        assert told(way) == []
    with clock.freeze(MORNING):
        assert told(way) == [("a", 1)]


def test_hours_that_were_changed_count_at_once(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    hears(member, "a")
    with clock.freeze(NIGHT):
        warn(cast)
        fan_out()
        hears(member, "a", quiet=Quiet(21, 5))
        assert told(way) == []
        hears(member, "a", quiet=Quiet())
    with clock.freeze(MORNING):
        assert told(way) == [("a", 1)]


def test_what_was_settled_overnight_wakes_nobody_in_the_morning(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a", quiet=Quiet(21, 5))
    with clock.freeze(NIGHT):
        alert = warn(cast)
        drain()
        ended(alert, "discard", "DISC")
        drain()
    with clock.freeze(MORNING):
        assert told(way) == [] and rows() == []


# A way that cannot even say whether it can send.


class Puzzled(Loopback):
    """Its setting is misread: asking it anything raises."""

    name = "amiss"  # before the other, in the order of names

    def ready(self) -> bool:
        raise Misunderstood("ATARRAYA_AMISS", "flag")


def test_a_way_that_raises_stops_no_other(cast: Cast, way: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    carriers.register(Puzzled())
    try:
        hears(cast.member(), "a")
        warn(cast)
        fan_out()
        worker.once(threading.Event())
        assert way.told == [("a", 1)]
        assert {one.name: one.ready for one in counts.ways()}["amiss"] is False
        assert [one.name for one in own.ways_for_members() if one.name in {"amiss", "loopback"}] == ["loopback"]
        with pytest.raises(NoSuchWay):
            hears(cast.member(), "b", way="amiss")
        assert caplog.text.count("the way amiss can't say") == 1, "once, however often it is asked"
    finally:
        carriers.forget("amiss")


def test_a_batch_that_cannot_be_begun_stops_no_other(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Puzzled()
    monkeypatch.setattr(broken, "ready", lambda: True)
    monkeypatch.setattr(leasing, "lease", _raising("amiss", leasing.lease))
    carriers.register(broken)
    try:
        hears(cast.member(), "a")
        warn(cast)
        worker.once(threading.Event())
    finally:
        carriers.forget("amiss")
    assert way.told == [("a", 1)] and "amiss (RuntimeError)" in capsys.readouterr().err


def _raising(name: str, real: Callable[[str, UUID], Any]) -> Callable[[str, UUID], Any]:
    def lease(carrier: str, token: UUID) -> Any:
        if carrier == name:
            raise RuntimeError(name)
        return real(carrier, token)

    return lease


# Between the row and the message.


def test_ended_between_writing_and_sending(cast: Cast, way: Loopback) -> None:
    member, device = cast.member(), phone(cast.point())
    receiver = hears(member, "member")
    hears(device, "phone")
    warn(cast)
    fan_out()
    ending.end(member, receiver.wants.get().pk)
    ending.of_phone(device)
    assert told(way) == [] and rows() == []


def test_a_correction_finds_who_was_being_told_while_it_was_made(cast: Cast, way: Loopback) -> None:
    """Leased, perhaps sent, not written: they may have read it, so they hear the correction."""
    hears(cast.member(), "a")
    alert = warn(cast)
    fan_out()
    leasing.lease("loopback", leasing.new_token())
    ended(alert, "discard", "DISC")
    fan_out()
    assert rows() == [("a", 1, "W"), ("a", 2, "W")]
    with clock.freeze(NOON + rules.LEASE):
        assert told(way) == [("a", 2)]


def test_a_way_that_left_the_house_keeps_nobody_waiting(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    carriers.forget("loopback")
    warn(cast)
    drain()
    assert not Outbox.objects.exists() and rows() == []


def test_twelve_thousand(cast: Cast, way: Loopback) -> None:
    """Every one of them, once, in few and short transactions."""
    member = cast.member()
    receivers = [
        Receiver(member=member, carrier="loopback", address={"to": str(number)}, mark=number.to_bytes(32))
        for number in range(12_000)
    ]
    Receiver.objects.bulk_create(receivers, batch_size=500)
    wants = Receiver.wants.rel.related_model  # type: ignore[attr-defined]
    wants.objects.bulk_create([wants(receiver=receiver, least=2) for receiver in receivers], batch_size=500)
    alert = warn(cast)
    drain()
    assert len(way.told) == len(set(way.told)) == 12_000
    assert Delivery.objects.filter(state="S").count() == 12_000
    done(alert, "doubt", doubt=True)
    drain()
    assert len(set(way.told)) == 24_000
