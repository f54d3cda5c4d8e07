"""Notices at the gateway: one sentence, few a minute, to its country alone; and all the way through kills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from atarraya.gateway.carriers.carrier import Carrier, Message, Request
from atarraya.gateway.clock import Clock
from atarraya.gateway.outgoing import SENTENCE
from atarraya.gateway.record import Sms
from atarraya.gateway.sending import Sending
from atarraya.gateway.settings import Wrong, parse
from atarraya.gateway.spool import Spool
from atarraya.sealing.gateways import Key, new_key, seal
from support.server import Server, Site, site
from support.smsgate import Made, Phone, eventually, made
from support.smsrun import proved

NUMBER = "+573001112233"
TODAY = datetime.now(UTC).date()


class Kept(Carrier):
    """A phone that keeps what it was handed."""

    def __init__(self) -> None:
        super().__init__({"name": "kept", "send_url": "x"})
        self.sent: list[tuple[str, str]] = []

    def knows(self, path: str) -> bool:
        return False

    def read(self, request: Request) -> Sms | None:
        return None

    def send(self, message: Message) -> None:
        self.sent.append((message.to, message.text))


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    found = Spool(tmp_path / "spool")
    found.keep_fact(SENTENCE, "Hay algo nuevo.")
    yield found
    found.close()


@pytest.fixture
def key() -> Key:
    return Key(new_key()[0])


def put(spool: Spool, key: Key, name: str, **said: Any) -> None:
    spool.queue(name, TODAY, seal({"v": 1, **said}, key.recipient), theirs=True)


def test_few_go_out_in_a_minute_and_answers_are_not_held_back(
    spool: Spool, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    phone = Kept()
    sending = Sending(spool, [phone], proved(key), Clock(spool), "57", 10)
    for each in range(4):
        put(spool, key, f"a{each}", type="notice", to="300 111 2233")
    put(spool, key, "z", type="out", to=NUMBER, text="Vuelvo", by="")
    sending.all()
    assert sorted(phone.sent) == [(NUMBER, "Hay algo nuevo."), (NUMBER, "Vuelvo")]
    sending.all()
    assert len(phone.sent) == 2
    for _turn in range(3):
        now[0] += 6.0
        sending.all()
    assert len(phone.sent) == 5 and spool.to_send() == []


@pytest.mark.parametrize("to", ["85085", "+15551234567", "", "Rosa", "+57", "+573001112233456", "3001112233;310"])
def test_a_hostile_number_is_told_back_and_written_to_nobody(spool: Spool, key: Key, to: str) -> None:
    phone = Kept()
    put(spool, key, "a", type="notice", to=to)
    Sending(spool, [phone], proved(key), Clock(spool), "57").all()
    assert phone.sent == [] and spool.to_tell() == [("a", "NUMBER")]


@pytest.mark.parametrize("sentence", ["", "Llame al 3001112233", "Vaya a malo.example", "á" * 10, "x" * 200])
def test_an_altered_platform_does_not_write_its_own_text(spool: Spool, key: Key, sentence: str) -> None:
    phone = Kept()
    spool.keep_fact(SENTENCE, sentence)
    put(spool, key, "a", type="notice", to=NUMBER, text="venga solo")
    Sending(spool, [phone], proved(key), Clock(spool), "57").all()
    assert phone.sent == []


@pytest.mark.parametrize("pace", [0, -1, 1000, "10", True])
def test_a_pace_that_is_none_is_said(pace: object) -> None:
    said = {"platform": {"url": "http://127.0.0.1:1", "token": "g_a.b"}, "carrier": [{"kind": "android"}]}
    assert parse(said).notices_a_minute == 10
    with pytest.raises(Wrong):
        parse(said | {"notices_a_minute": pace})


_ASK = """
import json, sys
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import notices
from atarraya.network.models import Member
from atarraya.notices.services.subscribing import Want, subscribe
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import seal
gateway = Gateway.objects.get(recipient=sys.argv[1])
notices.choose("", on=True, by=Member.objects.get(pk=sys.argv[3]))
said = {"v": 1, "type": "notice", "to": "+573001112233"}
address = {"gateway": str(gateway.pk), "sealed": to_b64(seal(said, gateway.recipient))}
subscribe(Member.objects.get(pk=sys.argv[2]), "sms", address, [Want("", "", "KNOW")])
"""
_WARN = """
from atarraya.alerts.services.publishing import publish_at_once
from atarraya.alerts.shapes import Share
from atarraya.network.models import Point
from atarraya.network.services.points import PointAccess
point = Point.objects.filter(state="ACTIVE", municipality="27099").order_by("pk").first()
share = Share(kind="ARMED_PRESENCE")
publish_at_once(access=PointAccess(point, False, None), share=share, municipality="27099", urgency="NOW", age="H1")
"""
_STEP = """
from atarraya.notices import carriers
from atarraya.notices.services import delivering, fanning
while fanning.step():
    pass
while delivering.step(carriers.named("sms")):
    pass
from atarraya.notices.models import Delivery
print(sorted(Delivery.objects.values_list("state", flat=True)))
"""
_STATES = "from atarraya.notices.models import Delivery; print([one.state for one in Delivery.objects.all()])"
_OUT = "from atarraya.channels.sms.models import Outgoing; print([o.state for o in Outgoing.objects.all()])"
_DUMP = """
from django.db import connection
with connection.cursor() as cursor:
    for name in connection.introspection.table_names():
        cursor.execute(f'SELECT * FROM "{name}"')
        for row in cursor.fetchall():
            print([bytes(one).decode("latin-1") if isinstance(one, (bytes, memoryview)) else one for one in row])
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def phone() -> Iterator[Phone]:
    found = Phone()
    yield found
    found.close()


@pytest.mark.slow
def test_a_warning_reaches_a_sealed_number_through_kills_and_without_a_key(
    place: Site, phone: Phone, tmp_path: Path
) -> None:
    gateway: Made = made(place, tmp_path / "gateway", phone.setting)
    people = place.facts["people"]
    place.run(_ASK, gateway.recipient, people["verifier"]["id"], people["steward"]["id"])
    server = Server(place)
    server.start()
    try:
        place.run(_WARN)
        assert place.run(_STEP).strip() == "['W']"
        phone.status = 500
        with gateway.running(server, key=False) as process:
            assert phone.sent == []
            process.kill()
            process.key = True
            process.start()  # it takes it over; the phone has no signal; the power fails
            eventually(lambda: "TAKEN" in place.run(_OUT))
            process.kill()
            assert place.run(_STATES).strip() == "['W']"
            dump = place.run(_DUMP)
            assert "pasarela" in dump and "3001112233" not in dump and "300 111" not in dump
            phone.status = 202
            process.start()
            eventually(lambda: phone.said == [(NUMBER, "Hay algo nuevo.")], 60)
            eventually(lambda: place.run(_STATES).strip() == "['S']", 90)
            assert place.run(_OUT).strip() == "[]" and len(phone.said) == 1
    finally:
        server.kill()
