"""What points say under an alert (R16, R18), and what a stopped point's warnings become (R13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import NoSuchAlert, NotSecond, OnceEach, WrongOrder
from atarraya.alerts.models import Alert, Event
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.services import counting
from atarraya.alerts.services.acts import act
from atarraya.alerts.services.expiring import run
from atarraya.alerts.services.seconds import add_second
from atarraya.alerts.services.tapping import passed, still
from atarraya.kernel import clock
from atarraya.network.services import points
from support.people import about, agree, alert_in, warn, write
from support.river import MEDIO, NOON, Cast


def test_still_so_renews_once_each(cast: Cast) -> None:
    alert, access = warn(cast), cast.access()
    with clock.freeze(NOON + timedelta(hours=20)):
        done = still(access=access, alert_id=alert.pk)
        assert done.expires_at == clock.this_hour() + timedelta(hours=48)
        assert (done.still, done.state) == (1, "UNCONF")
        with pytest.raises(OnceEach):
            still(access=access, alert_id=alert.pk)
        assert still(access=cast.access(), alert_id=alert.pk).still == 2


def test_still_so_never_shortens(cast: Cast) -> None:
    alert = alert_in(cast, "CONF", expires_at=NOON + timedelta(days=20))
    assert still(access=cast.access(), alert_id=alert.pk).expires_at == NOON + timedelta(days=20)


def test_it_passed_is_only_a_note(cast: Cast) -> None:
    alert = warn(cast)
    done = passed(access=cast.access(), alert_id=alert.pk)
    kept = ("state", "doubt", "reach", "expires_at", "urgency", "open")
    assert done.passed == 1
    assert all(getattr(done, name) == getattr(alert, name) for name in kept)


def test_a_point_whose_tap_was_forgotten_still_spoke_for_its_collective(cast: Cast) -> None:
    alert, access = warn(cast), cast.access()
    still(access=access, alert_id=alert.pk)
    with clock.freeze(NOON + timedelta(days=5)):
        run()
        with pytest.raises(OnceEach):
            still(access=access, alert_id=alert.pk)
        assert still(access=cast.access(), alert_id=alert.pk).state == "UNCONF"


@pytest.mark.parametrize("tap", [still, passed])
def test_who_may_not_say_anything_of_it(cast: Cast, tap: object) -> None:
    assert callable(tap)
    alert = warn(cast)
    with pytest.raises(NoSuchAlert):
        tap(access=cast.access(cast.point(MEDIO)), alert_id=alert.pk)
    with pytest.raises(OnlyPresentLink):
        tap(access=cast.access(previous_link=True), alert_id=alert.pk)
    hidden = warn(cast, share={"delay": True})
    with pytest.raises(NoSuchAlert):
        tap(access=cast.access(), alert_id=hidden.pk)
    for state in sorted(rules.SETTLED):
        with pytest.raises(WrongOrder):
            tap(access=cast.access(), alert_id=alert_in(cast, state).pk)


def test_a_second_collective_that_saw_it_changes_only_the_words(cast: Cast) -> None:
    alert = warn(cast, share={"seen": "SAW"})
    done = add_second(access=cast.access(), alert_id=alert.pk, seen="SAW", knew=None)
    kept = ("state", "doubt", "reach", "expires_at", "urgency", "at")
    assert done.seconders == 1 and all(getattr(done, name) == getattr(alert, name) for name in kept)
    assert counting.differences() == {}


@pytest.mark.parametrize(
    ("first", "seen", "knew", "code"),
    [
        ("TOLD", "SAW", False, "not_seen"),
        ("SAW", "TOLD", False, "not_seen"),
        ("SAW", "SAW", True, "knew"),
    ],
)
def test_what_does_not_count_as_a_second(cast: Cast, first: str, seen: str, knew: bool, code: str) -> None:
    alert = warn(cast, share={"seen": first})
    with pytest.raises(NotSecond, match=code):
        add_second(access=cast.access(), alert_id=alert.pk, seen=seen, knew=knew)
    assert Event.objects.count() == 1


def test_one_collective_is_one_voice(cast: Cast) -> None:
    collective = cast.collective()
    alert = warn(cast, cast.point(collective=collective), share={"seen": "SAW"})
    for owner, code in ((collective, "same_collective"), (other := cast.collective(), ""), (other, "twice")):
        access = cast.access(cast.point(collective=owner))
        if code:
            with pytest.raises(NotSecond, match=code):
                add_second(access=access, alert_id=alert.pk, seen="SAW")
        else:
            add_second(access=access, alert_id=alert.pk, seen="SAW")


def test_the_teams_own_alert_has_no_second(cast: Cast) -> None:
    alert = alert_in(cast, "UNCONF", issuer="MEMBER", seen="SAW")
    with pytest.raises(NotSecond, match="settled"):
        add_second(access=cast.access(), alert_id=alert.pk, seen="SAW")


@pytest.mark.parametrize("stop", [points.pause, points.revoke])
def test_the_warnings_of_a_stopped_point_stand_in_doubt(cast: Cast, stop: object) -> None:
    assert callable(stop)
    point = cast.point()
    alert, other, ended = warn(cast, point), warn(cast), alert_in(cast, "CLOSED")
    stop(point, by=cast.member("STEWARD"))
    doubt = {found.pk: found.doubt for found in Alert.objects.all()}
    assert doubt == {alert.pk: True, other.pk: False, ended.pk: False}
    assert Event.objects.filter(alert=alert, act="doubt").count() == 1
    assert not act(alert.pk, "stands", by=cast.member()).doubt


def test_a_refused_calming_leaves_a_stopped_points_warning_in_doubt(cast: Cast) -> None:
    point = cast.point()
    alert = warn(cast, point)
    wrote = write(cast, about("discard", alert), cast.member())
    points.pause(point, by=cast.member("STEWARD"))
    from atarraya.alerts.services.proposals import refuse

    refuse(wrote.proposal.pk, by=cast.member("VERIFIER"))
    alert.refresh_from_db()
    assert alert.doubt
    done = agree(write(cast, about("confirm", alert), cast.member()), cast.member("APPROVER")).alert
    assert done is not None and not done.doubt
