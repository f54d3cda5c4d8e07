"""On PostgreSQL a phone's report asks what its token opens in the statement that keeps it, and believes nothing.

On SQLite, where asking is no journey, every report goes the long way; so it keeps nothing there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atarraya.alerts.models import Entry, Envelope, StorageKey
from atarraya.alerts.services import erasing
from atarraya.alerts.services.receive import receive_from_phone, receive_report
from atarraya.alerts.views.api import reports
from atarraya.kernel import clock
from atarraya.network.models import Inbox
from atarraya.network.services import points
from support.cast import Cast
from support.phone import Made, report

pytestmark = pytest.mark.django_db
AT_ONCE = connection.vendor == "postgresql"


def straight(cast: Cast, made: Made, token: str = "") -> object:
    return receive_from_phone(token=token or cast.leader.device, header=made.parsed, envelope=made.envelope)


def test_a_report_of_a_phone_is_one_statement(cast: Cast, client: Any) -> None:
    asked: list[int] = []
    for _ in range(2):  # first the list and the network are read, and kept for two seconds
        made = report(cast)
        with CaptureQueriesContext(connection) as statements:
            sent = client.post(
                "/api/point/reports", made.body, content_type="application/json", headers=cast.leader.header
            )
        assert sent.status_code == 201 and Entry.objects.filter(pk=made.id).exists()
        asked.append(len(statements))
    assert asked[1] == 1 or not AT_ONCE
    assert {StorageKey.objects.count(), Envelope.objects.count()} == {2}


def test_the_server_keeps_the_statement(cast: Cast) -> None:
    """Planning it takes PostgreSQL as long as everything else about a report."""
    straight(cast, report(cast))
    if AT_ONCE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH opened%'")
            assert cursor.fetchone() == (1,)


def test_it_says_whose_count_it_is(cast: Cast) -> None:
    made = report(cast), report(cast)
    said = [straight(cast, made[0]), straight(cast, made[1], cast.second.device)]
    assert said == ([cast.leader.point.pk, cast.second.point.pk] if AT_ONCE else [None, None])
    assert Entry.objects.count() == StorageKey.objects.count() == Envelope.objects.count() == 2 * AT_ONCE


def _other_inbox(cast: Cast, _made: Made) -> None:
    cast.leader.point.inbox = Inbox.objects.create(name="otro", created=clock.today())
    cast.leader.point.save()


def _sent_before(cast: Cast, made: Made) -> None:
    receive_report(access=points.authenticate(cast.leader.device), header=made.parsed, envelope=made.envelope)


def _erased(cast: Cast, made: Made) -> None:
    _sent_before(cast, made)
    erasing.destroy([made.id])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cast, _: points.pause(cast.leader.point, by=cast.steward.member),
        lambda cast, _: points.revoke(cast.leader.point, by=cast.steward.member),
        lambda cast, _: points.change_link(cast.leader.point, from_point=True),
        _other_inbox,
        _sent_before,
        _erased,
    ],
    ids=["paused", "revoked", "link before", "other inbox", "sent before", "erased"],
)
def test_what_is_not_a_new_report_of_a_present_phone_goes_the_long_way(
    cast: Cast, spoil: Callable[[Cast, Made], object]
) -> None:
    made = report(cast)
    spoil(cast, made)
    before = Entry.objects.count()
    assert straight(cast, made) is None
    assert (Entry.objects.count(), StorageKey.objects.count(), Envelope.objects.count()) == (before,) * 3


def test_codes_links_and_strange_tokens_go_the_long_way(cast: Cast) -> None:
    made = report(cast)
    assert straight(cast, made, cast.leader.link) is None
    assert straight(cast, made, "d_" + "x" * 43) is None
    shared = msgspec.structs.replace(made.parsed, share=report(cast, share={"kind": "CHECKIN"}).parsed.share)
    assert receive_from_phone(token=cast.leader.device, header=shared, envelope=made.envelope) is None
    assert not Entry.objects.exists()


def test_while_one_point_has_used_its_count_everybody_is_asked_first(cast: Cast, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reports.ENTRIES, "count", 2)
    for spot, status in ((cast.leader, 201), (cast.leader, 201), (cast.leader, 429), (cast.second, 201)):
        sent = client.post(
            "/api/point/reports", report(cast).body, content_type="application/json", headers=spot.header
        )
        assert sent.status_code == status
    assert Entry.objects.count() == 3 and not reports.ENTRIES.leaves_all()
