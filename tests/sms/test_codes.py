"""Communities' own codes by SMS, through a real gateway and a real server. INVENTED WORDS: not for the field."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.cast import HERE
from support.opener import open_envelope
from support.server import Server, Site, site
from support.smsgate import WORDS, Made, Phone, Process, alerts, book, entries, eventually, made

pytestmark = pytest.mark.slow
NUMBER, OTHER = "+573001112233", "+573104445566"
CODE = "llegó la panga con plátano"
EMPTY = (
    "from atarraya.alerts.models import Alert, Entry, Event; from atarraya.channels.sms.models import Gateway;"
    "from django.db import connection; Entry.objects.all().delete(); Gateway.objects.all().delete();"
    "Alert.objects.all().delete()"
)


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
    return made(place, tmp_path / "gateway", phone.setting)


@pytest.fixture
def running(server: Server, gateway: Made) -> Iterator[Process]:
    book(gateway, "leader", reply="Listo, gracias.", duress_circle=circle(gateway.site, "WOMEN"))
    with gateway.running(server) as process:
        yield process


def circle(place: Site, purpose: str) -> str:
    code = f"from atarraya.network.models import Circle; print(Circle.objects.get(purpose={purpose!r}).pk)"
    return place.run(code).strip()


def told(place: Site, whose: str = "verifiers") -> list[dict[str, Any]]:
    """Return what a circle's people read, accounts first."""
    opened = [open_envelope(one["envelope"], [place.facts["identities"][whose]]) for one in entries(place)]
    return sorted((one for one in opened if one), key=lambda one: str(one["type"]), reverse=True)


def test_a_code_becomes_a_report_and_a_new_number_waits_for_a_member(place: Site, running: Process) -> None:
    begun = time.monotonic()
    assert running.phone("e1", NUMBER, CODE) == 200
    (first,) = eventually(lambda: alerts(place))
    assert time.monotonic() - begun < 60
    assert (first["kind"], first["municipality"], first["urgency"]) == ("ARMED_PRESENCE", HERE, "NOW")
    assert first["held"] is True
    (account,) = told(place)
    assert account["kind"] == "ARMED_PRESENCE" and account["text"] == CODE and account["sms"]["read"] is True
    assert account["contact"]["number"] == NUMBER
    assert running.phone("e2", NUMBER, "buenas. LLEGO LA PAMGA CON PLATANO") == 200
    eventually(lambda: len(alerts(place)) == 2)
    assert sorted(one["held"] for one in alerts(place)) == [False, True]
    assert {one["municipality"] for one in entries(place)} == {HERE}


def test_what_is_not_at_once_or_not_sure_goes_to_people_alone(place: Site, running: Process) -> None:
    for event, text in (
        ("a", "viene el canasto con yuca"),
        ("b", "no llegó la panga con plátano"),
        ("c", "hola, quién es?"),
    ):
        assert running.phone(event, NUMBER, text) == 200
    eventually(lambda: len(told(place)) == 3)
    assert alerts(place) == []
    kinds = {one["text"]: (one["kind"], one["wish"], one["sms"]["read"]) for one in told(place)}
    assert kinds["viene el canasto con yuca"] == ("THREAT", "share", True)
    assert kinds["no llegó la panga con plátano"] == ("ARMED_PRESENCE", None, True)
    assert kinds["hola, quién es?"] == (None, None, False)


def test_the_same_words_from_another_collective_mean_nothing(
    place: Site, running: Process, gateway: Made, server: Server
) -> None:
    theirs = [
        {"say": "guadua", "sort": "kind", "value": "COMBAT"},
        {"say": "achiote", "sort": "urgency", "value": "NOW"},
    ]
    book(gateway, "neighbour", theirs)
    running.stop()
    running.start()
    assert running.phone("y1", OTHER, "hay guadua y achiote") == 200
    eventually(lambda: [one["kind"] for one in alerts(place)] == ["COMBAT"])
    assert running.phone("y2", OTHER, CODE) == 200
    eventually(lambda: len(told(place)) == 2)
    assert len(alerts(place)) == 1
    assert [one["kind"] for one in told(place) if one["text"] == CODE] == [None]


def test_after_rotation_both_books_are_read_for_fourteen_days_and_then_one(
    place: Site, running: Process, gateway: Made
) -> None:
    new = [
        {"say": "chontaduro", "sort": "kind", "value": "COMBAT"},
        {"say": "borojó", "sort": "urgency", "value": "NOW"},
    ]
    book(gateway, "leader", new)
    running.stop()
    running.start()
    assert running.phone("r1", NUMBER, CODE) == running.phone("r2", NUMBER, "chontaduro y borojo") == 200
    eventually(lambda: {one["kind"] for one in alerts(place)} == {"ARMED_PRESENCE", "COMBAT"})
    place.run(
        "from datetime import timedelta; from atarraya.channels.sms.models import Codebook;"
        "from atarraya.kernel import clock; day = clock.today() - timedelta(days=1);"
        "Codebook.objects.filter(state='RETIRING').update(until=day)"
    )
    # The gateway has not asked again: the platform refuses the book, and its words mean nothing.
    assert running.phone("r3", NUMBER, CODE) == 200
    eventually(lambda: [one["sms"]["read"] for one in told(place) if one["text"] == CODE].count(False) == 1)
    assert len(alerts(place)) == 2


