"""Whoever has a gateway's token alone: hands in what is sealed for people, and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from atarraya.alerts.models import Alert, Entry
from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway, Outgoing
from atarraya.channels.sms.services import gateways, outgoing, proving
from atarraya.kernel import clock
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import Key, new_key, seal
from atarraya.sealing.refusals import NotAnEnvelope, NotForThisKey
from sms.test_doors import body
from support.cast import Cast
from support.smsrun import SAID, Place, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place(cast)


def acts(place: Place, run: Run) -> dict[str, Callable[[], int]]:
    """Return everything that needs the key, each with its status."""
    return {
        "warn": lambda: run.post("reports", place.coded(body(place.cast))).status_code,
        "take": lambda: run.post("outgoing", {"have": []}).status_code,
        "end": lambda: run.post(f"outgoing/{place.message}", {"sent": True}).status_code,
        "books": lambda: run.get("books.json").status_code,
    }


@pytest.mark.parametrize("act", ["warn", "take", "end", "books"])
def test_a_token_alone_neither_warns_nor_holds_answers_back_nor_reads_whose_books_there_are(
    place: Place, act: str
) -> None:
    thief = place.run(key=False)
    assert acts(place, thief)[act]() == 403
    mark = thief.headers.pop("Gateway-Run")
    assert acts(place, thief)[act]() == 403
    thief.headers["Gateway-Run"] = mark
    assert not Alert.objects.exists() and not Entry.objects.exists()
    assert Outgoing.objects.get().state == "WAITING"
    real = place.run()
    real.prove()
    real.post("outgoing", {"have": []})
    assert acts(place, thief)[act]() == 409, "nor while the gateway works"
    assert acts(place, real)[act]() in {200, 201}


def test_what_is_sealed_for_people_is_taken_from_a_run_without_the_key(place: Place) -> None:
    assert place.run(key=False).post("reports", body(place.cast)).status_code == 201
    place.run().prove()
    assert place.run(key=False).post("reports", body(place.cast)).status_code == 201
    assert Entry.objects.count() == 2


def test_a_token_alone_makes_no_silent_gateway_look_as_if_it_had_its_key(place: Place) -> None:
    thief = place.run(key=False)
    assert thief.pulse().status_code == 200
    assert place.says() == ["no_key"]
    assert thief.post("pulse", {"clock": 1, "with_key": True}).status_code == 400


def test_the_word_opens_with_the_key_alone_for_one_run_and_some_minutes(place: Place) -> None:
    run, other = place.run(), place.run()
    sealed = run.challenge()
    with pytest.raises(NotForThisKey):
        Key(new_key()[0]).prove(sealed, run.run)
    assert run.key is not None
    with pytest.raises(NotAnEnvelope):
        run.key.prove(sealed, other.run)
    with pytest.raises(NotAnEnvelope):
        run.key.prove(seal({"v": 1, "type": "sms", "run": run.run, "word": "x"}, run.key.recipient), run.run)
    word = run.key.prove(sealed, run.run)
    assert other.post("proof", {"word": word}).status_code == 403
    assert run.post("proof", {"word": to_b64(b"\0" * 32)}).status_code == 403
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        assert run.post("proof", {"word": word}).status_code == 403
    assert run.post("proof", {"word": word}).status_code == 200
    stranger = gateways.create("otra", place.cast.inbox, new_key()[1], by=place.cast.steward.member)
    assert Run(stranger).post("proof", {"word": word}).status_code == 403


def test_a_proof_ends_by_itself_and_is_nowhere_to_be_read(place: Place) -> None:
    run = place.run()
    run.prove()
    run.post("outgoing", {"have": []})
    assert run.run not in {Gateway.objects.get().run, Outgoing.objects.get().session}
    with clock.freeze(clock.now() + proving.LASTS + timedelta(minutes=1)):
        assert acts(place, run)["take"]() == 403
        assert run.prove(again=True).status_code == 200
        assert acts(place, run)["take"]() == 200
    gateways.end(place.gateway, by=place.cast.steward.member)
    assert run.get("challenge").status_code == 401


def test_a_second_proof_ends_the_first_which_gets_nothing_and_takes_nothing_back(place: Place) -> None:
    first, second = place.run(), place.run()
    first.prove()
    assert len(first.post("outgoing", {"have": []}).json()["messages"]) == 1
    second.prove()
    for act in acts(place, first).values():
        assert act() == 409
    assert first.prove(again=True).status_code == 409
    assert len(second.post("outgoing", {"have": []}).json()["messages"]) == 1
    assert first.post("reports", body(place.cast)).status_code == 201


def test_people_hear_that_somebody_else_calls_with_the_token(place: Place) -> None:
    now = clock.now()

    def beat(run: Run, minutes: int) -> list[str]:
        with clock.freeze(now + timedelta(minutes=minutes)):
            run.pulse()
            return place.says()

    before, real, thief = place.run(key=False), place.run(), place.run(key=False)
    beat(before, 0)  # it ran without its key for a while
    real.prove()
    assert [beat(real, minutes) for minutes in (0, 1, 2)] == [[], [], []]
    assert beat(thief, 3) == []
    assert beat(real, 4) == beat(real, 5) == ["other"], "it stays for whoever looks later"


def test_what_another_says_of_clock_and_waiting_sms_is_not_believed_while_the_key_works(place: Place) -> None:
    real, thief = place.run(), place.run(key=False)
    real.prove()
    real.pulse()
    thief.pulse(stuck=9, dropped=9)
    thief.post("pulse", {"clock": 5})
    row = Gateway.objects.get()
    assert (row.stuck, row.dropped, row.clock_off) == (0, 0, 0)


def test_a_wrong_clock_and_what_is_stuck_are_told(place: Place) -> None:
    run = place.run()
    run.prove()
    run.post("pulse", {"clock": int(clock.now().timestamp()) - 7200, "stuck": 2, "dropped": 1})
    found = {one.what: one.count for one in queries.troubles([place.cast.inbox.pk])}
    assert found == {"clock": 120, "stuck": 2, "dropped": 1}
    assert run.pulse().json()["now"] == pytest.approx(clock.now().timestamp(), abs=60)
    assert place.says() == []


def test_twenty_that_cannot_be_sent_keep_no_other_back(place: Place) -> None:
    def queue() -> str:
        return str(outgoing.queue(place.gateway, seal(SAID, place.gateway.recipient), by=place.cast.verifier.member))

    with clock.freeze(clock.now() + timedelta(days=1)):
        later = queue()
    for _each in range(outgoing.MOST_AT_ONCE):
        queue()
    run = place.run()
    run.prove()
    first = run.post("outgoing", {"have": []}).json()["messages"]
    assert len(first) == outgoing.MOST_AT_ONCE and later not in {one["id"] for one in first}
    assert all(base64.b64decode(one["sealed"]) for one in first)
    second = run.post("outgoing", {"have": [one["id"] for one in first]}).json()["messages"]
    assert len(second) == 2 and later in {one["id"] for one in second}
    gone = str(uuid4())
    said = run.post("outgoing", {"have": [gone, *(one["id"] for one in first)]}).json()
    assert said["gone"] == [gone]


def test_what_was_not_sent_is_counted_with_why_for_two_weeks(place: Place) -> None:
    run = place.run()
    run.prove()
    run.post("outgoing", {"have": []})
    run.post(f"outgoing/{place.message}", {"sent": False, "why": "NUMBER"})
    late = uuid4()
    for _twice in range(2):  # a phone that had taken it says hours later that it could not
        assert run.post(f"outgoing/{late}", {"sent": False, "why": "REFUSED"}).status_code == 200
    outgoing.queue(place.gateway, seal(SAID, place.gateway.recipient), by=place.cast.verifier.member)
    with clock.freeze(clock.now() + timedelta(days=outgoing.KEEP_DAYS + 1)):
        outgoing.let_go()
        assert queries.unsent(place.gateway) == {"NUMBER": 1, "OLD": 1, "REFUSED": 1}
        assert {"unsent_number", "unsent_old", "unsent_refused"} <= set(place.says())
    assert {bytes(row.sealed) for row in Outgoing.objects.all()} == {b""}
    with clock.freeze(clock.now() + timedelta(days=outgoing.TELL_DAYS + 1)):
        outgoing.let_go()
    assert not Outgoing.objects.exists()
