"""The network's own numbers, to which a point without data may write: chosen, told to points, taken away."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from atarraya.channels.sms.services import gateways
from atarraya.network.models import CircleEpoch, Inbox
from atarraya.network.refusals import NeedsSteward, NotANumber
from atarraya.network.services import lines
from atarraya.sealing import lists
from atarraya.sealing.gateways import new_key
from atarraya.trail.models import Line
from support.cast import Cast, sign_in

pytestmark = pytest.mark.django_db
NUMBER = "+573001112233"


@pytest.fixture
def gateway(cast: Cast) -> Any:
    return gateways.create("pasarela", cast.inbox, new_key()[1], by=cast.steward.member).gateway


def told(cast: Cast) -> list[str]:
    answer = Client().get("/api/point/setup.json", headers={"Authorization": f"Point {cast.leader.device}"})
    return list(answer.json()["inbox"]["lines"])


def test_a_steward_says_where_points_write_and_points_are_told(cast: Cast, gateway: Any) -> None:
    client = sign_in(Client(), cast.steward)
    assert told(cast) == []
    said = {"do": "lines", "inbox": cast.inbox.pk, "lines": " +57 300 111-2233, +57(300)1112234,+573001112233 "}
    assert client.post("/red/sms/", said).status_code == 302
    assert told(cast) == [NUMBER, "+573001112234"]
    assert Line.objects.order_by("-number")[0].verb == "inbox.lines"
    assert "+573001112233, +573001112234" in client.get("/red/sms/").content.decode()
    client.post("/red/sms/", said | {"lines": ""})
    assert told(cast) == []


@pytest.mark.parametrize("written", ["3001112233", "+57 300", "+57 300 111 22 33 44 55 66", "hola", "+1, +2, +3, +4"])
def test_what_is_no_number_is_refused_and_not_lost(cast: Cast, gateway: Any, written: str) -> None:
    lines.choose(cast.inbox, NUMBER, by=cast.steward.member)
    said = {"do": "lines", "inbox": cast.inbox.pk, "lines": written}
    answer = sign_in(Client(), cast.steward).post("/red/sms/", said)
    assert answer.status_code == 422
    assert written in answer.content.decode() and "desde otro país" in answer.content.decode()
    assert told(cast) == [NUMBER]


def test_three_at_most_and_by_a_steward_only(cast: Cast) -> None:
    many = ",".join(f"+57300111223{digit}" for digit in range(4))
    with pytest.raises(NotANumber):
        lines.choose(cast.inbox, many, by=cast.steward.member)
    with pytest.raises(NeedsSteward):
        lines.choose(cast.inbox, NUMBER, by=cast.verifier.member)
    assert Inbox.objects.get(pk=cast.inbox.pk).sms_lines == []


def test_with_the_last_gateway_of_an_inbox_its_numbers_go(cast: Cast, gateway: Any) -> None:
    other = gateways.create("otra", cast.inbox, new_key()[1], by=cast.steward.member).gateway
    lines.choose(cast.inbox, NUMBER, by=cast.steward.member)
    gateways.end(gateway, by=cast.steward.member)
    assert told(cast) == [NUMBER]
    gateways.end(other, by=cast.steward.member)
    assert told(cast) == [] and Inbox.objects.get(pk=cast.inbox.pk).sms_lines == []


def test_where_no_circle_has_a_key_for_it_no_number_is_told(
    cast: Cast, gateway: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.choose(cast.inbox, NUMBER, by=cast.steward.member)
    real = lists.read
    monkeypatch.setattr(lists, "read", lambda text: {k: v for k, v in real(text).items() if k != "sms"})
    with_key = CircleEpoch.objects.exclude(sms_key="").exists()
    assert with_key and told(cast) == []
