"""The board: who sees what, in which order, what changed since, and how little it weighs (US-3, R15–R19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, Event, Spoken
from atarraya.alerts.queries.board import board_bytes, board_for
from atarraya.alerts.queries.places import forget_places, place_state
from atarraya.alerts.queries.speaking import Heard
from atarraya.alerts.services import changing
from atarraya.alerts.services.acts import act
from atarraya.alerts.services.events import turn
from atarraya.alerts.services.proposals import refuse
from atarraya.alerts.services.tapping import passed, still
from atarraya.kernel import clock, ids
from atarraya.network.models import Network, Point
from atarraya.territory.models import Edition, Unit
from support.people import about, agree, alert_in, warn, whole, write
from support.river import ACANDI, BOJAYA, MEDIO, NOON, QUIBDO, VIGIA, Cast

DAY = timedelta(days=1)


def seen(point: Point) -> list[str]:
    return [item["i"] for item in board_for(point)["alerts"]]


def place(point: Point, code: str) -> dict[str, Any]:
    return next(found for found in board_for(point)["places"] if found["c"] == code)


def test_a_warning_is_seen_at_home_and_by_listed_neighbours_only(cast: Cast) -> None:
    alert = warn(cast)
    everywhere = [BOJAYA, MEDIO, VIGIA, QUIBDO, ACANDI]
    readers = {code: cast.point(code, follows=everywhere) for code in everywhere}
    assert {code for code, point in readers.items() if seen(point)} == {BOJAYA, MEDIO, VIGIA}
    act(alert.pk, "carry_further", by=cast.member())
    assert all(seen(point) == [str(alert.pk)] for point in readers.values())
    assert seen(cast.point(QUIBDO, follows=[ACANDI])) == []  # carried further, and not followed


def test_a_point_that_chose_nothing_follows_its_neighbours(cast: Cast) -> None:
    assert [found["c"] for found in board_for(cast.point(MEDIO))["places"]] == [MEDIO, BOJAYA, VIGIA]


def test_who_may_not_see_is_never_told_that_no_danger_is_warned_of(cast: Cast) -> None:
    points = [cast.point(BOJAYA) for _ in range(3)]
    for point in points:
        Spoken.objects.create(point=point, municipality=BOJAYA, day=clock.today() - DAY)
    near, far = cast.point(MEDIO), cast.point(QUIBDO, follows=[BOJAYA])
    assert (place(near, BOJAYA)["s"], place(far, BOJAYA)["s"]) == ("SPOKE", "UNKNOWN")
    warn(cast, points[0])
    assert (place(near, BOJAYA)["s"], place(far, BOJAYA)["s"]) == ("ALERTS", "UNKNOWN")


@pytest.mark.parametrize(
    ("alerts", "said", "points", "near", "state"),
    [
        (True, 0, 0, True, "ALERTS"),
        (False, 3, 3, True, "SPOKE"),
        (False, 3, 3, False, "UNKNOWN"),
        (False, 0, 3, True, "UNKNOWN"),
        (False, 2, 2, True, "FEW"),
        (False, 0, 0, True, "FEW"),
    ],
)
def test_how_a_municipality_stands(alerts: bool, said: int, points: int, near: bool, state: str) -> None:
    assert place_state(alerts, Heard(said, points), near=near) == state


def test_points_that_spoke_are_counted_by_day_and_never_fewer_than_three(cast: Cast) -> None:
    points = [cast.point() for _ in range(3)]
    reader = points[0]
    days = {0: clock.today(), 1: clock.today() - DAY, 2: clock.today() - 8 * DAY}
    for number, day in days.items():
        Spoken.objects.create(point=points[number], municipality=BOJAYA, day=day)
    assert place(reader, BOJAYA)["k"] == [1, 3]  # today's word counts from tomorrow, last week's no more
    with clock.freeze(NOON + DAY):
        assert place(reader, BOJAYA)["k"] == [2, 3]
        Point.objects.filter(pk=points[2].pk).update(state="PAUSED")
        forget_places()  # within the hour, the numbers of points stand still
        assert "k" not in place(reader, BOJAYA) and place(reader, BOJAYA)["s"] == "FEW"


def test_corrections_and_ends_stand_first_then_urgency_then_the_newest(cast: Cast) -> None:
    know, old_now, days = (
        warn(cast, urgency=urgency, age=age) for urgency, age in (("KNOW", "H1"), ("NOW", "H6"), ("DAYS", "H1"))
    )
    new_now = warn(cast)
    ended = warn(cast, urgency="KNOW")
    agree(write(cast, about("withdraw", ended), cast.member()), cast.member("VERIFIER"))
    text = whole("correct", alert=str(know.pk), version=1, urgency="KNOW")
    agree(write(cast, text, cast.member()), cast.member("APPROVER"))
    order = sorted((know.pk, ended.pk), key=lambda pk: (-Alert.objects.get(pk=pk).at.timestamp(), str(pk)))
    reader = cast.point()
    assert seen(reader) == [str(pk) for pk in (*order, new_now.pk, old_now.pk, days.pk)]
    with clock.freeze(NOON + 4 * DAY):  # no longer first; what ended is gone
        assert str(ended.pk) not in seen(reader) and seen(reader)[-1] == str(know.pk)


@pytest.mark.parametrize("name", ["discard", "withdraw", "false_alarm", "close"])
def test_an_end_is_told_to_those_who_hold_the_warning_then_leaves(cast: Cast, name: str) -> None:
    reader, alert = cast.point(), warn(cast)
    held = board_for(reader)["seq"]
    agree(write(cast, about(name, alert), cast.member()), cast.member("VERIFIER"))
    changed = board_for(reader, held)
    assert [item["i"] for item in changed["alerts"]] == [str(alert.pk)]
    assert changed["alerts"][0]["e"] == 1 and changed["gone"] == [] and not changed["full"]
    with clock.freeze(NOON + 4 * DAY):
        late = board_for(reader, held)
        assert late["gone"] == [str(alert.pk)] and late["alerts"] == []
        assert board_for(reader, late["seq"])["gone"] == []


def test_only_what_changed_is_sent_and_nothing_twice(cast: Cast) -> None:
    reader = cast.point()
    first = warn(cast)
    held = board_for(reader)
    assert board_for(reader, held["seq"])["alerts"] == []
    second = warn(cast)
    still(access=cast.access(), alert_id=first.pk)
    changed = board_for(reader, held["seq"])
    assert {item["i"] for item in changed["alerts"]} == {str(first.pk), str(second.pk)}
    assert board_for(reader, changed["seq"])["alerts"] == []


def test_a_number_from_the_future_or_from_long_ago_brings_the_whole_board(cast: Cast) -> None:
    reader, alert = cast.point(), warn(cast)
    for since in (10**9, 0):
        body = board_for(reader, since)
        assert [item["i"] for item in body["alerts"]] == [str(alert.pk)]
    assert board_for(reader, 10**9)["full"]
    number = Event.objects.get().seq
    with turn():
        for _ in range(501):
            changing.change(changing.lock(alert.pk), "next_news")
    assert board_for(reader, number)["full"]


def test_the_number_a_reader_is_given_says_nothing_of_what_they_may_not_see(cast: Cast) -> None:
    reader = cast.point(ACANDI)
    before = board_for(reader)
    point = cast.point()
    for _ in range(4):
        warn(cast, point)
    warn(cast, cast.point(ACANDI), municipality=ACANDI, share={"delay": True})
    assert board_for(reader) == before


def test_a_held_warning_is_on_no_board(cast: Cast) -> None:
    point = cast.point()
    held = [warn(cast, point) for _ in range(4)][-1]
    assert str(held.pk) not in seen(point) and len(seen(point)) == 3


def test_hiding_takes_the_words_away_at_once_and_leaves_kind_and_municipality(cast: Cast) -> None:
    reader = cast.point()
    alert = alert_in(cast, "CONF", summary="Hay hombres armados.", zone=cast.zone())
    before = board_for(reader)
    assert before["alerts"][0]["w"] and before["alerts"][0]["z"]
    for name in ("hide_summary", "hide_zone"):
        act(alert.pk, name, by=cast.member())
    after = board_for(reader, before["seq"])["alerts"][0]
    assert "w" not in after and "z" not in after
    assert (after["k"], after["m"]) == ("ARMED_PRESENCE", BOJAYA)


def test_doubt_shows_from_the_first_person_and_goes_with_the_refusal(cast: Cast) -> None:
    reader, alert = cast.point(), warn(cast)
    wrote = write(cast, about("discard", alert), cast.member())
    item = board_for(reader)["alerts"][0]
    assert (item["s"], item["d"]) == ("UNCONF", 1)
    refuse(wrote.proposal.pk, by=cast.member("VERIFIER"))
    assert "d" not in board_for(reader)["alerts"][0]


def test_notes_and_overdue_news_are_told(cast: Cast) -> None:
    reader, alert = cast.point(), warn(cast)
    still(access=cast.access(), alert_id=alert.pk)
    passed(access=cast.access(), alert_id=alert.pk)
    item = board_for(reader)["alerts"][0]
    assert (item["g"], item["y"], item["h"]) == (1, 1, "2026-11-22T10")
    with clock.freeze(NOON + 2 * DAY - timedelta(hours=3)):
        late = board_for(reader)["alerts"][0]
    assert late["l"] == "2026-11-21T10" and "h" not in late


def test_a_polling_page_costs_one_question_until_something_changes(cast: Cast) -> None:
    reader = cast.point()
    warn(cast)
    body, etag = board_bytes(reader)
    with CaptureQueriesContext(connection) as asked:
        assert board_bytes(reader) == (body, etag)
    # One for the last event, one for the network (kept two seconds where it is not a test).
    assert len([one for one in asked if "network_network" not in one["sql"]]) == 1
    warn(cast)
    assert board_bytes(reader)[1] != etag
    with clock.freeze(NOON + timedelta(hours=1)):
        assert board_bytes(reader)[1] != etag
    with translation.override("en"):
        assert board_bytes(reader)[0] != board_bytes(cast.point(ACANDI))[0]


CHOCO = (
    "Quibdó", "Bojayá", "Medio Atrato", "Riosucio", "Carmen del Darién", "Unguía", "Acandí", "Alto Baudó", "Istmina",
    "Medio San Juan", "Nóvita", "Sipí", "Condoto", "El Litoral del San Juan", "Vigía del Fuerte",
)  # fmt: skip


def test_the_board_of_fifteen_municipalities_is_under_eight_kilobytes(cast: Cast, network: Network) -> None:
    edition = Edition.objects.get()
    codes = [f"9900{number}" if number < 10 else f"990{number}" for number in range(15)]
    for code, name in zip(codes, CHOCO, strict=True):
        Unit.objects.create(code=code, name=name, edition=edition, department="Chocó")
    Network.objects.update(municipalities=codes, neighbours={code: codes for code in codes})
    at_once = [kind for kind, policy in rules.POLICY.items() if policy is rules.Policy.AT_ONCE]
    for number, code in enumerate(codes):
        zone = cast.zone(code, f"río Agua Clara {number}", points=3)
        for turn_number in range(4):
            kind = at_once[(number + turn_number) % len(at_once)]
            urgency = rules.URGENCIES[(number * 7 + turn_number) % 3]
            age = ["H1", "H6", "D1"][turn_number % 3]
            share = {"zone": str(zone.pk), "seen": "SAW", "when": rules.WHEN_PARTS[number % 4]}
            warn(cast, cast.point(code), kind, municipality=code, urgency=urgency, age=age, share=share)
    for alert in Alert.objects.all()[::4]:
        with turn():
            summary = "Varias comunidades avisan lo mismo. Viaje en grupo y avise a dónde va."
            changing.change(changing.lock(alert.pk), "test", summary=summary, state="CONF")
    body, _ = board_bytes(cast.point(codes[0], follows=codes))
    wire = len(brotli.compress(body, quality=5))
    assert board_for(cast.point(codes[0], follows=codes))["full"]
    assert body.count(b'"i":') == 60
    assert wire <= 8 * 1024, wire
    # Ten times as many alerts are more, not longer.
    reader = cast.point(codes[0], follows=codes)
    for alert in list(Alert.objects.all()):
        for _ in range(5):
            alert.pk = ids.new_id()
            alert.seq += 1
            alert.save(force_insert=True)
    forget_places()
    crowded, _ = board_bytes(reader)
    assert len(brotli.compress(crowded, quality=5)) <= 8 * 1024
    body_now = board_for(reader)
    assert all(place["more"] >= 13 for place in body_now["places"])
    assert {item["m"] for item in body_now["alerts"]} == set(codes)


def test_what_a_correction_takes_from_the_network_leaves_the_copies_of_those_who_no_longer_see_it(cast: Cast) -> None:
    """Two people found that it endangers somebody and kept it near: a far phone's copy must not go on saying it."""
    text = whole("publish", summary="En la escuela de arriba.", consents=["NET_SUMMARY"])
    alert = agree(write(cast, text, cast.member()), cast.member("APPROVER")).alert
    assert alert is not None
    far, near = cast.point(QUIBDO, follows=[BOJAYA]), cast.point(MEDIO)
    copy = board_for(far)
    assert [item["i"] for item in copy["alerts"]] == [str(alert.pk)]
    never_seen = warn(cast)  # near from the beginning: of this a far point may not even learn the id
    said = whole("correct", alert=str(alert.pk), version=1, reach="NEAR")
    agree(write(cast, said, cast.member()), cast.member("APPROVER"))
    told = board_for(far, copy["seq"])
    assert (told["gone"], told["alerts"]) == ([str(alert.pk)], [])
    assert str(never_seen.pk) not in str(told)
    assert str(alert.pk) in [item["i"] for item in board_for(near, copy["seq"])["alerts"]]
