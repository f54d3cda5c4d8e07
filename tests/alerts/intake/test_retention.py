"""Nothing unopened goes silently; the rest goes by its calendar; no order of arrival stays behind."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from atarraya.alerts.models import (
    Alert,
    Chunk,
    Entry,
    Envelope,
    Erasure,
    HandOver,
    RetentionNotice,
    Spoken,
    StorageKey,
)
from atarraya.alerts.queries import retention as queries
from atarraya.alerts.services import attachments, handing, mixing, retention
from atarraya.alerts.services.receive import receive_report
from atarraya.alerts.services.spoken import speak
from atarraya.kernel import clock, ids
from atarraya.network.models import PointDevice
from atarraya.network.services import points
from atarraya.network.services.points import authenticate
from support.cast import HERE, OTHER, Cast, Person
from support.opener import open_envelope
from support.phone import Made, half, report

pytestmark = pytest.mark.django_db


def arrive(cast: Cast, **said: Any) -> Made:
    made = report(cast, **({"municipality": HERE, "urgency": "DAYS"} | said))
    receive_report(access=authenticate(cast.leader.device), header=made.parsed, envelope=made.envelope)
    return made


def tell(*people: Person) -> None:
    for person in people:
        for notice in queries.notices_for(person.member):
            retention.tell(person.member, notice)


def serving(cast: Cast) -> list[Person]:
    """Everybody whose circle serves the inbox and who serves HERE."""
    return [cast.steward, cast.verifier, cast.approver, cast.responder, cast.companion]


def on(days: int) -> date:
    return clock.today() + timedelta(days=days)


def test_nothing_goes_that_nobody_was_told_of(cast: Cast) -> None:
    arrive(cast)
    for days in (30, 60, 400):
        outcome = retention.run(on(days))
        assert (outcome.entries, outcome.waiting) == (0, 1)
    assert Entry.objects.count() == 1


def test_it_goes_on_its_day_when_all_who_serve_were_told(cast: Cast) -> None:
    arrive(cast)
    assert retention.run(on(22)).waiting == 0 and not RetentionNotice.objects.exists()
    retention.run(on(23))
    notice = RetentionNotice.objects.get()
    assert (notice.count, notice.urgent, notice.last_day) == (1, 0, on(30))
    tell(*serving(cast))
    assert retention.run(on(29)).entries == 0
    assert retention.run(on(30)).entries == 1
    assert not (Entry.objects.exists() or Envelope.objects.exists() or StorageKey.objects.exists())
    assert not RetentionNotice.objects.exists()


def test_with_two_told_it_waits_seven_days_for_the_rest(cast: Cast) -> None:
    arrive(cast)
    retention.run(on(23))
    tell(cast.verifier)
    assert retention.run(on(60)).entries == 0
    tell(cast.approver)
    assert retention.run(on(36)).entries == 0
    assert retention.run(on(37)).entries == 1


def test_what_was_urgent_takes_two_people_even_where_one_serves(cast: Cast) -> None:
    for urgency in ("NOW", "DAYS"):
        arrive(cast, municipality=OTHER, urgency=urgency)
    # Only Elvia, who founded the network, serves OTHER and belongs to a circle of the inbox.
    assert queries.serving(cast.inbox, OTHER) == {str(cast.steward.member.pk)}
    retention.run(on(23))
    tell(cast.steward)
    outcome = retention.run(on(90))
    assert (outcome.entries, outcome.waiting) == (1, 1)
    assert Entry.objects.get().urgency == "NOW"


def test_who_may_not_serve_is_neither_told_nor_counted(cast: Cast) -> None:
    arrive(cast)
    retention.run(on(23))
    notice = RetentionNotice.objects.get()
    for person in (cast.infiltrator, cast.warden, cast.outsider):
        assert queries.notices_for(person.member) == []
        retention.tell(person.member, notice)
    notice.refresh_from_db()
    assert notice.told == []


def test_a_dry_run_says_what_would_go_and_leaves_it(cast: Cast) -> None:
    arrive(cast)
    retention.run(on(23))
    tell(*serving(cast))
    assert retention.run(on(30), dry_run=True).entries == 1
    assert Entry.objects.count() == 1


def test_slices_go_with_entries_and_wait_with_them(cast: Cast) -> None:
    arrive(cast)
    attachments.keep_slice(uuid4(), 0, os.urandom(4112), half())
    retention.run(on(23))
    assert retention.run(on(60)).slices == 0
    tell(*serving(cast))
    assert retention.run(on(30)).slices == 0
    assert retention.run(on(33)).slices == 1
    assert not Chunk.objects.exists() and not StorageKey.objects.exists()


def test_counts_marks_grants_and_ids_of_erased_rows_go_by_the_calendar(cast: Cast) -> None:
    now = clock.now()
    speak(cast.leader.point)
    arrive(cast)
    handing.page(cast.verifier.member, cast.inbox, HERE, clock.today())
    handing.ask_for_old(cast.verifier.member, cast.inbox)
    Erasure.objects.create(id=ids.new_id(), erased=uuid4(), day=clock.today())
    StorageKey.objects.create(id=uuid4(), key=os.urandom(32))
    with clock.freeze(now + timedelta(days=50)):
        outcome = retention.run()
        assert (outcome.counts, outcome.keys) == (0, 1)
    with clock.freeze(now + timedelta(days=100)):
        retention.run()
        assert not HandOver.objects.exists() and not Spoken.objects.exists() and Erasure.objects.exists()
    with clock.freeze(now + timedelta(days=401)):
        retention.run()
        assert not Erasure.objects.exists()


def test_phones_of_a_link_that_is_over_are_forgotten(cast: Cast) -> None:
    now = clock.now()
    points.change_link(cast.leader.point, from_point=True)
    with clock.freeze(now + timedelta(days=45)):
        assert retention.run().phones == 0
    with clock.freeze(now + timedelta(days=47)):
        assert retention.run().phones == 1
    assert not PointDevice.objects.filter(point=cast.leader.point).exists()


def test_a_settled_alert_keeps_no_point(cast: Cast) -> None:
    arrive(cast, urgency="NOW", share={"kind": "COMBAT"})
    assert retention.run().points == 0
    Alert.objects.update(state="EXPIRED")
    assert retention.run().points == 1
    alert = Alert.objects.get()
    assert alert.point_id is None and alert.collective_id == cast.leader.point.collective_id


def test_that_a_code_came_from_a_new_number_is_forgotten_with_its_day(cast: Cast) -> None:
    arrive(cast, urgency="NOW", share={"kind": "COMBAT"})
    Alert.objects.update(newcomer=True)
    retention.run()
    assert Alert.objects.get().newcomer, "the day's count still needs it"
    Alert.objects.update(published_at=clock.now() - timedelta(days=3))
    retention.run()
    assert not Alert.objects.get().newcomer


def _rows(model: Any) -> list[str]:
    """Return all there is of a table, whatever the database calls its bytes and wherever it lies."""
    return sorted(
        str({name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()})
        for row in model.objects.values()
    )


def test_laying_rows_anew_changes_nothing_that_is_kept(cast: Cast) -> None:
    made = [arrive(cast, share={"kind": "CHECKIN"}) for _ in range(5)]
    attachment = uuid4()
    attachments.keep_slice(attachment, 0, body := os.urandom(4112), half())
    before = {model: _rows(model) for model in mixing.UNORDERED}
    assert mixing.forget_order() == 5 + 5 + 5 + 1 + 1 + 1
    assert {model: _rows(model) for model in mixing.UNORDERED} == before
    for one in made:
        (entry,) = [
            entry
            for entry in handing.page(cast.verifier.member, cast.inbox, HERE, clock.today()).entries
            if entry.id == one.id
        ]
        assert open_envelope(entry.envelope, [cast.verifiers.identity]) == one.payload
    assert attachments.slices(attachment) == [(0, body)]
