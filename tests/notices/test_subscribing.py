"""Nothing is chosen for anybody; a phone that others hold hears nothing; what was stopped ends at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError, NotFound
from atarraya.network.models import Member, PointDevice
from atarraya.network.refusals import NotWorking
from atarraya.network.services import ending as stopping
from atarraya.network.services import freezing, points, removal
from atarraya.network.services.points import PointAccess
from atarraya.notices import refusals, rules
from atarraya.notices.models import Delivery, Receiver, Subscription
from atarraya.notices.services import ending, retention
from atarraya.notices.services.subscribing import Quiet, Want, set_quiet, subscribe, subscribe_phone
from support.hearing import EVERYTHING, drain, ended, fan_out, hears, phone, rows, told
from support.loopback import Loopback
from support.people import warn
from support.river import BOJAYA, NOON, Cast


@pytest.mark.parametrize(
    ("wants", "refusal"),
    [
        ([], refusals.NothingChosen),
        ([Want("", "", "")], refusals.NothingChosen),
        ([Want("", "", "SOON")], refusals.NothingChosen),
        ([Want("99999", "", "NOW")], refusals.NothingChosen),
        ([Want("", "RUMOUR", "NOW")], refusals.NothingChosen),
        ([Want(BOJAYA, kind, "NOW") for kind in ("COMBAT", "OTHER")] * 40, None),
    ],
)
def test_nothing_is_taken_for_granted(
    cast: Cast, way: Loopback, wants: list[Want], refusal: type[DomainError] | None
) -> None:
    member = cast.member()
    if refusal is None:
        assert subscribe(member, "loopback", {"to": "a"}, wants).wants.count() == 2, "the same wish twice is one"
        return
    with pytest.raises(refusal):
        subscribe(member, "loopback", {"to": "a"}, wants)
    assert not Receiver.objects.exists() and not Subscription.objects.exists()


def test_whoever_was_stopped_while_they_chose_is_refused_as_it_is_saved(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    Member.objects.filter(pk=member.pk).update(state=Member.State.FROZEN)
    assert member.may_work, "as the request read them, a moment before"
    with pytest.raises(NotWorking):
        subscribe(member, "loopback", {"to": "a"}, [EVERYTHING])
    assert not Receiver.objects.exists()


def test_a_phone_whose_link_was_changed_meanwhile_is_refused(cast: Cast, way: Loopback) -> None:
    device = phone(cast.point())
    access = PointAccess(device.point, False, device)
    PointDevice.objects.filter(pk=device.pk).update(previous_link=True)
    with pytest.raises(OnlyPresentLink):
        subscribe_phone(access, "loopback", {"to": "a"}, [EVERYTHING], Quiet(), alone=True)
    PointDevice.objects.filter(pk=device.pk).delete()
    with pytest.raises(refusals.NoPhone):
        subscribe_phone(access, "loopback", {"to": "a"}, [EVERYTHING], Quiet(), alone=True)
    assert not Receiver.objects.exists()


def test_quiet_hours_bring_back_no_receiver_that_was_forgotten(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member)
    ending.forget(member, receiver.pk)
    with pytest.raises(NotFound):
        set_quiet(receiver, Quiet(21, 5))
    assert not Receiver.objects.exists()


@pytest.mark.parametrize("hours", [Quiet(22, None), Quiet(24, 5), Quiet(-1, 5)])
def test_quiet_hours_are_hours(cast: Cast, way: Loopback, hours: Quiet) -> None:
    with pytest.raises(refusals.NothingChosen):
        subscribe(cast.member(), "loopback", {"to": "a"}, [EVERYTHING], hours)
    assert not Receiver.objects.exists()


def test_a_way_that_is_not_here_or_not_for_them_is_refused(cast: Cast, way: Loopback) -> None:
    member, device = cast.member(), phone(cast.point())
    access = PointAccess(device.point, False, device)
    with pytest.raises(refusals.NoSuchWay):
        subscribe(member, "pigeon", {"to": "a"}, [EVERYTHING])
    type(way).for_phones = False
    try:
        with pytest.raises(refusals.NoSuchWay):
            subscribe_phone(access, "loopback", {"to": "a"}, [EVERYTHING], Quiet(), alone=True)
    finally:
        type(way).for_phones = True
    way.ready = lambda: False  # type: ignore[method-assign]
    with pytest.raises(refusals.NoSuchWay):
        subscribe(member, "loopback", {"to": "a"}, [EVERYTHING])


def test_one_address_is_one_receiver_and_wishes_add_up(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    first = hears(member, "a", Want(BOJAYA, "", "NOW"), quiet=Quiet(22, 5))
    again = hears(member, "a", Want(BOJAYA, "", "KNOW"), Want("", "COMBAT", "NOW"))
    other = hears(member, "b", Want("", "", "NOW"))
    assert first.pk == again.pk != other.pk
    assert sorted(again.wants.values_list("municipality", "kind", "least")) == [("", "COMBAT", 0), (BOJAYA, "", 2)]
    again.refresh_from_db()
    assert (again.quiet_from, again.quiet_to) == (22, 5), "hours stay unless they are said"


def test_too_many_are_refused_whole(cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_WANTS", 2)
    monkeypatch.setattr(rules, "MOST_RECEIVERS", 1)
    member = cast.member()
    hears(member, "a", Want(BOJAYA, "", "NOW"))
    with pytest.raises(refusals.TooManyWanted):
        hears(member, "a", Want("", "COMBAT", "NOW"), Want("", "OTHER", "NOW"))
    with pytest.raises(refusals.TooManyWanted):
        hears(member, "b")
    assert Subscription.objects.count() == 1 and Receiver.objects.count() == 1


def test_who_may_not_work_subscribes_to_nothing(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    Member.objects.filter(pk=member.pk).update(state="WAITING")
    member.refresh_from_db()
    with pytest.raises(NotWorking):
        hears(member)


# A point's phone.


def test_a_phone_hears_nothing_until_somebody_says_it_is_only_theirs(cast: Cast, way: Loopback) -> None:
    device = phone(cast.point())
    access = PointAccess(device.point, False, device)
    warn(cast)
    assert told(way) == []
    with pytest.raises(refusals.NotAlone):
        subscribe_phone(access, "loopback", {"to": "a"}, [EVERYTHING], Quiet(), alone=False)
    with pytest.raises(refusals.NoPhone):
        subscribe_phone(PointAccess(device.point, False, None), "loopback", {}, [EVERYTHING], Quiet(), alone=True)
    with pytest.raises(OnlyPresentLink):
        subscribe_phone(PointAccess(device.point, True, device), "loopback", {}, [EVERYTHING], Quiet(), alone=True)
    assert not Receiver.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Receiver.objects.create(device=device, carrier="loopback", mark=b"x" * 32)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receiver.objects.create(carrier="loopback", mark=b"x" * 32)


def test_the_answer_lapses_after_ninety_days_and_deliveries_stop(cast: Cast, way: Loopback) -> None:
    device = phone(cast.point())
    receiver = hears(device, "phone")
    with clock.freeze(NOON + timedelta(days=90)):
        alert = warn(cast)
        assert told(way) == [("phone", 1)], "the ninetieth day is the last"
    with clock.freeze(NOON + timedelta(days=91)):
        warn(cast)
        ended(alert, "discard", "DISC")
        assert told(way) == [], "not even the end of what it heard of"
        assert retention.run().receivers == 1
        assert not Receiver.objects.filter(pk=receiver.pk).exists()
        hears(device, "phone")
        warn(cast)
        assert told(way) == [("phone", 1)], "asked and answered again"


def test_answering_again_takes_the_place_of_what_was_chosen_before(cast: Cast, way: Loopback) -> None:
    device = phone(cast.point())
    first = hears(device, "old", Want(BOJAYA, "", "KNOW"))
    with clock.freeze(NOON + timedelta(days=60)):
        second = hears(device, "new", Want("", "COMBAT", "NOW"), quiet=Quiet(22, 5, True))
    assert first.pk == second.pk and second.alone_until == (NOON + timedelta(days=150)).date()
    assert list(second.wants.values_list("municipality", "kind", "least")) == [("", "COMBAT", 0)]
    assert Receiver.objects.get().address == {"to": "new"}


# What ends it, at once.


def everybody(cast: Cast) -> tuple[Member, PointDevice]:
    member, device = cast.member("STEWARD"), phone(cast.point())
    hears(member, "member")
    hears(device, "phone")
    return member, device


@pytest.mark.parametrize("how", ["frozen", "freezer", "removed", "revoked", "link", "phone closed", "phone forgot"])
def test_stopping_ends_it_at_once_with_all_that_waits(cast: Cast, way: Loopback, how: str) -> None:
    member, device = everybody(cast)
    warn(cast)
    fan_out()
    other, third = cast.member("STEWARD"), cast.member()
    if how in {"frozen", "freezer"}:
        freezing.freeze(*((member,) if how == "frozen" else (third,)), by=third if how == "frozen" else member)
    elif how == "removed":
        removal.remove(member, "LEFT", first=other, second=third)
    elif how == "revoked":
        points.revoke(device.point, by=other)
    elif how == "link":
        points.change_link(device.point, by=other)
    elif how == "phone closed":
        device.delete()
    else:
        ending.of_phone(device)
    left = "phone" if how in {"frozen", "freezer", "removed"} else "member"
    assert list(Receiver.objects.values_list("address__to", flat=True)) == [left]
    assert Delivery.objects.count() == 1 and Subscription.objects.count() == 1
    assert {to for to, _ in told(way)} <= {left}
    warn(cast)
    assert {to for to, _ in told(way)} == {left}


def test_a_paused_point_hears_nothing_and_hears_again(cast: Cast, way: Loopback) -> None:
    steward = cast.member("STEWARD")
    device = phone(cast.point())
    hears(device, "phone")
    points.pause(device.point, by=steward)
    warn(cast)
    assert told(way) == []
    points.resume(device.point, by=steward)
    warn(cast)
    assert told(way) == [("phone", 1)]


def test_signing_out_everywhere_ends_no_subscription(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    hears(member, "member")
    stopping.end_sessions(member)
    assert Receiver.objects.count() == 1


# One's own choice.


def test_pausing_and_going_on(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "member")
    want = receiver.wants.get()
    ending.pause(member, want.pk, paused=True)
    warn(cast)
    assert told(way) == []
    ending.pause(member, want.pk, paused=False)
    warn(cast)
    assert told(way) == [("member", 1)]


def test_paused_between_writing_and_sending(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    want = hears(member, "member").wants.get()
    warn(cast)
    fan_out()
    ending.pause(member, want.pk, paused=True)
    assert told(way) == [] and rows() == []


def test_who_ended_it_still_hears_the_correction_of_what_they_heard(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "member")
    alert = warn(cast)
    told(way)
    ending.end(member, receiver.wants.get().pk)
    warn(cast)
    assert told(way) == [], "nothing new"
    ended(alert, "discard", "DISC")
    assert told(way) == [("member", 2)], "but that what they read was not so"
    with clock.freeze(NOON + timedelta(days=15)):
        assert retention.run().receivers == 1, "and then the address is forgotten"
    assert not Receiver.objects.exists()


def test_who_forgets_the_address_hears_nothing_more(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "member")
    alert = warn(cast)
    told(way)
    ending.forget(cast.member(), receiver.pk)
    assert Receiver.objects.count() == 1, "nobody ends another's"
    ending.forget(member, receiver.pk)
    ended(alert, "discard", "DISC")
    assert told(way) == [] and rows() == []


def test_nobody_pauses_or_ends_anothers(cast: Cast, way: Loopback) -> None:
    want = hears(cast.member(), "member").wants.get()
    other = cast.member()
    ending.pause(other, want.pk, paused=True)
    ending.end(other, want.pk)
    want.refresh_from_db()
    assert not want.paused


def test_rows_die_two_weeks_after_the_alert_ended(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "member")
    standing, settled = warn(cast), warn(cast)
    drain()
    ended(settled, "discard", "DISC")
    drain()
    assert len(rows()) == 3
    with clock.freeze(NOON + timedelta(days=13)):
        assert retention.run().deliveries == 0
    with clock.freeze(NOON + timedelta(days=14, hours=2)):
        assert retention.run().deliveries == 2
    assert rows() == [("member", 1, "S")] and rows(alert=standing)
    with clock.freeze(NOON + timedelta(days=20)):
        from atarraya.alerts.services import expiring

        expiring.run()
        drain()
        assert retention.run().deliveries == 0
    with clock.freeze(NOON + timedelta(days=35)):
        assert retention.run().deliveries == 2, "an alert that expired has ended too"
