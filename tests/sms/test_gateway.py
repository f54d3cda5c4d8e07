"""A real gateway and a real server: an SMS that was taken reaches the team, through cuts of power on either side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atarraya.sealing.gateways import Key
from support.opener import open_envelope
from support.server import Server, Site, site
from support.smsgate import Made, entries, eventually, made

pytestmark = pytest.mark.slow
NUMBER = "+573001112233"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def gateway(place: Site, tmp_path: Path) -> Made:
    place.run("from atarraya.alerts.models import Entry; Entry.objects.all().delete()")
    return made(place, tmp_path / "gateway")


def texts(place: Site) -> list[str]:
    opened = [open_envelope(one["envelope"], [place.facts["identities"]["verifiers"]]) for one in entries(place)]
    return sorted(one["text"] for one in opened if one)


def test_without_its_key_an_sms_goes_to_the_team_unread_once(place: Site, gateway: Made) -> None:
    with place.serving() as server, gateway.running(server, key=False) as process:
        assert process.phone("e1", "300 111 2233", "llegó la panga con plátano") == 200
        assert process.phone("e1", "300 111 2233", "llegó la panga con plátano") == 200
        found = eventually(lambda: entries(place))
        assert texts(place) == ["llegó la panga con plátano"]
        (entry,) = found
        assert (entry["municipality"], entry["urgency"], entry["age"]) == (None, None, "H1")
        account = open_envelope(entry["envelope"], [place.facts["identities"]["verifiers"]])
        assert account is not None and account["contact"]["number"] == NUMBER and account["sms"]["read"] is False
        assert open_envelope(entry["envelope"], [place.facts["identities"]["women"]]) is None
        assert process.phone("e2", NUMBER, "hola", receivedAt="2020-01-01T00:00:00Z") == 200
        eventually(lambda: len(entries(place)) == 2)


def test_nothing_taken_is_lost_when_the_platform_is_away_and_the_gateway_is_killed(place: Site, gateway: Made) -> None:
    server = Server(place)
    server.start()
    with gateway.running(server, key=False) as process:
        server.kill()
        sent = [f"mensaje {each}" for each in range(5)]
        for each, text in enumerate(sent):
            assert process.phone(f"k{each}", NUMBER, text) == 200
        process.kill()
        process.start()  # the platform is still away: it seals to the keys it verified before
        assert process.phone("k0", NUMBER, sent[0]) == 200
        assert process.phone("k9", NUMBER, "mensaje 9") == 200
        server.start()
        try:
            eventually(lambda: texts(place) == sorted([*sent, "mensaje 9"]), 60)
        finally:
            server.kill()


def test_a_gateway_that_never_met_its_platform_takes_nothing(place: Site, gateway: Made) -> None:
    with gateway.running(Server(place, port=1), key=True) as process:
        assert process.phone("e1", NUMBER, "hola") == 503


def test_the_team_hears_what_runs_without_its_key(place: Site, gateway: Made) -> None:
    one = f"Gateway.objects.get(recipient={gateway.recipient!r}, seen__isnull=False)"
    ask = (
        "from atarraya.channels.sms import queries; from atarraya.channels.sms.models import Gateway;"
        f"print(queries.has_key({one}))"
    )
    with place.serving() as server:
        for key in (False, True):
            with gateway.running(server, key=key):
                assert place.run(ask).strip() == str(key)


def test_whoever_takes_the_disk_finds_no_number_and_no_word(place: Site, gateway: Made) -> None:
    from support.searcher import search, seized

    words = ["canario panga plátano", NUMBER, NUMBER[1:], "3001112233"]
    server = Server(place)
    server.start()
    with gateway.running(server, key=True) as process:
        server.kill()
        assert process.phone("c1", NUMBER, words[0]) == 200
        blobs = seized(gateway.folder) | {"log": process.log.read_bytes()}
        (sealed,) = [one for one in _sealed(gateway)]
        assert Key(gateway.identity).open(sealed)["text"] == words[0]  # it is there, for whoever holds the key
        assert search(blobs, words) == []
        blobs["planted"] = words[0].encode()
        assert search(blobs, words)
        identity = gateway.identity.encode()
        assert not [name for name, blob in blobs.items() if identity in blob]


def _sealed(gateway: Made) -> list[bytes]:
    import sqlite3

    base = sqlite3.connect(f"file:{gateway.folder / 'gateway.sqlite3'}?mode=ro", uri=True)
    return [bytes(row[0]) for row in base.execute("SELECT sealed FROM sms")]
