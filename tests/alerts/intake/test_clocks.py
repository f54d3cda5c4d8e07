"""Wrong clocks, of phones and of the server: nothing is refused, lost or deleted because a clock was wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from atarraya.alerts.models import Alert, Entry
from atarraya.alerts.queries import entries as queries
from atarraya.alerts.services import handing, retention, transport_keys
from atarraya.alerts.shapes import ReportHeader
from atarraya.kernel import clock
from support.cast import HERE, Cast
from support.phone import Made, report

pytestmark = pytest.mark.django_db
WRONG = [datetime(1970, 1, 2, tzinfo=UTC), datetime(2019, 5, 5, tzinfo=UTC), datetime(2099, 12, 31, 23, tzinfo=UTC)]


def send(cast: Cast, client: Any, **said: Any) -> tuple[Made, Any]:
    made = report(cast, **({"municipality": HERE, "urgency": "NOW"} | said))
    body = made.body
    answer = client.post("/api/point/reports", body, content_type="application/json", headers=cast.leader.header)
    return made, answer


def test_a_phone_has_no_way_to_say_what_its_clock_shows(cast: Cast, client: Any) -> None:
    """Only how long it waited, in bands: a phone whose clock was set in 1970 or 2099 sends the same bytes."""
    assert set(ReportHeader.__struct_fields__) == {
        "id",
        "inbox",
        "number",
        "municipality",
        "urgency",
        "age",
        "lookup",
        "erase_hash",
        "share",
    }
    made = report(cast)
    for said in ("2099-12-31T23:00:00Z", "1970-01-01", 0, -1, None):
        answer = client.post(
            "/api/point/reports", made.body | {"age": said}, content_type="application/json", headers=cast.leader.header
        )
        assert answer.status_code == 400


@pytest.mark.parametrize("wrong", WRONG, ids=lambda moment: str(moment.year))
def test_a_server_with_a_wrong_clock_takes_and_keeps_reports(cast: Cast, client: Any, wrong: datetime) -> None:
    with clock.freeze(wrong):
        made, answer = send(cast, client)
        assert answer.status_code == 201
    assert retention.run().entries == 0 and Entry.objects.filter(pk=made.id).exists()
    groups = [one for one in queries.overview(cast.verifier.member) if one.count]
    assert len(groups) == 1
    if groups[0].day < clock.today() - timedelta(days=30):
        grant = handing.ask_for_old(cast.verifier.member, cast.inbox)
        handing.agree_to_old(cast.approver.member, grant)
    (entry,) = handing.page(cast.verifier.member, cast.inbox, HERE, groups[0].day).entries
    assert entry.envelope == made.envelope


@pytest.mark.parametrize("wrong", WRONG, ids=lambda moment: str(moment.year))
def test_a_clock_that_jumps_for_a_while_deletes_nothing_unopened(cast: Cast, client: Any, wrong: datetime) -> None:
    made, _answer = send(cast, client)
    with clock.freeze(wrong):
        retention.run()
        retention.run()
    retention.run()
    assert Entry.objects.filter(pk=made.id).exists()


def test_a_repeat_under_another_clock_is_the_same_report(cast: Cast, client: Any) -> None:
    made, _answer = send(cast, client)
    for wrong in WRONG:
        with clock.freeze(wrong):
            again = client.post(
                "/api/point/reports", made.body, content_type="application/json", headers=cast.leader.header
            )
        assert again.status_code == 200
    assert Entry.objects.count() == 1


def test_an_outbox_closed_under_a_wrong_server_clock_still_opens(cast: Cast, client: Any) -> None:
    now = clock.now()
    for days in (-10, 10):
        made = report(cast, municipality=HERE)
        with clock.freeze(now + timedelta(days=days)):
            outbox = made.outbox(transport_keys.public_key())
        answer = client.post(
            "/api/point/sealed", outbox, content_type="application/octet-stream", headers=cast.leader.header
        )
        assert answer.status_code == 201


def test_codes_keep_to_the_servers_hour_whatever_the_phone_thinks(cast: Cast, client: Any) -> None:
    hour = clock.this_hour()
    send(cast, client, share={"kind": "COMBAT"}, age="H6")
    alert = Alert.objects.get()
    assert hour - timedelta(hours=7) <= alert.at <= hour
    assert alert.at.minute == alert.at.second == 0
