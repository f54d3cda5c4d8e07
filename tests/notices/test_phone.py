"""What a point's page asks: nothing comes until somebody answers, and it ends when the phone says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atarraya.alerts.services.publishing import publish_at_once
from atarraya.alerts.shapes import Share
from atarraya.kernel import clock
from atarraya.network.models import PointDevice
from atarraya.network.services import points
from atarraya.notices import carriers
from atarraya.notices.models import Receiver
from atarraya.notices.services import wording
from atarraya.notices.views import phone
from support.cast import HERE, NEAR, Cast, Spot
from support.hearing import drain
from support.loopback import Loopback
from support.recast import put_back

ADDRESS = "/api/point/notices"
WISH: dict[str, Any] = {
    "alone": True, "way": "loopback", "address": {"to": "a"},
    "wants": [{"urgency": "NOW"}, {"urgency": "KNOW", "municipality": NEAR, "kind": "COMBAT"}],
    "quiet": {"start": "22", "end": "05", "now_passes": True},
}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast, for its phones' secrets."""
    return put_back()


@pytest.fixture(autouse=True)
def way() -> Iterator[Loopback]:
    made = Loopback()
    carriers.register(made)
    phone.CHANGES.clear()
    yield made
    carriers.forget(made.name)


def ask(spot: Spot, method: str, body: Any = None) -> Any:
    return Client().generic(
        method, ADDRESS, b"" if body is None else json.dumps(body).encode(),
        content_type="application/json", headers=spot.header,
    )  # fmt: skip


def test_a_phone_that_nobody_spoke_for_is_to_ask(cast: Cast) -> None:
    said = ask(cast.leader, "GET").json()
    assert said["ask"] is True and said["until"] is None and said["wants"] == [] and said["last"] is None
    assert {"name": "loopback", "label": "Loopback", "public": {}} in said["ways"]


def test_a_phone_reads_beforehand_all_that_a_notice_will_show(cast: Cast) -> None:
    said = ask(cast.leader, "GET").json()
    assert said["says"] == {"title": "Cuaderno", "body": "Hay algo nuevo."}
    assert said["hour"] == timezone.localtime(clock.this_hour()).strftime("%Y-%m-%dT%H")
    wording.choose("Mire cuando pueda.", by=cast.steward.member)
    assert ask(cast.leader, "GET").json()["says"]["body"] == "Mire cuando pueda."


MOVED: dict[str, Any] = {"way": "loopback", "address": {"to": "b"}}


def test_a_browsers_new_address_changes_nothing_else(cast: Cast) -> None:
    ask(cast.leader, "POST", WISH)
    before = ask(cast.leader, "GET").json()
    with clock.freeze(clock.now() + timedelta(days=30)):
        assert ask(cast.leader, "PUT", MOVED).json() == {"done": True}
        after = ask(cast.leader, "GET").json()
    assert after["until"] == before["until"], "nobody answered: it is asked again on the same day"
    assert (after["wants"], after["quiet"]) == (before["wants"], before["quiet"])
    assert list(Receiver.objects.values_list("address", flat=True)) == [{"to": "b"}]


def test_there_is_no_new_address_for_what_ended_or_lapsed(cast: Cast) -> None:
    assert ask(cast.leader, "PUT", MOVED).status_code == 409, "nobody answered"
    ask(cast.leader, "POST", WISH)
    with clock.freeze(clock.now() + timedelta(days=91)):
        assert ask(cast.leader, "PUT", MOVED).status_code == 409, "nobody answered again"
    assert ask(cast.second, "PUT", MOVED).status_code == 409, "another phone's answer"
    for wrong, status in (({"way": "pigeon"}, 422), ({"address": {"to": "x" * 4001}}, 400), ({"alone": True}, 400)):
        assert ask(cast.leader, "PUT", MOVED | wrong).status_code == status
    assert list(Receiver.objects.values_list("address", flat=True)) == [{"to": "a"}]
    ask(cast.leader, "DELETE")
    answer = ask(cast.leader, "PUT", MOVED)
    assert answer.status_code == 409 and not Receiver.objects.exists()
    assert answer.json()["detail"] == "Este teléfono no tiene avisos. Pídalos otra vez."


