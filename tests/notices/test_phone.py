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
from atarraya.notices.views import phone
from support.cast import HERE, NEAR, Cast, Spot, raise_cast
from support.hearing import drain
from support.loopback import Loopback

ADDRESS = "/api/point/notices"
WISH: dict[str, Any] = {
    "alone": True, "way": "loopback", "address": {"to": "a"},
    "wants": [{"urgency": "NOW"}, {"urgency": "KNOW", "municipality": NEAR, "kind": "COMBAT"}],
    "quiet": {"start": "22", "end": "05", "now_passes": True},
}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast, for its phones' secrets."""
    return raise_cast()


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
        ({"phone": "3001234567"}, 400), ({"address": {"to": "x" * 1001}}, 400),
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


def test_a_link_is_no_phone_and_an_earlier_link_hears_nothing(cast: Cast) -> None:
    link = Spot(cast.leader.point, cast.leader.link, "", cast.leader.link)
    for method in ("GET", "POST", "DELETE"):
        assert ask(link, method, WISH if method == "POST" else None).status_code == 409
    ask(cast.leader, "POST", WISH)
    points.change_link(cast.leader.point, by=cast.steward.member)
    assert not Receiver.objects.exists()
    for method in ("GET", "POST", "DELETE"):
        assert ask(cast.leader, method, WISH if method == "POST" else None).status_code == 403


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
