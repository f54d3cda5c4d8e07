"""What waits to be sent: sealed, lent to one run of the gateway, told back, through cuts of power on either side."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Outgoing
from atarraya.channels.sms.refusals import BookNotSealed, NotLent, NotOfThisInbox
from atarraya.channels.sms.services import gateways, outgoing
from atarraya.kernel import clock
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import new_key, seal
from support.cast import Cast
from support.server import Server, Site, site
from support.smsgate import Made, Phone, eventually, made
from support.smsrun import Run

NUMBER = "+573001112233"
SAID = {"v": 1, "type": "out", "to": NUMBER, "text": "Vuelvo con pescado", "by": ""}


def new(cast: Cast) -> gateways.NewGateway:
    return gateways.create("pasarela", cast.inbox, new_key()[1], by=cast.steward.member)


@pytest.mark.django_db
def test_it_is_lent_to_one_run_and_again_to_the_next(cast: Cast) -> None:
    gateway = new(cast).gateway
    message = outgoing.queue(gateway, seal(SAID, gateway.recipient), by=cast.verifier.member)
    first, second = to_b64(os.urandom(32)), to_b64(os.urandom(32))
    for run in (first, first, second):
        assert [row.pk for row in outgoing.lend(gateway, run)] == [message]
    with pytest.raises(NotLent):
        outgoing.ended(gateway, first, message, sent=True)
    outgoing.ended(gateway, second, message, sent=True)
    outgoing.ended(gateway, second, message, sent=True)
    assert not Outgoing.objects.exists() and outgoing.lend(gateway, second) == []


@pytest.mark.django_db
def test_what_failed_is_emptied_and_counted_and_what_is_old_goes(cast: Cast) -> None:
    gateway, run = new(cast).gateway, to_b64(os.urandom(32))
    message = outgoing.queue(gateway, seal(SAID, gateway.recipient), by=cast.verifier.member)
    outgoing.lend(gateway, run)
    outgoing.ended(gateway, run, message, sent=False)
    row = Outgoing.objects.get()
    assert (row.state, row.why, bytes(row.sealed)) == ("FAILED", "REFUSED", b"")
    assert outgoing.lend(gateway, run) == []
    with clock.freeze(clock.now() + timedelta(days=outgoing.KEEP_DAYS + 1)):
        assert outgoing.let_go() == 0 and queries.unsent(gateway) == {"REFUSED": 1}
    with clock.freeze(clock.now() + timedelta(days=outgoing.TELL_DAYS + 1)):
        assert outgoing.let_go() == 1


@pytest.mark.django_db
def test_only_who_serves_the_inbox_queues_and_only_what_is_sealed(cast: Cast, client: Client) -> None:
    gateway = new(cast).gateway
    with pytest.raises(NotOfThisInbox):
        outgoing.queue(gateway, seal(SAID, gateway.recipient), by=cast.infiltrator.member)
    for plain in (json.dumps(SAID).encode(), b"", json.dumps(SAID).encode().ljust(4000)):
        with pytest.raises(BookNotSealed):
            outgoing.queue(gateway, plain, by=cast.verifier.member)
    client.force_login(cast.infiltrator.member, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/equipo/sms/").json() == {"gateways": []}


@pytest.mark.django_db
def test_another_gateway_neither_gets_nor_ends_it(cast: Cast) -> None:
    gateway, (identity, recipient) = new(cast).gateway, new_key()
    other = Run(gateways.create("otra", cast.inbox, recipient, by=cast.steward.member), identity)
    other.prove()
    message = outgoing.queue(gateway, seal(SAID, gateway.recipient), by=cast.verifier.member)
    assert other.post("outgoing", {"have": []}).json() == {"messages": [], "gone": [], "sentence": "Hay algo nuevo."}
    assert other.post(f"outgoing/{message}", {"sent": True}).status_code == 200
    assert other.post(f"outgoing/{message}", {"sent": False}).status_code == 200
    assert Outgoing.objects.get().state == "WAITING"


_QUEUE = """
import json, sys
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import outgoing
from atarraya.network.models import Member
from atarraya.sealing.gateways import seal
gateway = Gateway.objects.get(recipient=sys.argv[1])
for said in json.loads(sys.argv[3]):
    print(outgoing.queue(gateway, seal(said, gateway.recipient), by=Member.objects.get(pk=sys.argv[2])))
"""
_LEFT = "from atarraya.channels.sms.models import Outgoing; print(Outgoing.objects.count())"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def phone() -> Iterator[Phone]:
    found = Phone()
    yield found
    found.close()


def queue(gateway: Made, *texts: str) -> None:
    said = [SAID | {"text": text} for text in texts]
    verifier = gateway.site.facts["people"]["verifier"]["id"]
    gateway.site.run(_QUEUE, gateway.recipient, verifier, json.dumps(said))


@pytest.mark.slow
def test_nothing_is_lost_or_said_twice_through_kills_and_it_waits_for_the_key(
    place: Site, phone: Phone, tmp_path: Path
) -> None:
    gateway = made(place, tmp_path / "gateway", phone.setting)
    texts = [f"mensaje {each}" for each in range(6)]
    queue(gateway, *texts)
    server = Server(place)
    server.start()
    phone.status = 500
    with gateway.running(server, key=False) as process:
        time.sleep(3)
        assert phone.sent == [] and place.run(_LEFT).strip() == "6"
        process.kill()
        process.key = True
        process.start()  # it takes them over; the phone has no signal
        eventually(lambda: _waiting(gateway) == 6)
        server.kill()
        process.kill()
        phone.status = 202
        process.start()  # the platform is away: what was taken over is sent
        eventually(lambda: len(phone.said) == 6)
        assert sorted(text for _to, text in phone.said) == texts
        server.start()
        try:
            eventually(lambda: place.run(_LEFT).strip() == "0", 90)
        finally:
            server.kill()
        assert len(phone.said) == 6


def _waiting(gateway: Made) -> int:
    import sqlite3

    base = sqlite3.connect(f"file:{gateway.folder / 'gateway.sqlite3'}?mode=ro", uri=True)
    return int(base.execute("SELECT count(*) FROM outgoing WHERE state = 'WAITS'").fetchone()[0])


@pytest.mark.slow
def test_what_the_phone_refuses_is_told_and_not_tried_for_ever(place: Site, phone: Phone, tmp_path: Path) -> None:
    gateway = made(place, tmp_path / "gateway", phone.setting)
    queue(gateway, "no llega")
    phone.status = 400
    with place.serving() as server, gateway.running(server):
        code = "from atarraya.channels.sms.models import Outgoing; print([o.state for o in Outgoing.objects.all()])"
        eventually(lambda: place.run(code).strip() == "['FAILED']", 60)
