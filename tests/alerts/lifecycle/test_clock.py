"""What the clock does: delayed warnings appear, warnings lapse by kind, and no stopped worker hides either."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, AlertVersion, Event, Tap
from atarraya.alerts.queries.board import board_for
from atarraya.alerts.services import counting, tapping
from atarraya.alerts.services.expiring import Ran, run
from atarraya.kernel import clock
from support.people import alert_in, warn
from support.river import BOJAYA, NOON, Cast

HOURS = {
    "ARMED_PRESENCE": 48,
    "COMBAT": 48,
    "MOVEMENT_BAN": 72,
    "ARMED_STRIKE": 7 * 24,
    "CONFINEMENT": 7 * 24,
    "MINES_UXO": None,
    "MASS_DISPL": 14 * 24,
    "TERRITORY": 14 * 24,
    "THREAT": 30 * 24,
    "KILLING": 30 * 24,
}


@pytest.mark.parametrize(("kind", "hours"), HOURS.items())
def test_each_kind_stands_as_long_as_the_rule_says(kind: str, hours: int | None) -> None:
    assert rules.expiry(kind) == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize("kind", rules.KINDS)
def test_every_kind_has_a_family_or_is_never_asked_on_the_page(kind: str) -> None:
    asked = [family for family, kinds in rules.FAMILIES.items() if kind in kinds]
    assert len(asked) == (0 if rules.POLICY[kind] is rules.Policy.NEVER else 1)
    days = rules.expiry(kind)
    if kind in rules.ON_A_PERSON:
        assert days == timedelta(days=30)


@pytest.mark.parametrize("kind", [kind for kind, hours in HOURS.items() if kind in ("ARMED_PRESENCE", "CONFINEMENT")])
def test_a_warning_lapses_and_asks_and_forgets_its_point(cast: Cast, kind: str) -> None:
    point = cast.point()
    alert, reader = warn(cast, point, kind), cast.point()
    tapping.still(access=cast.access(cast.point()), alert_id=alert.pk)
    alert.refresh_from_db()
    assert alert.expires_at is not None
    with clock.freeze(alert.expires_at - timedelta(seconds=1)):
        assert run() == Ran(0, 0)
        assert board_for(reader)["alerts"][0]["s"] == "UNCONF"
    with clock.freeze(alert.expires_at):
        assert board_for(reader)["alerts"][0]["s"] == "EXPIRED"  # before the job ran
        assert run() == Ran(0, 1) and run() == Ran(0, 0)
        line = board_for(reader)["alerts"][0]
    assert line["s"] == "EXPIRED" and "x" not in line
    alert.refresh_from_db()
    assert (alert.open, alert.point, alert.collective) == (True, None, point.collective)
    assert not Tap.objects.exclude(point=None).exists()
    assert AlertVersion.objects.filter(alert=alert, act="expire").exists()
    assert counting.differences() == {}


def test_mines_never_lapse(cast: Cast) -> None:
    alert = warn(cast, kind="MINES_UXO")
    with clock.freeze(NOON + timedelta(days=400)):
        assert run() == Ran(0, 0)
    assert alert.expires_at is None


@pytest.mark.parametrize("state", rules.STATES)
def test_only_what_stands_lapses(cast: Cast, state: str) -> None:
    alert = alert_in(cast, state)
    with clock.freeze(NOON + timedelta(days=3)):
        ran = run().expired
    alert.refresh_from_db()
    assert ran == (state in rules.EXPIRES)
    assert alert.state == ("EXPIRED" if state in rules.EXPIRES else state)


def test_a_delayed_warning_shows_at_its_hour_with_or_without_the_job(cast: Cast) -> None:
    reader = cast.point()
    before = board_for(reader)
    alert = warn(cast, share={"delay": True})
    assert board_for(reader) == before  # not a number of it moves
    with clock.freeze(alert.shows_from - timedelta(minutes=1)):
        assert run() == Ran(0, 0) and board_for(reader)["alerts"] == []
    with clock.freeze(alert.shows_from):
        assert [item["i"] for item in board_for(reader, before["seq"])["alerts"]] == [str(alert.pk)]
        assert run() == Ran(1, 0)
        changed = board_for(reader, before["seq"])
        assert [item["i"] for item in changed["alerts"]] == [str(alert.pk)]
        assert board_for(reader, changed["seq"])["alerts"] == []
    assert Event.objects.get().act == "announce" and counting.differences() == {}


def test_a_delayed_warning_withdrawn_before_its_hour_is_never_seen(cast: Cast) -> None:
    alert, reader = warn(cast, share={"delay": True}), cast.point()
    from support.people import about, agree, write

    agree(write(cast, about("withdraw", alert), cast.member()), cast.member("VERIFIER"))
    with clock.freeze(alert.shows_from + timedelta(hours=1)):
        run()
        assert board_for(reader)["alerts"] == [] and board_for(reader, 0)["gone"] == []
    assert not Event.objects.exists() and counting.counted() == {}
    assert Alert.objects.get().municipality == BOJAYA
