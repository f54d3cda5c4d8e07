"""Real runs of a gateway: two with one token, a number that is not known, a clock that is wrong, what is never sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support.opener import open_envelope
from support.server import Server, Site, site
from support.smsgate import Made, Phone, alerts, book, entries, eventually, made

pytestmark = pytest.mark.slow
NUMBER, STRANGER, OTHER = "+573001112233", "+573104445566", "+573207778899"
CODE = "llegó la panga con plátano"
EMPTY = (
    "from atarraya.alerts.models import Alert, Entry; from atarraya.channels.sms.models import Gateway;"
    "Entry.objects.all().delete(); Gateway.objects.all().delete(); Alert.objects.all().delete()"
)
QUEUE = """
import sys
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import outgoing
from atarraya.network.models import Member
from atarraya.sealing.gateways import seal
gateway = Gateway.objects.get(recipient=sys.argv[1])
said = {"v": 1, "type": "out", "to": "+573001112233", "text": sys.argv[3], "by": ""}
outgoing.queue(gateway, seal(said, gateway.recipient), by=Member.objects.get(pk=sys.argv[2]))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="module")
def server(place: Site) -> Iterator[Server]:
    with place.serving() as found:
        yield found


@pytest.fixture
def phone() -> Iterator[Phone]:
    found = Phone()
    yield found
    found.close()


@pytest.fixture
def gateway(place: Site, phone: Phone, tmp_path: Path) -> Made:
    place.run(EMPTY)
    return made(place, tmp_path / "one" / "gateway", phone.setting)


def queue(gateway: Made, text: str) -> None:
    gateway.site.run(QUEUE, gateway.recipient, gateway.site.facts["people"]["verifier"]["id"], text)


def told(place: Site) -> list[str]:
    opened = [open_envelope(one["envelope"], [place.facts["identities"]["verifiers"]]) for one in entries(place)]
    return sorted(one["text"] for one in opened if one and one["type"] == "report")


def test_a_second_run_ends_the_first_which_stops_sending_and_says_so(
    place: Site, server: Server, gateway: Made, phone: Phone, tmp_path: Path
) -> None:
    book(gateway, "leader", reply="Listo, gracias.", numbers=[NUMBER])
    phone.status = 500  # no signal: what each run takes over waits with it
    copy = Made(place, tmp_path / "two" / "gateway", gateway.token, gateway.identity, gateway.recipient, phone.setting)
    with gateway.running(server) as first:
        queue(gateway, "Vuelvo con pescado")
        eventually(lambda: _waits(gateway) == 1, 40)
        with copy.running(server) as second:
            eventually(lambda: _waits(copy) == 1, 40)
            eventually(lambda: b"Another run of this gateway" in first.log.read_bytes(), 40)
            assert b"Another run" not in second.log.read_bytes()
            eventually(lambda: _waits(gateway) == 0)
            # What comes to the first goes on to people, unread; it answers nobody.
            assert first.phone("a1", NUMBER, CODE) == 200
            eventually(lambda: told(place) == [CODE])
            assert alerts(place) == []
            second.kill()
            phone.status = 202
            time.sleep(4)
            assert phone.said == [], "the first is over for good, also when the second is gone"
            second.start()
            eventually(lambda: phone.said == [(NUMBER, "Vuelvo con pescado")], 40)
            assert second.phone("b1", NUMBER, CODE) == 200
            eventually(lambda: [one["held"] for one in alerts(place)] == [False])


def _waits(gateway: Made) -> int:
    import sqlite3

    base = sqlite3.connect(f"file:{gateway.folder / 'gateway.sqlite3'}?mode=ro", uri=True)
    with suppress(sqlite3.OperationalError):
        return int(base.execute("SELECT count(*) FROM outgoing WHERE state = 'WAITS'").fetchone()[0])
    return -1


def test_a_stranger_learns_nothing_from_what_is_answered(
    place: Site, server: Server, gateway: Made, phone: Phone
) -> None:
    book(gateway, "leader", reply="Listo, gracias.", numbers=[NUMBER], duress_circle="")
    with gateway.running(server) as process:
        # A word of the code, none, the word of who is forced, and again once the first made the number known.
        for each, text in enumerate((CODE, "hola vecina", "la abuela mandó la panga con plátano", CODE, "hola vecina")):
            assert process.phone(f"s{each}", STRANGER, text) == 200
        for each, text in enumerate((CODE, "hola vecina")):
            assert process.phone(f"k{each}", NUMBER, text) == 200
        eventually(lambda: len(told(place)) == 7)
        eventually(lambda: len(phone.said) == 2)
        time.sleep(2)
        assert phone.said == [(NUMBER, "Listo, gracias.")] * 2, "who is listed is answered alike, whatever they write"


def test_what_a_phone_could_not_send_after_it_took_it_is_told(
    place: Site, server: Server, gateway: Made, phone: Phone
) -> None:
    with gateway.running(server) as process:
        queue(gateway, "no llega")
        eventually(lambda: phone.said, 40)
        event = {"event": "sms:failed", "messageId": phone.sent[0]["id"], "reason": "no credit"}
        assert process.phone("f1", NUMBER, "", **event) == 200
        code = (
            "from atarraya.channels.sms.models import Outgoing;"
            "print(list(Outgoing.objects.values_list('state', 'why')))"
        )
        eventually(lambda: place.run(code).strip() == "[('FAILED', 'REFUSED')]", 60)
        assert process.phone("f2", NUMBER, "", event="sms:failed", messageId="../x") == 400
