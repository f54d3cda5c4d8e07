"""Warning at once (R14, R15): what reaches the board, what is held, what only the team gets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import NotForBoard
from atarraya.alerts.models import Alert, AlertVersion, Event
from atarraya.alerts.services import counting
from atarraya.alerts.services.publishing import publish_at_once
from atarraya.kernel import clock
from atarraya.network.models import Network, Point
from atarraya.trail.models import Line
from support.people import about, agree, write
from support.river import BOJAYA, MEDIO, NOON, Cast, share


def warn(cast: Cast, point: Point | None = None, kind: str = "ARMED_PRESENCE", **changes: Any) -> Alert:
    codes = {"municipality": BOJAYA, "urgency": "NOW", "age": "H1"} | changes
    fields = codes.pop("share", {})
    return publish_at_once(
        access=cast.access(point, codes.pop("previous_link", False)), share=share(kind, **fields), **codes
    )


def test_a_warning_is_an_alert_a_version_an_event_a_count_and_a_line(cast: Cast) -> None:
    alert = warn(cast, share={"seen": "SAW", "when": "MORNING"})
    assert (alert.state, alert.reach, alert.held, alert.seen, alert.when_part) == (
        "UNCONF", "NEAR", False, "SAW", "MORNING",
    )  # fmt: skip
    assert AlertVersion.objects.get(alert=alert).codes["kind"] == "ARMED_PRESENCE"
    assert Event.objects.get(alert=alert).seq == alert.seq == 1
    assert counting.counted() == counting.recount() and len(counting.counted()) == 2
    line = Line.objects.get()
    assert (line.verb, line.actor, line.subject) == ("alert.at_once", "", str(alert.pk))


@pytest.mark.parametrize("kind", rules.KINDS)
def test_only_kinds_published_at_once_reach_the_board(cast: Cast, kind: str) -> None:
    if rules.POLICY[kind] is rules.Policy.AT_ONCE:
        assert warn(cast, kind=kind).advice == rules.advice(kind)
    else:
        with pytest.raises(NotForBoard, match="kind"):
            warn(cast, kind=kind)
        assert not Alert.objects.exists()


def test_a_network_may_tighten_a_kind(cast: Cast, network: Network) -> None:
    Network.objects.update(policy={"COMBAT": "ONE"})
    with pytest.raises(NotForBoard, match="kind"):
        warn(cast, kind="COMBAT")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"municipality": MEDIO}, "place"),
        ({"municipality": None}, "place"),
        ({"urgency": None}, "urgency"),
        ({"age": "OLD"}, "too_old"),
        ({"age": "W1"}, "too_old"),
        ({"previous_link": True}, "old_link"),
    ],
)
def test_the_rest_goes_to_the_team(cast: Cast, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(NotForBoard, match=code):
        warn(cast, **changes)
    assert not Alert.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize("age", [age for age, hours in rules.AGES.items() if hours])
@pytest.mark.parametrize("kind", [kind for kind, policy in rules.POLICY.items() if policy is rules.Policy.AT_ONCE])
def test_board_time_is_server_time_minus_age_cut_to_the_hour(cast: Cast, kind: str, age: str) -> None:
    if rules.too_old_for_board(kind, age):
        with pytest.raises(NotForBoard):
            warn(cast, kind=kind, age=age)
        return
    alert = warn(cast, kind=kind, age=age)
    hours = rules.AGES[age] or 0
    assert alert.at == (NOON - timedelta(hours=hours)).replace(minute=0)
    limit = rules.expiry(kind)
    assert alert.expires_at == (alert.at + limit if limit else None)


def test_the_fourth_warning_of_a_day_waits_for_a_member(cast: Cast) -> None:
    point = cast.point()
    held = [warn(cast, point).held for _ in range(5)]
    assert held == [False, False, False, True, True]
    assert Event.objects.count() == 3
    assert counting.counted() == counting.recount()
    with clock.freeze(NOON + timedelta(hours=26)):
        assert not warn(cast, point).held
    assert not warn(cast).held  # another point is not delayed by this one


def test_a_zone_is_named_only_where_three_points_speak(cast: Cast) -> None:
    few, many = cast.zone(name="few", points=2), cast.zone(name="many", points=3)
    assert warn(cast, share={"zone": str(few.pk)}).zone is None
    assert warn(cast, share={"zone": str(many.pk)}).zone == many
    far = cast.zone(MEDIO, points=3)
    assert warn(cast, share={"zone": str(far.pk)}).zone is None


def test_a_delayed_warning_changes_no_number_and_no_event_before_its_hour(cast: Cast) -> None:
    alert = warn(cast, share={"delay": True})
    assert alert.shows_from - NOON >= timedelta(hours=6)
    assert alert.at == NOON.replace(minute=0) - timedelta(hours=1)
    assert alert.seq == 0 and not Event.objects.exists() and counting.counted() == {}


def test_what_the_team_settled_still_counts_in_the_day(cast: Cast) -> None:
    """A stolen link warns three times, two people find it false: that may not give it three more."""
    point = cast.point()
    for alert in [warn(cast, point) for _ in range(3)]:
        agree(write(cast, about("discard", alert), cast.member()), cast.member("VERIFIER"))
    assert not Alert.objects.filter(point=point).exists()
    assert warn(cast, point).held
    # Nobody else's warnings wait for it: another collective of the place, the same collective elsewhere.
    assert not warn(cast, cast.point()).held
    elsewhere = cast.point(MEDIO, collective=point.collective)
    assert not warn(cast, elsewhere, municipality=MEDIO).held
    with clock.freeze(NOON + timedelta(hours=26)):
        assert not warn(cast, point).held
