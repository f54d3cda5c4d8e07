"""What a published text becomes: its time, its expiry, its reach, its counts, what of it is public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import NotTheText, WrongOrder
from atarraya.alerts.models import Alert, AlertVersion
from atarraya.alerts.queries.board import board_for
from atarraya.alerts.services import counting
from atarraya.alerts.services.acts import act
from atarraya.kernel import clock
from support.people import about, agree, alert_in, warn, whole, write
from support.river import BOJAYA, NOON, QUIBDO, Cast


def said(cast: Cast, act_name: str = "publish", **fields: Any) -> Alert:
    done = agree(write(cast, whole(act_name, **fields), cast.member()), cast.member("APPROVER")).alert
    assert done is not None
    return done


@pytest.mark.parametrize(
    ("day", "part", "hour"),
    [
        (None, "", 10),
        ("2026-11-21", "", 10),
        ("2026-11-20", "", 12),
        ("2026-11-20", "NIGHT", 18),
        ("2026-11-20", "DAWN", 0),
    ],
)
def test_the_hour_it_was_is_the_part_of_the_day_never_later_than_now(
    cast: Cast, day: str | None, part: str, hour: int
) -> None:
    alert = said(cast, day=day, when=part)
    here = timezone.localtime(alert.at)
    assert (here.date(), here.hour) == (date.fromisoformat(day or "2026-11-21"), hour)
    assert alert.expires_at == alert.at + timedelta(hours=48)


@pytest.mark.parametrize("urgency", rules.URGENCIES)
def test_news_is_owed_by_urgency(cast: Cast, urgency: str) -> None:
    hours = rules.NEWS_HOURS[urgency]
    alert = said(cast, urgency=urgency)
    assert alert.next_news_at == (NOON.replace(minute=0) + timedelta(hours=hours) if hours else None)
    assert (alert.responsible_role, alert.rank) == ("VERIFIER", rules.RANK[urgency])


def test_two_people_decide_how_far_it_reaches(cast: Cast) -> None:
    far = cast.point(QUIBDO, follows=[BOJAYA])
    near, wide = said(cast, reach="NEAR"), said(cast)
    assert [item["i"] for item in board_for(far)["alerts"]] == [str(wide.pk)] and near.reach == "NEAR"
    assert board_for(far)["alerts"][0]["b"] == 1  # the team says so, no point


def test_a_correction_moves_the_counts_and_keeps_what_was_said_before(cast: Cast) -> None:
    alert = warn(cast, kind="COMBAT")
    text = whole("correct", alert=str(alert.pk), version=1, kind="CONFINEMENT", day="2026-11-19")
    agree(write(cast, text, cast.member()), cast.member("APPROVER"))
    alert.refresh_from_db()
    assert (alert.kind, alert.corrected, alert.state) == ("CONFINEMENT", True, "UNCONF")
    assert alert.expires_at == alert.at + timedelta(days=7)
    assert {key.kind for key, count in counting.counted().items() if count} == {"CONFINEMENT", ""}
    first = AlertVersion.objects.get(alert=alert, number=1)
    assert first.codes["kind"] == "COMBAT" and counting.differences() == {}


def test_a_correction_never_moves_an_alert_to_another_municipality(cast: Cast) -> None:
    alert = warn(cast)
    moved = whole("correct", alert=str(alert.pk), version=1, municipality=QUIBDO)
    with pytest.raises(WrongOrder):
        write(cast, moved, cast.member())
    with pytest.raises(NotTheText):
        agree(write(cast, moved, cast.member(), municipality=BOJAYA), cast.member("APPROVER"))


def test_a_correction_of_a_public_alert_is_public_only_if_it_says_so(cast: Cast) -> None:
    consents = ["NET_SUMMARY", "PUBLIC_SUMMARY"]
    alert = said(cast, "publish_confirmed", public=True, summary="Hubo presencia.", consents=consents)
    assert (alert.public_day, alert.public_summary) == (date(2026, 11, 21), "Hubo presencia.")
    text = whole("correct", alert=str(alert.pk), version=1, public=True, summary="Hubo dos.", consents=consents)
    agree(write(cast, text, cast.member()), cast.member("APPROVER"))
    later = Alert.objects.get(pk=alert.pk)
    assert (later.public_at, later.public_summary) == (alert.public_at, "Hubo dos.")
    text = whole("correct", alert=str(alert.pk), version=later.version)
    agree(write(cast, text, cast.member()), cast.member("APPROVER"))
    assert Alert.objects.get(pk=alert.pk).public_at is None


def test_making_it_public_waits_from_when_it_was_shown(cast: Cast) -> None:
    alert = alert_in(cast, "CONF")
    with clock.freeze(NOON + timedelta(hours=60)):
        agree(write(cast, about("make_public", Alert.objects.get(pk=alert.pk)), cast.member()), cast.member("APPROVER"))
    alert.refresh_from_db()
    assert alert.public_at is not None
    local = timezone.localtime(alert.public_at)
    assert (local.date(), local.hour) == (date(2026, 11, 25), 0)
    assert alert.public_at - alert.published_at >= timedelta(hours=72)


def test_an_answerable_role_is_one_of_those_who_answer(cast: Cast) -> None:
    alert, by = warn(cast), cast.member("RESPONDER")
    until = NOON + timedelta(hours=5)
    assert act(alert.pk, "next_news", by=by, until=until, role="RESPONDER").responsible_role == "RESPONDER"
    with pytest.raises(WrongOrder):
        act(alert.pk, "next_news", by=by, until=until, role="STEWARD")


@pytest.mark.parametrize("kind", rules.KINDS)
def test_policies_are_the_ones_that_were_decided(kind: str) -> None:
    at_once = {"ARMED_PRESENCE", "CONFINEMENT", "ARMED_STRIKE", "MOVEMENT_BAN", "COMBAT", "MINES_UXO"}
    two = {"KILLING", "MASSACRE", "ATTEMPT", "DISAPPEARANCE", "KIDNAP", "TORTURE", "RECRUITMENT"}
    never = {"SEXUAL_VIOLENCE", "GBV_OTHER"}
    expected = "AT_ONCE" if kind in at_once else "TWO" if kind in two else "NEVER" if kind in never else "ONE"
    assert rules.policy_of(kind) == expected
    assert rules.policy_of("UNHEARD_OF") == "NEVER"
    for wanted in rules.Policy:
        tightened = rules.policy_of(kind, {kind: wanted})
        assert rules.STRICTNESS[tightened] == max(rules.STRICTNESS[rules.Policy(expected)], rules.STRICTNESS[wanted])
