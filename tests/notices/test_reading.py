"""A subscriber hears of what their board shows, and of nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atarraya.alerts.models import Alert
from atarraya.alerts.queries import reading
from atarraya.alerts.queries.board import board_for
from atarraya.alerts.services import acts, expiring
from atarraya.kernel import clock
from atarraya.network.models import Member, Point
from atarraya.notices.models import Delivery, Outbox
from atarraya.notices.services import ending
from atarraya.notices.services.subscribing import Want
from support.hearing import done, drain, ended, fan_out, hears, rows, told
from support.loopback import Loopback
from support.people import alert_in, warn
from support.river import ACANDI, BOJAYA, MEDIO, NOON, QUIBDO, Cast


def test_one_alert_is_read_as_the_boards_query_reads_it(cast: Cast) -> None:
    """`reads` and `shown` agree on every scope and every kind of alert."""
    near, far, network = cast.point(MEDIO), cast.point(ACANDI), cast.point(BOJAYA)
    members = [cast.member(), cast.member(municipalities=(ACANDI,)), cast.member(municipalities=())]
    scopes = [reading.scope_of_point(point) for point in (near, far, network)]
    scopes += [reading.scope_of_member(member) for member in members]
    scopes += [reading.scope_of_place(member, code) for member in members for code in (BOJAYA, ACANDI)]
    made = [
        warn(cast),
        warn(cast, share={"delay": True}),
        alert_in(cast, "DISC"),
        alert_in(cast, "CONF", reach="NETWORK"),
    ]
    Alert.objects.filter(pk=warn(cast).pk).update(held=True)
    Alert.objects.filter(pk=warn(cast).pk).update(held=True, open=False, seq=0)
    Alert.objects.filter(pk=warn(cast).pk).update(open=False, seq=0)
    assert len(made) == 4
    seen = 0
    for now in (NOON, NOON + timedelta(hours=8)):
        for scope in scopes:
            shown = set(reading.shown(scope, now).values_list("pk", flat=True))
            read = {alert.pk for alert in Alert.objects.all() if reading.reads(scope, alert, now)}
            assert read == shown
            seen += len(shown)
    assert seen > 20


@pytest.mark.parametrize(("act", "hears_it"), [("correct", True), ("withdraw", True), ("raise_urgency", False)])
@pytest.mark.parametrize("leaving", ["ended", "moved", "follows others"])
def test_a_neighbour_who_left_hears_only_that_what_they_heard_was_wrong(
    cast: Cast, way: Loopback, act: str, hears_it: bool, leaving: str
) -> None:
    """Heard while only neighbours read it: they end it, serve another river, or their point follows others now."""
    member, point = cast.member(municipalities=(BOJAYA,)), cast.point(MEDIO, follows=[BOJAYA])
    receiver = hears(point if leaving == "follows others" else member, "neighbour")
    alert = warn(cast, urgency="DAYS")
    assert alert.reach == "NEAR" and told(way) == [("neighbour", 1)]
    if leaving == "ended":
        ending.end(member, receiver.wants.get().pk)
    elif leaving == "moved":
        Member.objects.filter(pk=member.pk).update(municipalities=[ACANDI])
    else:
        Point.objects.filter(pk=point.pk).update(follows=[ACANDI])
    changed = {"raise_urgency": {"urgency": "NOW", "rank": 0}}.get(act, {})
    ended(alert, act, "WITHDRAWN") if act == "withdraw" else done(alert, act, **changed)
    assert told(way) == ([("neighbour", 2)] if hears_it else [])


def test_leaving_between_a_correction_and_what_came_after_it_loses_no_correction(cast: Cast, way: Loopback) -> None:
    """The newest version takes the place of a correction that still waits, and is owed as it was."""
    member = cast.member()
    receiver = hears(member, "left")
    alert = warn(cast)
    drain()
    done(alert, "correct")
    fan_out()
    done(alert, "confirm", state="CONF")
    fan_out()
    ending.end(member, receiver.wants.get().pk)
    assert told(way) == [("left", 3)], "one message, for both"


@pytest.mark.parametrize(("place", "hears_it"), [(BOJAYA, True), (MEDIO, True), (ACANDI, False), (QUIBDO, False)])
def test_a_points_warning_reaches_its_neighbours_only_until_carried_further(
    cast: Cast, way: Loopback, place: str, hears_it: bool
) -> None:
    point = cast.point(place)
    hears(point, "phone", Want(BOJAYA, "", "KNOW"))
    alert = warn(cast)
    assert bool(told(way)) is hears_it is bool([line for line in board_for(point)["alerts"]])
    acts.act(alert.pk, "carry_further", by=cast.member())
    assert bool(told(way)) is not hears_it, "who heard is not told again; who could not, is told now"


def test_all_one_reads_is_what_the_own_board_shows(cast: Cast, way: Loopback) -> None:
    hears(cast.point(MEDIO), "neighbour")
    hears(cast.point(ACANDI), "far")
    hears(cast.member(municipalities=(ACANDI,)), "elsewhere")
    hears(cast.member(municipalities=(BOJAYA,)), "here")
    warn(cast)
    assert told(way) == [("here", 1), ("neighbour", 1)]


def test_a_member_may_ask_for_a_place_they_do_not_serve_and_hears_what_all_see(cast: Cast, way: Loopback) -> None:
    hears(cast.member(municipalities=(ACANDI,)), "far", Want(BOJAYA, "", "KNOW"))
    alert = warn(cast)
    assert told(way) == []
    acts.act(alert.pk, "carry_further", by=cast.member())
    assert told(way) == [("far", 2)]


def test_a_held_warning_is_told_only_when_somebody_lets_it_go(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "member")
    point = cast.point()
    for _ in range(3):
        warn(cast, point)
    told(way)
    held = warn(cast, point)
    assert held.held and not Outbox.objects.exists()
    assert told(way) == []
    acts.act(held.pk, "release", by=cast.member())
    assert told(way) == [("member", 2)]


def test_a_delayed_warning_is_told_in_its_hour(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "member")
    alert = warn(cast, share={"delay": True})
    assert told(way) == []
    with clock.freeze(alert.shows_from - timedelta(seconds=1)):
        expiring.run()
        assert told(way) == []
    with clock.freeze(alert.shows_from):
        expiring.run()
        assert told(way) == [("member", 2)]


def test_a_clock_set_back_tells_nothing_before_the_board_shows_it(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "member")
    warn(cast)
    with clock.freeze(NOON - timedelta(hours=5)):
        assert told(way) == [] and Outbox.objects.count() == 1
    assert told(way) == [("member", 1)]


@pytest.mark.parametrize(
    ("want", "fits"),
    [
        (Want("", "", "KNOW"), True), (Want(BOJAYA, "ARMED_PRESENCE", "NOW"), True),
        (Want("", "ARMED_PRESENCE", "DAYS"), True),
        (Want(MEDIO, "", "KNOW"), False), (Want("", "COMBAT", "KNOW"), False),
    ],
)  # fmt: skip
def test_place_and_kind(cast: Cast, way: Loopback, want: Want, fits: bool) -> None:
    hears(cast.member(), "member", want)
    warn(cast)
    assert bool(told(way)) is fits


@pytest.mark.parametrize(
    ("least", "heard"), [("NOW", {"NOW"}), ("DAYS", {"NOW", "DAYS"}), ("KNOW", {"NOW", "DAYS", "KNOW"})]
)
def test_least_urgency(cast: Cast, way: Loopback, least: str, heard: set[str]) -> None:
    hears(cast.member(), "member", Want("", "", least))
    found = set()
    for urgency in ("NOW", "DAYS", "KNOW"):
        warn(cast, urgency=urgency)
        if told(way):
            found.add(urgency)
    assert found == heard


def test_more_urgent_now_reaches_who_wanted_only_that(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "urgent", Want("", "", "NOW"))
    alert = warn(cast, urgency="DAYS")
    assert told(way) == []
    acts.act(alert.pk, "raise_urgency", by=cast.member(), urgency="NOW")
    assert told(way) == [("urgent", 2)]


def test_two_wishes_that_fit_are_one_delivery(cast: Cast, way: Loopback) -> None:
    hears(
        cast.member(), "member", Want("", "", "KNOW"), Want(BOJAYA, "", "NOW"), Want(BOJAYA, "ARMED_PRESENCE", "KNOW")
    )
    warn(cast)
    assert told(way) == [("member", 1)]


def test_what_nobody_announced_leaves_no_row(cast: Cast, way: Loopback) -> None:
    """A held warning that ends before anybody saw it was never told and is not un-told."""
    hears(cast.member(), "member")
    point = cast.point()
    held = [warn(cast, point) for _ in range(4)][-1]
    told(way)
    ended(held, "discard", "DISC")
    assert told(way) == []


@pytest.mark.parametrize("change", ["moved", "stopped", "narrowed"])
def test_it_is_asked_again_when_it_is_sent(cast: Cast, way: Loopback, change: str) -> None:
    member = cast.member(municipalities=(BOJAYA,))
    hears(member, "member", Want("", "", "KNOW"))
    hears(cast.point(ACANDI), "far", Want(BOJAYA, "", "KNOW"))
    alert = alert_in(cast, "UNCONF", reach="NETWORK")
    fan_out()
    assert Delivery.objects.filter(state="W").count() == 2
    if change == "moved":
        Member.objects.filter(pk=member.pk).update(municipalities=[ACANDI])
        Point.objects.update(state="PAUSED")
    elif change == "stopped":
        Member.objects.filter(pk=member.pk).update(proof_due=True)
        Point.objects.update(state="PAUSED")
    else:
        Alert.objects.filter(pk=alert.pk).update(reach="NEAR")
    heard = {to for to, _ in told(way)}
    assert heard == ({"member"} if change == "narrowed" else set())
    assert "far" not in {to for to, *_ in rows()}


def test_settled_before_it_was_sent_says_nothing(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "member")
    alert = warn(cast)
    fan_out()
    ended(alert, "discard", "DISC")
    assert told(way) == [] and rows() == []


def test_only_the_newest_version_is_said(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "member")
    alert = warn(cast)
    fan_out()
    done(alert, "confirm", state="CONF")
    assert told(way) == [("member", 2)]
    assert rows() == [("member", 2, "S")]
