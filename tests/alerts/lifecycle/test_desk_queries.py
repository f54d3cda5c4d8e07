"""What the desk is told: only what a member may act on, never their own proposals to agree to."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atarraya.alerts.acts_refused import WrongOrder
from atarraya.alerts.models import Alert
from atarraya.alerts.queries import desk, similar
from atarraya.alerts.queries.reading import scope_of_member
from atarraya.alerts.services.acts import act
from atarraya.alerts.services.proposals import withdraw
from atarraya.kernel import clock
from support.people import about, agree, alert_in, warn, whole, write
from support.river import BOJAYA, MEDIO, NOON, Cast


def test_cards_are_of_served_municipalities_held_first(cast: Cast) -> None:
    point, far = cast.point(), cast.point(MEDIO)
    shown, *_, held = [warn(cast, point) for _ in range(4)]
    warn(cast, far, municipality=MEDIO)
    cards = desk.cards(cast.member(municipalities=(BOJAYA,)))
    assert {card.line.municipality for card in cards} == {BOJAYA} and len(cards) == 4
    assert cards[0].line.id == held.pk and cards[0].held and "release" in cards[0].acts
    assert shown.pk in {card.line.id for card in cards[1:]}


@pytest.mark.parametrize("role", ["VERIFIER", "APPROVER", "RESPONDER", "STEWARD", "ANALYST"])
def test_every_act_offered_can_be_done_by_whom_it_is_offered(cast: Cast, role: str) -> None:
    by = cast.member(role)
    alert = warn(cast, urgency="DAYS", share={"zone": str(cast.zone(points=3).pk)})
    offered = desk.cards(by)[0].acts
    assert ("next_news" in offered) == (role in {"VERIFIER", "APPROVER", "RESPONDER"})
    one = {"take_up", "carry_further", "raise_urgency", "hide_zone", "renew", "release", "stands"}
    params = {"raise_urgency": {"urgency": "NOW"}}
    for name in sorted(one):
        if name in offered:
            act(alert.pk, name, by=by, **params.get(name, {}))
        elif role == "VERIFIER":
            with pytest.raises(WrongOrder):
                act(alert.pk, name, by=by, **params.get(name, {}))


def test_a_card_says_what_waits_and_what_was_done(cast: Cast) -> None:
    alert, by = warn(cast), cast.member()
    act(alert.pk, "take_up", by=by)
    alert.refresh_from_db()
    write(cast, about("withdraw", alert), by)
    card = desk.cards(by)[0]
    assert card.waiting == ["withdraw"] and card.line.doubt and "stands" not in card.acts
    assert [what for what, _ in card.history] == ["publish", "take_up", "doubt"]


def test_what_ended_can_still_have_its_words_hidden(cast: Cast) -> None:
    by, other = cast.member(), cast.member("APPROVER")
    alert = agree(
        write(cast, whole("publish", summary="Amenazas en el municipio.", consents=["NET_SUMMARY"]), by), other
    ).alert
    assert alert is not None
    agree(write(cast, about("close", alert, outcome="PASSED", answer="PASSED"), by), other)
    [card] = desk.cards(by)
    assert (card.line.open, card.acts) == (False, ["hide_summary"])
    act(alert.pk, "hide_summary", by=by)
    assert desk.cards(by)[0].acts == []


def test_cards_take_as_many_queries_for_many_as_for_few(cast: Cast) -> None:
    by = cast.member()
    counts = []
    for _ in range(2):
        for _ in range(10):
            warn(cast)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            desk.cards(by)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7


def test_who_is_asked_to_agree(cast: Cast) -> None:
    writer, other = cast.member("VERIFIER", "APPROVER"), cast.member("APPROVER")
    alert = warn(cast)
    wrote = write(cast, about("confirm", alert), writer)
    write(cast, whole("publish", municipality=MEDIO), writer)
    assert len(desk.proposals(writer)) == 2 and desk.to_agree(writer) == []
    assert desk.waiting_count(other) == 2
    assert desk.waiting_count(cast.member("APPROVER", municipalities=(MEDIO,))) == 1
    assert desk.waiting_count(cast.member("APPROVER", collective=alert.collective)) == 1
    assert desk.waiting_count(cast.member("STEWARD")) == 0
    outside = cast.member("APPROVER")
    outside.memberships.all().delete()
    assert desk.waiting_count(outside) == 0
    agree(wrote, other)
    assert desk.waiting_count(other) == 1


def test_the_mark_changes_with_everything_it_stands_for(cast: Cast) -> None:
    by, writer, marks = cast.member("VERIFIER"), cast.member(), []
    point = cast.point()
    alert = warn(cast, point)
    steps = [
        lambda: None,
        lambda: write(cast, whole("publish", kind="KILLING", consents=["NET_SUMMARY"]), writer),
        lambda: [warn(cast, point) for _ in range(2)],
        lambda: warn(cast, point),  # held: no event
        lambda: act(alert.pk, "take_up", by=by),
    ]
    for step in steps:
        step()
        marks.append(desk.fingerprint(by))
        assert marks[-1] == desk.fingerprint(by)
    wrote = write(cast, whole("publish", kind="MASSACRE", consents=["NET_SUMMARY"]), writer)
    marks.append(desk.fingerprint(by))
    agree(wrote, cast.member("APPROVER"))
    marks.append(desk.fingerprint(by))
    withdraw(wrote.proposal.pk, by=writer)
    marks.append(desk.fingerprint(by))
    assert all(mark != following for mark, following in itertools.pairwise(marks))


def test_overdue_news_and_held_warnings_are_found(cast: Cast) -> None:
    by, point = cast.member(), cast.point()
    alerts = [warn(cast, point) for _ in range(4)]
    assert list(desk.held(by)) == [alerts[3]] and not desk.overdue(by).exists()
    with clock.freeze(NOON + timedelta(hours=26)):
        assert set(desk.overdue(by)) == set(alerts[:3])
        act(alerts[0].pk, "next_news", by=by, until=clock.now() + timedelta(hours=3))
        assert set(desk.overdue(by)) == set(alerts[1:3])


def test_suggestions_are_of_the_same_kind_zone_and_days(cast: Cast) -> None:
    zone, other = cast.zone(name="a", points=3), cast.zone(name="b", points=3)
    by = scope_of_member(cast.member())
    first = warn(cast, share={"zone": str(zone.pk)})
    same = warn(cast, share={"zone": str(zone.pk)})
    nowhere = warn(cast)
    warn(cast, share={"zone": str(other.pk)})
    warn(cast, kind="COMBAT")
    warn(cast, cast.point(MEDIO), municipality=MEDIO)
    alert_in(cast, "MERGED")
    ended = alert_in(cast, "CLOSED")
    found = similar.suggestions(similar.codes_of(first), by, besides=first.pk)
    assert {line.id for line in found} == {same.pk, nowhere.pk, ended.pk}
    assert not found[-1].open
    with clock.freeze(NOON + timedelta(days=3)):
        late = warn(cast, share={"zone": str(zone.pk)})
        assert similar.suggestions(similar.codes_of(late), by, besides=late.pk) == []
    assert similar.suggestions(similar.codes_of(first), scope_of_member(cast.member(municipalities=(MEDIO,)))) == []
    assert Alert.objects.filter(merged_into__isnull=False).count() == 0  # nobody decided anything