def test_a_burnt_code_means_nothing_from_the_next_message_and_two_hear_of_it(
    place: Site, running: Process, gateway: Made
) -> None:
    assert running.phone("b1", NUMBER, CODE) == 200
    eventually(lambda: alerts(place))
    said = place.run(
        "from atarraya.channels.sms.models import Codebook; from atarraya.channels.sms.services import books;"
        "from atarraya.network.models import Member; import sys;"
        "b = books.burn(Codebook.objects.get(), by=Member.objects.get(pk=sys.argv[1]));"
        "print(len(set(b.told)), len(bytes(b.for_gateway)), sys.argv[1] in b.told)",
        place.facts["people"]["verifier"]["id"],
    )
    assert said.split() == ["2", "0", "False"]
    assert running.phone("b2", NUMBER, CODE) == 200
    eventually(lambda: len(told(place)) == 2)
    assert len(alerts(place)) == 1 and {one["sms"]["read"] for one in told(place)} == {True, False}


def test_the_duress_word_is_seen_by_the_two_alone_and_answered_alike(
    place: Site, server: Server, gateway: Made, phone: Phone
) -> None:
    numbers = [NUMBER, OTHER]
    book(gateway, "leader", reply="Listo, gracias.", duress_circle=circle(place, "WOMEN"), numbers=numbers)
    with gateway.running(server) as process:
        seen_by_the_two_alone(place, process, phone)


def seen_by_the_two_alone(place: Site, running: Process, phone: Phone) -> None:
    assert running.phone("d0", NUMBER, CODE) == 200
    eventually(lambda: len(alerts(place)) == 1)
    eventually(lambda: phone.said)
    assert told(place, "women") == []  # the note that goes beside every code opens to nobody
    assert running.phone("d1", OTHER, "la abuela mandó la panga con plátano") == 200
    eventually(lambda: len(alerts(place)) == 2)
    eventually(lambda: len(phone.said) == 2)
    assert {text for _number, text in phone.said} == {"Listo, gracias."}
    (note,) = told(place, "women")
    assert note["act"] == "duress" and "abuela" in note["text"]
    accounts = told(place)
    assert note["thread"] in {one["thread"] for one in accounts} and not any("abuela" in str(one) for one in accounts)
    rows = [(one["municipality"], one["urgency"], len(one["envelope"])) for one in entries(place)]
    assert len(rows) == 4 and len(set(rows)) == 1  # nothing in the rows tells which message held it


def test_a_reply_is_the_books_sentence_or_none_and_never_more(
    place: Site, server: Server, gateway: Made, phone: Phone
) -> None:
    book(gateway, "leader", reply="Está bien, señora", numbers=[NUMBER])
    book(gateway, "neighbour", [{"say": "guadua", "sort": "kind", "value": "COMBAT"}], reply="")
    with gateway.running(server) as process:
        phone.status = 500
        for event, number, text in (
            ("n1", OTHER, "hay guadua"),
            ("n2", "+573209998877", "publicidad"),
            ("n3", NUMBER, CODE),
        ):
            assert process.phone(event, number, text) == 200
        eventually(lambda: len(told(place)) == 3)
        process.kill()  # the reply was kept with the report and waits for a phone with signal
        process.start()
        phone.status = 202
        eventually(lambda: phone.said)
        assert phone.said == [(NUMBER, "Esta bien, señora")]
        for each in range(8):
            assert process.phone(f"m{each}", NUMBER, "otra cosa") == 200
        eventually(lambda: len(told(place)) == 11)
        time.sleep(3)
        assert 1 < len(phone.said) <= 7  # two machines that answer each other would end


def test_a_number_that_the_book_names_is_known_and_others_may_be_refused(
    place: Site, server: Server, gateway: Made
) -> None:
    book(gateway, "leader", numbers=["300 111 2233"], only_these=True)
    with gateway.running(server) as process:
        assert process.phone("k1", OTHER, CODE) == process.phone("k2", NUMBER, CODE) == 200
        eventually(lambda: len(told(place)) == 2)
        assert [one["held"] for one in alerts(place)] == [False]
        assert {one["contact"]["number"]: one["sms"]["read"] for one in told(place)} == {NUMBER: True, OTHER: False}


def test_a_flood_from_one_number_delays_no_other_and_loses_none(place: Site, running: Process, server: Server) -> None:
    flood = [f"mensaje número {each}" for each in range(300)]

    def pour(part: list[str]) -> None:
        for text in part:
            assert running.phone(text, OTHER, text) == 200

    threads = [threading.Thread(target=pour, args=(flood[each::6],)) for each in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    assert running.phone("urgent", NUMBER, CODE) == 200
    eventually(lambda: alerts(place))
    assert len(told(place)) < 301, "it waited until the last of the flood"
    for thread in threads:
        thread.join()
    running.kill()
    running.start()
    assert running.phone(flood[0], OTHER, flood[0]) == 200
    eventually(lambda: len(told(place)) == 301, 120)
    assert {one["text"] for one in told(place)} == {*flood, CODE}


def test_the_books_are_nowhere_to_be_read(place: Site, running: Process, gateway: Made, server: Server) -> None:
    from support.searcher import search, seized

    assert running.phone("s1", NUMBER, CODE) == 200
    eventually(lambda: alerts(place))
    words = [one["say"] for one in WORDS if one["say"] != "yuca"] + [NUMBER[1:], CODE, "Listo, gracias."]
    blobs = seized(place.folder, gateway.folder) | {"gateway log": running.log.read_bytes()}
    assert search(blobs, words) == []
    assert search(blobs | {"planted": CODE.encode("utf-16-le")}, [CODE])
