"""Leases and clocks: two workers never undo each other, a killed one loses nothing, a wrong clock holds nothing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from atarraya.kernel import clock
from atarraya.notices import rules
from atarraya.notices.carriers import Again, Delivered, Item, Outcome
from atarraya.notices.models import Delivery, Outbox
from atarraya.notices.services import delivering, leasing
from atarraya.notices.services.subscribing import Quiet
from support.hearing import drain, fan_out, hears, rows, told
from support.loopback import Loopback
from support.people import warn
from support.river import NOON, Cast


def test_a_late_finisher_changes_nothing(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    warn(cast)
    fan_out()
    slow, quick = leasing.new_token(), leasing.new_token()
    (one,) = leasing.lease("loopback", slow)
    assert leasing.lease("loopback", quick) == [], "it is in somebody's hands"
    with clock.freeze(NOON + rules.LEASE):
        (again,) = leasing.lease("loopback", quick)
        assert again.id == one.id and again.tries == 2
        leasing.finish(slow, leasing.Outcomes(sent=[one.id]))
        leasing.finish(slow, leasing.Outcomes(dropped=[one.id]))
        leasing.finish(slow, leasing.Outcomes(given_up={"REFUSED": [one.id]}, again=[(one, "BUSY", None)]))
        assert leasing.renew(slow) == set()
        leasing.put_back(slow, [one.id])
        row = Delivery.objects.get()
        assert (row.state, row.lease, row.tries) == ("W", quick, 2)
        leasing.finish(quick, leasing.Outcomes(sent=[one.id]))
    assert rows() == [("a", 1, "S")]


def test_a_long_batch_is_kept_and_one_that_was_lost_is_left(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two items a worker renews; if others took over meanwhile, it sends nothing more of it."""
    monkeypatch.setattr(delivering, "WRITE_EVERY", 0.0)
    for name in "abc":
        hears(cast.member(), name)
    warn(cast)
    fan_out()
    seen: list[object] = []

    def slow(item: Item) -> Outcome:
        kept = Delivery.objects.filter(state="W").values_list("leased_until", flat=True)
        seen.append(max(until for until in kept if until))
        if len(seen) == 2:
            Delivery.objects.filter(state="W").update(lease=leasing.new_token())
        clock._frozen = clock.now() + timedelta(seconds=50)
        return Delivered()

    way.answer = slow
    delivering.step(way)
    assert [seen[1] - seen[0]] == [timedelta(seconds=50)], "renewed after the first"  # type: ignore[operator]
    assert len(way.items) == 2, "the third was in other hands"
    assert Delivery.objects.filter(state="S").count() == 1


def test_told_to_stop_it_gives_the_rest_back_uncounted(cast: Cast, way: Loopback) -> None:
    for name in "abc":
        hears(cast.member(), name)
    warn(cast)
    fan_out()
    stop = threading.Event()

    def first(item: Item) -> Outcome:
        stop.set()
        return Delivered()

    way.answer = first
    delivering.step(way, stop)
    assert sorted(Delivery.objects.values_list("state", "tries", "lease")) == [
        ("S", 1, None),
        ("W", 0, None),
        ("W", 0, None),
    ]
    way.answer = lambda item: Delivered()
    assert len(told(way)) == 2


def test_a_delivery_that_kills_every_worker_is_given_up(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    warn(cast)
    fan_out()
    for turn in range(rules.MOST_TRIES):
        with clock.freeze(NOON + turn * 2 * rules.LEASE):
            assert len(leasing.lease("loopback", leasing.new_token())) == 1
    with clock.freeze(NOON + rules.MOST_TRIES * 2 * rules.LEASE):
        assert leasing.lease("loopback", leasing.new_token()) == []
    assert list(Delivery.objects.values_list("state", "reason")) == [("G", "UNFINISHED")]


def test_killed_between_sending_and_writing_it_is_sent_again(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(token: object, outcomes: object) -> None:
        raise Killed()

    hears(cast.member(), "a")
    warn(cast)
    fan_out()
    with monkeypatch.context() as patch:
        patch.setattr(leasing, "finish", lambda token, outcomes: die(token, outcomes) if outcomes else None)
        with pytest.raises(Killed):
            delivering.step(way)
    assert way.told == [("a", 1)]
    with clock.freeze(NOON + rules.LEASE):
        assert told(way) == [("a", 1)], "twice is allowed, never zero"
        assert told(way) == []


def test_killed_in_the_middle_of_the_outbox_no_receiver_is_skipped_nor_told_twice(
    cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atarraya.notices.services import fanning

    monkeypatch.setattr(rules, "CHUNK", 3)
    names = [f"{number:02}" for number in range(10)]
    for name in names:
        hears(cast.member(), name)
    warn(cast)
    assert fanning.step()
    real = Outbox.save

    class Killed(BaseException):
        pass

    def die(self: Outbox, **kwargs: object) -> None:
        raise Killed()

    monkeypatch.setattr(Outbox, "save", die)
    with pytest.raises(Killed):
        fanning.step()
    monkeypatch.setattr(Outbox, "save", real)
    assert Delivery.objects.count() == 3, "a chunk is whole or not at all"
    assert told(way) == [(name, 1) for name in names]


# Clocks.


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
def test_a_clock_that_jumped_while_it_was_sent_holds_nothing_back(cast: Cast, way: Loopback, jump: timedelta) -> None:
    hears(cast.member(), "a")
    way.answer = lambda item: Again("BUSY")
    warn(cast, kind="MINES_UXO")
    fan_out()
    with clock.freeze(NOON + jump):
        # Under the wrong clock a try failed, or a worker died with it in its hands.
        wrong = clock.now() + timedelta(hours=1)
        Delivery.objects.update(due=wrong, lease=leasing.new_token(), leased_until=clock.now() + rules.LEASE)
    way.answer = lambda item: Delivered()
    with clock.freeze(NOON + timedelta(minutes=5)):
        assert told(way) == [("a", 1)]


def test_a_clock_set_back_after_the_row_was_written_waits_for_the_board(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    warn(cast)
    fan_out()
    with clock.freeze(NOON - timedelta(hours=5)):
        assert told(way) == [] and rows() == [("a", 1, "W")]
    with clock.freeze(NOON + timedelta(hours=1)):
        assert told(way) == [("a", 1)]


def test_a_wait_of_hours_is_no_jump(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a", quiet=Quiet(8, 7))
    warn(cast, urgency="DAYS")
    drain()
    assert way.told == [] and rows() == [("a", 1, "W")]