def test_the_answer_is_kept_for_ninety_days_then_asked_again(cast: Cast) -> None:
    answer = ask(cast.leader, "POST", WISH)
    assert answer.status_code == 200
    said = answer.json()
    assert said == ask(cast.leader, "GET").json()
    assert said["ask"] is False and said["until"] == (clock.today() + timedelta(days=90)).isoformat()
    assert said["wants"] == [
        {"urgency": "NOW", "municipality": None, "kind": None},
        {"urgency": "KNOW", "municipality": NEAR, "kind": "COMBAT"},
    ]
    assert said["quiet"] == {"start": "22", "end": "05", "now_passes": True}
    with clock.freeze(clock.now() + timedelta(days=91)):
        assert ask(cast.leader, "GET").json()["ask"] is True
        assert ask(cast.leader, "POST", WISH | {"quiet": None}).json()["ask"] is False
    assert Receiver.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"alone": False}, 400), ({"alone": None}, 400), ({"way": "pigeon"}, 422), ({"way": ""}, 400),
        ({"wants": []}, 400), ({"wants": [{}]}, 400), ({"wants": [{"urgency": "NOW", "municipality": "99999"}]}, 422),
        ({"wants": [{"urgency": "NOW", "kind": "CHECKIN"}]}, 400), ({"quiet": {"start": "24", "end": "01"}}, 400),
        ({"quiet": {"start": "01"}}, 400), ({"quiet": {"start": "1", "end": "5"}}, 400),
        ({"phone": "3001234567"}, 400), ({"address": {"to": "x" * 4001}}, 400),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing(cast: Cast, change: dict[str, Any], status: int) -> None:
    answer = ask(cast.leader, "POST", WISH | change)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json" and answer.json()["detail"]
    assert not Receiver.objects.exists()


def test_ending_it_forgets_all_of_it(cast: Cast) -> None:
    ask(cast.leader, "POST", WISH)
    assert ask(cast.leader, "DELETE").json() == {"done": True}
    assert not Receiver.objects.exists() and ask(cast.leader, "GET").json()["ask"] is True
    assert ask(cast.leader, "DELETE").status_code == 200, "twice is as once"


def test_each_phone_of_a_point_speaks_for_itself(cast: Cast) -> None:
    other = Spot(cast.leader.point, cast.leader.link, cast.leader.short_code, points.redeem(cast.leader.link))
    ask(cast.leader, "POST", WISH)
    assert ask(other, "GET").json()["ask"] is True
    ask(other, "POST", WISH)
    ask(cast.leader, "DELETE")
    assert ask(other, "GET").json()["ask"] is False and PointDevice.objects.filter(point=other.point).count() == 2


METHODS: list[tuple[str, Any]] = [("GET", None), ("POST", WISH), ("PUT", MOVED), ("DELETE", None)]


def test_a_link_is_no_phone_and_an_earlier_link_hears_nothing(cast: Cast) -> None:
    link = Spot(cast.leader.point, cast.leader.link, "", cast.leader.link)
    for method, body in METHODS:
        assert ask(link, method, body).status_code == 409
    ask(cast.leader, "POST", WISH)
    points.change_link(cast.leader.point, by=cast.steward.member)
    assert not Receiver.objects.exists()
    for method, body in METHODS:
        assert ask(cast.leader, method, body).status_code == 403


def test_a_flood_is_stopped(cast: Cast) -> None:
    assert [ask(cast.leader, "POST", WISH).status_code for _ in range(31)] == [200] * 30 + [429]
    assert ask(cast.second, "POST", WISH).status_code == 200, "and nobody else is"


def test_a_warning_of_the_own_place_reaches_the_phone(cast: Cast, way: Loopback) -> None:
    ask(cast.leader, "POST", WISH | {"quiet": None})
    ask(cast.far, "POST", WISH | {"quiet": None, "address": {"to": "far"}})
    publish_at_once(
        access=points.authenticate(cast.second.device),
        share=Share(kind="ARMED_PRESENCE"),
        municipality=HERE,
        urgency="NOW",
        age="H1",
    )
    drain()
    assert way.told == [("a", 1)]
    last = timezone.localtime(clock.this_hour()).strftime("%Y-%m-%dT%H")
    assert ask(cast.leader, "GET").json()["last"] == last
