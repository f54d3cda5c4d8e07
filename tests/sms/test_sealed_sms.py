"""A sealed SMS through the gateway: handed on unread, once in thirty days, with nothing kept of who sent it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from atarraya.gateway.spool import Spool, Waiting
from atarraya.sealing import bundles, gateways
from atarraya.sealing.sms import message
from atarraya.sealing.sms.head import Head
from support.opener import open_envelope, open_sms
from support.server import Site, site
from support.smsgate import Made, book, entries, eventually, made

from ..sealing.conftest import vectors

NUMBER, OTHER = "+573001112233", "+573104445566"
SAID = Head("CONFINEMENT", "27099", 1234, "NOW", 20, ("COMMUNITY",), ("SAW",))
TEXT = "siguen en la escuela y no dejan salir por el rio"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def gateway(place: Site, tmp_path: Path) -> Made:
    place.run("from atarraya.alerts.models import Entry; Entry.objects.all().delete()")
    return made(place, tmp_path / "gateway")


def sealed(place: Site) -> str:
    facts = place.facts
    key = bundles.public_half(facts["bundles"]["verifiers"])["sms"]
    return message.seal(SAID, TEXT, key=key, inbox=UUID(facts["inbox"]), number=facts["number"])


def accounts(place: Site) -> list[dict]:
    identity = place.facts["identities"]["verifiers"]
    return [one for entry in entries(place) if (one := open_envelope(entry["envelope"], [identity])) and "sms" in one]


@pytest.mark.slow
@pytest.mark.parametrize("key", [True, False], ids=["with its key", "without"])
def test_it_reaches_the_team_unread_and_once_whoever_repeats_it(place: Site, gateway: Made, key: bool) -> None:
    whole, again = sealed(place), sealed(place)
    with place.serving() as server, gateway.running(server, key=key) as process:
        book(gateway, "leader", numbers=[NUMBER])
        assert process.phone("e1", NUMBER, whole) == 200
        assert process.phone("e2", OTHER, f"RV: {whole}\n") == 200  # repeated from another number, with words around it
        assert process.phone("e3", NUMBER, whole, receivedAt="2026-11-20T10:00:00-05:00") == 200
        process.kill()
        process.start()
        assert process.phone("e4", OTHER, whole) == 200
        assert process.phone("e5", OTHER, again) == 200  # the same words sealed again are another message
        eventually(lambda: len(accounts(place)) == 2)
    first, second = sorted(accounts(place), key=lambda one: str(one["contact"]["number"]))
    assert (first["text"], second["text"]) == (whole, again)
    assert first["kind"] is None and first["sms"]["read"] is False
    facts = place.facts
    opened = open_sms(first["text"], facts["bundles"]["verifiers"]["sms"], UUID(facts["inbox"]), facts["number"])
    assert opened == (SAID, TEXT)
    assert open_sms(first["text"], facts["bundles"]["women"]["sms"], UUID(facts["inbox"]), facts["number"]) is None


@pytest.mark.slow
def test_the_gateways_disk_keeps_neither_its_letters_nor_its_number(place: Site, gateway: Made) -> None:
    whole = sealed(place)
    with place.serving() as server, gateway.running(server, key=False) as process:
        assert process.phone("e1", NUMBER, whole) == 200
        eventually(lambda: accounts(place))
    kept = b"".join(path.read_bytes() for path in gateway.folder.iterdir() if path.name.startswith("gateway.sqlite3"))
    assert whole.encode() not in kept and whole[20:60].encode() not in kept and b"3001112233" not in kept
    base = sqlite3.connect(gateway.folder / "gateway.sqlite3")
    ((mark, day),) = base.execute("SELECT * FROM sealed_seen").fetchall()
    base.close()
    assert len(mark) == 32 and date.fromisoformat(day)


def waiting(name: str, recipient: str, day: date) -> Waiting:
    return Waiting(name, day, json.dumps({}), gateways.seal({"v": 1, "type": "sms", "text": "x"}, recipient), None)


def test_it_is_refused_for_thirty_days_and_another_is_not(tmp_path: Path) -> None:
    _identity, recipient = gateways.new_key()
    spool, day = Spool(tmp_path / "g"), date(2026, 11, 20)
    letters = vectors("sms")["good"][1]["message"]
    mark = spool.digest(("sealed", letters))
    assert spool.take(b"1" * 32, waiting("1", recipient, day), mark)
    spool.forget(day + timedelta(days=30))
    assert spool.was_sealed(mark)
    assert not spool.take(b"2" * 32, waiting("2", recipient, day), mark)  # two doors at one moment
    assert spool.waiting() == ["1"]
    assert spool.take(b"3" * 32, waiting("3", recipient, day), spool.digest(("sealed", letters[::-1])))
    spool.forget(day + timedelta(days=31))
    assert not spool.was_sealed(mark)
    spool.close()
