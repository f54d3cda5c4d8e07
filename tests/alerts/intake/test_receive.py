"""The one act where every way in meets: kept once, nothing readable, no tie to the point or the warning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atarraya.alerts.models import Alert, Entry, Envelope, Spoken, StorageKey
from atarraya.alerts.queries.recipients import forget_lists
from atarraya.alerts.services import erasing
from atarraya.kernel import clock
from atarraya.network.models import PointDevice
from atarraya.network.services import points
from atarraya.sealing import storage
from support.cast import HERE, NEAR, Cast, Spot, renew
from support.opener import open_envelope
from support.phone import NOBODY, Made, report

pytestmark = pytest.mark.django_db
SHARE = {"kind": "CONFINEMENT", "seen": "SAW"}


def post(client: Any, spot: Spot, made: Made | dict[str, Any], **said: Any) -> Any:
    body = made.body if isinstance(made, Made) else made
    return client.post(
        "/api/point/reports", body, content_type="application/json", headers=spot.header | said.pop("headers", {})
    )


def test_a_report_is_kept_and_opens_at_the_desk(cast: Cast, client: Any) -> None:
    made = report(cast, municipality=HERE, urgency="NOW")
    answer = post(client, cast.leader, made)
    assert (answer.status_code, answer.json()) == (201, {"received": True})
    entry, key = Entry.objects.get(pk=made.id), StorageKey.objects.get(pk=made.id)
    stored = bytes(Envelope.objects.get(pk=made.id).body)
    assert made.envelope not in stored
    opened = storage.decrypt(bytes(key.key), stored)
    assert opened == made.envelope
    assert open_envelope(opened, [cast.verifiers.identity]) == made.payload
    assert open_envelope(opened, [cast.women.identity, cast.responders.identity]) is None
    assert (entry.size, entry.mark, entry.day) == (2048, "", clock.today())
    assert entry.expires - entry.day == timedelta(days=30)
    assert len(entry.reply) == 96
    assert bytes(entry.lookup_hash) not in made.lookup.encode()


def test_the_same_report_again_is_one_report(cast: Cast, client: Any) -> None:
    made = report(cast, municipality=HERE, urgency="NOW", share=SHARE)
    assert [post(client, cast.leader, made).status_code for _ in range(3)] == [201, 200, 200]
    assert (Entry.objects.count(), Alert.objects.count()) == (1, 1)


def test_another_report_under_a_taken_id_is_not_called_received(cast: Cast, client: Any) -> None:
    first, second = report(cast), report(cast)
    assert post(client, cast.leader, first).status_code == 201
    answer = post(client, cast.leader, second.body | {"id": str(first.id)})
    assert (answer.status_code, answer.json()["title"]) == (409, "id_taken")
    assert Entry.objects.count() == 1


def test_an_erased_report_sent_again_stays_erased(cast: Cast, client: Any) -> None:
    made = report(cast)
    post(client, cast.leader, made)
    erasing.destroy([made.id])
    assert post(client, cast.leader, made).status_code == 200
    assert not Entry.objects.exists() and not StorageKey.objects.exists()


def test_codes_reach_the_board_and_no_row_ties_them_to_the_entry(cast: Cast, client: Any) -> None:
    made = report(cast, municipality=HERE, urgency="NOW", share=SHARE)
    assert post(client, cast.leader, made).json()["board"] == "shown"
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgency, alert.held) == ("CONFINEMENT", "NOW", False)
    assert Spoken.objects.get().point_id == cast.leader.point.pk
    entry = Entry.objects.values().get()
    point = cast.leader.point
    for value in entry.values():
        assert value not in {alert.pk, point.pk, point.collective_id}
    assert str(made.id) not in str(Alert.objects.values().get()) + str(Spoken.objects.values().get())


def test_the_fourth_warning_in_a_day_waits_for_a_member(cast: Cast, client: Any) -> None:
    where = [
        post(client, cast.leader, report(cast, municipality=HERE, urgency="NOW", share=SHARE)).json()["board"]
        for _ in range(4)
    ]
    assert where == ["shown", "shown", "shown", "held"]
    assert Entry.objects.count() == 4


@pytest.mark.parametrize("kind", ["KILLING", "THREAT", "SEXUAL_VIOLENCE", "RECRUITMENT"])
def test_codes_of_other_kinds_leave_no_clear_copy(cast: Cast, client: Any, kind: str) -> None:
    made = report(cast, municipality=HERE, urgency="NOW", share={"kind": kind})
    answer = post(client, cast.leader, made)
    assert (answer.status_code, answer.json()["board"]) == (201, "team")
    assert not Alert.objects.exists() and not Spoken.objects.exists() and Entry.objects.count() == 1


@pytest.mark.parametrize(
    "over",
    [
        {"age": "D3"},
        {"age": "OLD"},
        {"municipality": NEAR},
        {"municipality": None},
        {"urgency": None},
    ],
    ids=str,
)
def test_codes_that_may_not_be_shown_go_to_the_team(cast: Cast, client: Any, over: dict[str, Any]) -> None:
    said = {"municipality": HERE, "urgency": "NOW", "share": {"kind": "COMBAT"}} | over
    assert post(client, cast.leader, report(cast, **said)).json()["board"] == "team"
    assert not Alert.objects.exists() and Entry.objects.count() == 1


def test_a_check_in_marks_the_day_and_nothing_else(cast: Cast, client: Any) -> None:
    said = {"municipality": HERE, "urgency": "KNOW", "share": {"kind": "CHECKIN"}}
    for _ in range(2):
        assert post(client, cast.leader, report(cast, addressed=NOBODY, **said)).json() == {"received": True}
    assert Spoken.objects.count() == 1 and not Alert.objects.exists() and Entry.objects.count() == 2


@pytest.mark.parametrize(("age", "ago"), [("H1", 0), ("D1", 1), ("D3", 3), ("W1", 7), ("OLD", None)])
def test_a_late_check_in_counts_on_its_own_day(cast: Cast, client: Any, age: str, ago: int | None) -> None:
    post(client, cast.leader, report(cast, addressed=NOBODY, age=age, share={"kind": "CHECKIN"}))
    days = [clock.today() - row.day for row in Spoken.objects.all()]
    assert days == ([] if ago is None else [timedelta(days=ago)])


def test_an_old_link_delivers_marked_and_publishes_nothing(cast: Cast, client: Any) -> None:
    points.change_link(cast.leader.point, from_point=True)
    assert PointDevice.objects.get(point=cast.leader.point).previous_link
    made = report(cast, municipality=HERE, urgency="NOW", share=SHARE)
    assert post(client, cast.leader, made).json()["board"] == "team"
    post(client, cast.leader, report(cast, share={"kind": "CHECKIN"}))
    assert set(Entry.objects.values_list("mark", flat=True)) == {"OLD_LINK"}
    assert not Alert.objects.exists() and not Spoken.objects.exists()


def test_an_old_list_is_taken_for_45_days_marked(cast: Cast, client: Any) -> None:
    made = [report(cast) for _ in range(2)]
    now = clock.now()
    renew(cast.verifiers, cast.steward, cast.inbox)
    forget_lists()
    assert post(client, cast.leader, made[0]).status_code == 201
    assert Entry.objects.get().mark == "OLD_SETUP"
    with clock.freeze(now + timedelta(days=46)):
        forget_lists()
        answer = post(client, cast.leader, made[1])
    assert (answer.status_code, answer.json()["title"]) == (409, "list_refused")


def test_a_list_that_is_not_there_is_refused(cast: Cast, client: Any) -> None:
    assert post(client, cast.leader, report(cast).body | {"number": 7}).json()["title"] == "list_refused"


@pytest.mark.parametrize(
    ("over", "status", "title"),
    [
        ({"inbox": "0b1d5f0e-8c2b-4c54-9a5e-3f1f0f6f7a10"}, 403, "inbox"),
        ({"municipality": "05001"}, 422, "municipality"),
        ({"municipality": "somewhere"}, 422, "municipality"),
        ({"id": "00000000-0000-1000-8000-000000000000"}, 400, "malformed"),
        ({"id": "not an id"}, 400, "malformed"),
        ({"urgency": "SOON"}, 400, "malformed"),
        ({"age": "H2"}, 400, "malformed"),
        ({"lookup": "short"}, 400, "malformed"),
        ({"lookup": "A" * 43 + "\n"}, 400, "malformed"),
        ({"erase_hash": ""}, 400, "malformed"),
        ({"number": "1"}, 400, "malformed"),
        ({"number": True}, 400, "malformed"),
        ({"number": 0}, 400, "malformed"),
        ({"sealed": "!!"}, 400, "malformed"),
        ({"share": {"kind": "María Pérez"}}, 400, "malformed"),
        ({"share": {"kind": "COMBAT", "text": "María Pérez"}}, 400, "malformed"),
        ({"share": {"kind": "COMBAT", "zone": "detrás de la iglesia"}}, 400, "malformed"),
        ({"text": "María Pérez"}, 400, "malformed"),
    ],
    ids=str,
)
def test_anything_else_is_refused_with_a_sentence(
    cast: Cast, client: Any, over: dict[str, Any], status: int, title: str
) -> None:
    answer = post(client, cast.leader, report(cast).body | over)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].endswith((".", "?"))
    assert not Entry.objects.exists()
