"""Notices by SMS: sealed numbers in the gateway's queue, one neutral sentence, delivered when the gateway says so."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from atarraya.channels.sms.gsm import notice_fault
from atarraya.channels.sms.models import Gateway, Outgoing
from atarraya.channels.sms.refusals import BadNotice
from atarraya.channels.sms.services import gateways, notices, outgoing
from atarraya.kernel import clock
from atarraya.network.models import Inbox, Member
from atarraya.network.services.freezing import freeze
from atarraya.notices import carriers
from atarraya.notices.models import Delivery, Receiver
from atarraya.notices.queries import counts
from atarraya.notices.refusals import BadAddress, NoSuchWay, NotNeutral
from atarraya.notices.services import delivering, leasing, stewarding
from atarraya.notices.services.subscribing import Quiet, Want, subscribe
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import new_key, seal
from support.hearing import EVERYTHING, done, drain, fan_out, phone
from support.loopback import Loopback
from support.people import warn
from support.river import NOON, Cast

NUMBER = "+573001112233"
SAID = {"v": 1, "type": "notice", "to": NUMBER}


def made(name: str = "pasarela") -> Gateway:
    return Gateway.objects.create(
        name=name, inbox=Inbox.objects.get(), token_hash=os.urandom(32), recipient=new_key()[1], created=clock.today()
    )


@pytest.fixture
def gateway(cast: Cast) -> Gateway:
    """A gateway, and a steward who turned notices on."""
    notices.choose("", on=True, by=cast.member("STEWARD"))
    return made()


def address(gateway: Gateway, **said: Any) -> dict[str, str]:
    sealed = seal(SAID | said, gateway.recipient)
    return {"to": "", "gateway": str(gateway.pk), "sealed": to_b64(sealed)}


def hears(gateway: Gateway, member: Member, *wants: Want, quiet: Quiet | None = None) -> Receiver:
    return subscribe(member, "sms", address(gateway), wants or (EVERYTHING,), quiet)


def run() -> str:
    return to_b64(os.urandom(32))


def states() -> list[str]:
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_it_is_off_until_a_steward_turns_it_on(cast: Cast) -> None:
    steward = cast.member("STEWARD")
    gateway = made()
    with pytest.raises(NoSuchWay):
        hears(gateway, cast.member())
    notices.choose("", on=True, by=steward)
    hears(gateway, cast.member())
    gateways.end(gateway, by=steward)
    assert not carriers.named("sms").ready()  # type: ignore[union-attr]


def test_delivered_is_when_the_gateway_said_so_and_once_a_version(cast: Cast, gateway: Gateway) -> None:
    receiver = hears(gateway, cast.member())
    warn(cast)
    drain()
    drain()
    row = Outgoing.objects.get()
    assert (row.day, bytes(row.sealed)) == (clock.today(), _sealed(receiver)) and states() == ["W"]
    first, second = run(), run()
    assert [one.pk for one in outgoing.lend(gateway, first)] == [row.pk]
    outgoing.ended(gateway, first, row.pk, sent=True)
    outgoing.ended(gateway, first, row.pk, sent=True)
    receiver.refresh_from_db()
    assert states() == ["S"] and receiver.last == clock.this_hour()
    drain()
    assert not Outgoing.objects.exists() and outgoing.lend(gateway, second) == []


def _sealed(receiver: Receiver) -> bytes:
    from atarraya.sealing.encoding import from_b64

    return from_b64(receiver.address["sealed"])


def test_what_is_new_joins_what_waits_and_follows_what_was_taken(cast: Cast, gateway: Gateway) -> None:
    hears(gateway, cast.member())
    alert = warn(cast)
    drain()
    done(alert, "confirm", state="CONF")
    drain()
    row = Outgoing.objects.get()
    assert len(row.told) == 2, "one SMS stands for both"
    outgoing.lend(gateway, session := run())
    warn(cast, kind="COMBAT")
    drain()
    assert Outgoing.objects.count() == 2, "what was taken may have gone already"
    for one in outgoing.lend(gateway, session):
        outgoing.ended(gateway, session, one.pk, sent=True)
    assert states() == ["S", "S", "S"]


@pytest.mark.parametrize("when", ["before_the_worker_wrote", "after"])
def test_a_worker_killed_between_queueing_and_writing_queues_nothing_twice(
    cast: Cast, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    hears(gateway, cast.member())
    warn(cast)
    fan_out()
    with monkeypatch.context() as killed:
        real = leasing.finish
        killed.setattr(leasing, "finish", lambda token, outcomes: None if outcomes.handed else real(token, outcomes))
        delivering.step(carriers.named("sms"))  # type: ignore[arg-type]
    row = Outgoing.objects.get()
    if when == "after":  # the gateway sent it before anybody noticed that the worker was gone
        outgoing.lend(gateway, session := run())
        outgoing.ended(gateway, session, row.pk, sent=True)
    with clock.freeze(NOON + timedelta(minutes=5)):
        drain()
    assert Outgoing.objects.count() == (0 if when == "after" else 1)
    assert states() == (["S"] if when == "after" else ["W"])


def test_a_gateway_that_is_silent_holds_nobody_else_and_is_given_up_in_days(cast: Cast, gateway: Gateway) -> None:
    way = Loopback()
    carriers.register(way)
    try:
        hears(gateway, member := cast.member())
        subscribe(member, "loopback", {"to": "a"}, [EVERYTHING])
        warn(cast)
        drain()
        assert way.told == [("a", 1)]
    finally:
        carriers.forget(way.name)
    assert next(one for one in counts.ways() if one.name == "sms").waiting == 1
    for days in (1, 2, 3):
        with clock.freeze(NOON + timedelta(days=days, hours=1)):
            drain()
            assert outgoing.let_go() == 0 and Outgoing.objects.count() == 1
    with clock.freeze(NOON + timedelta(days=4)):
        assert outgoing.let_go() == 1 and not Outgoing.objects.exists()
        assert next(one for one in counts.ways() if one.name == "sms").given_up == {"UNSENT": 1}
        alive = Delivery.objects.filter(carrier="sms").get().alert
        done(alive, "confirm", state="CONF", expires_at=None)
        assert stewarding.retry("sms", "UNSENT", by=cast.member("STEWARD")) == 1
        drain()
        assert Outgoing.objects.count() == 1


def test_what_the_phone_refused_a_steward_sees(cast: Cast, gateway: Gateway) -> None:
    hears(gateway, cast.member())
    warn(cast)
    drain()
    (row,) = outgoing.lend(gateway, session := run())
    outgoing.ended(gateway, session, row.pk, sent=False)
    assert not Outgoing.objects.exists()
    assert next(one for one in counts.ways() if one.name == "sms").given_up == {"REFUSED": 1}


def test_who_is_stopped_or_forgets_it_takes_it_out_of_the_queue(cast: Cast, gateway: Gateway) -> None:
    stopped, forgets = cast.member("VERIFIER"), cast.member()
    hears(gateway, stopped)
    receiver = hears(gateway, forgets)
    warn(cast)
    drain()
    assert Outgoing.objects.count() == 2
    freeze(stopped, by=cast.member("STEWARD"))
    assert Outgoing.objects.count() == 1
    receiver.delete()
    assert not Outgoing.objects.exists() and not Delivery.objects.exists()


def test_a_gateway_that_ended_gives_back_and_the_number_is_asked_again(cast: Cast, gateway: Gateway) -> None:
    member, steward = cast.member(), cast.member("STEWARD")
    receiver = hears(gateway, member)
    warn(cast)
    drain()
    gateways.end(gateway, by=steward)
    assert next(one for one in counts.ways() if one.name == "sms").given_up == {"ENDED": 1}
    other = made("otra")
    stewarding.retry("sms", "ENDED", by=steward)
    drain()
    assert next(one for one in counts.ways() if one.name == "sms").given_up == {"ENDED": 1}, "sealed to nobody now"
    client = Client()
    client.force_login(member, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Aquí ya no llega nada" in client.get("/mi-cuenta/avisos/").content.decode()
    with pytest.raises(BadAddress):
        subscribe(member, "sms", {"to": "", "gateway": "", "sealed": ""}, [EVERYTHING])
    hears(other, member)
    assert Receiver.objects.get().pk == receiver.pk, "a new number takes the place of the one before"
    stewarding.retry("sms", "ENDED", by=steward)
    drain()
    assert Outgoing.objects.get().gateway == other


def test_without_a_number_the_one_that_is_there_stays(cast: Cast, gateway: Gateway) -> None:
    member = cast.member()
    kept = hears(gateway, member).address
    subscribe(member, "sms", {"to": "", "gateway": "", "sealed": ""}, [Want("", "COMBAT", "NOW")])
    receiver = Receiver.objects.get()
    assert receiver.address == kept and receiver.wants.count() == 2


def test_quiet_hours_hold_in_the_queue_too(cast: Cast, gateway: Gateway) -> None:
    hears(gateway, cast.member(), quiet=Quiet(11, 15))
    warn(cast)
    drain()
    session = run()
    with clock.freeze(NOON + timedelta(hours=2)):  # the gateway got its key only now
        assert outgoing.lend(gateway, session) == []
    with clock.freeze(NOON + timedelta(hours=6)):
        assert len(outgoing.lend(gateway, session)) == 1


def test_few_are_lent_at_once_and_what_members_write_goes_first(cast: Cast, gateway: Gateway) -> None:
    writer = cast.member("VERIFIER")
    for _each in range(notices.MOST_AT_ONCE + 5):
        hears(gateway, cast.member())
    warn(cast)
    drain()
    message = seal({"v": 1, "type": "out", "to": NUMBER, "text": "Vuelvo", "by": ""}, gateway.recipient)
    mine = outgoing.queue(gateway, message, by=writer)
    lent = outgoing.lend(gateway, session := run())
    assert lent[0].pk == mine and len(lent) == 1 + notices.MOST_AT_ONCE
    assert {row.pk for row in outgoing.lend(gateway, session)} == {row.pk for row in lent}
    outgoing.ended(gateway, session, lent[-1].pk, sent=True)
    assert len(outgoing.lend(gateway, session)) == 1 + notices.MOST_AT_ONCE


@pytest.mark.parametrize("spoilt", ["plain", "short", "other_gateway", "no_gateway", "long"])
def test_only_a_sealed_number_is_kept(cast: Cast, gateway: Gateway, spoilt: str) -> None:
    sent = address(gateway, more="x" * 3000 if spoilt == "long" else "")
    changed = {
        "plain": {"sealed": to_b64(NUMBER.encode().ljust(2400, b" "))},
        "short": {"sealed": sent["sealed"][:900]},
        "other_gateway": {"gateway": "8f7d2f3e-0000-4000-8000-000000000000"},
        "no_gateway": {"gateway": NUMBER},
        "long": {},
    }
    with pytest.raises(BadAddress):
        subscribe(cast.member(), "sms", sent | changed[spoilt], [EVERYTHING])
    assert not Receiver.objects.exists()


def test_a_phone_that_is_only_its_holders_may_choose_it(cast: Cast, gateway: Gateway) -> None:
    device = phone(cast.point())
    from atarraya.network.services.points import PointAccess
    from atarraya.notices.services.subscribing import subscribe_phone

    access = PointAccess(device.point, previous_link=False, device=device)
    subscribe_phone(access, "sms", address(gateway), [EVERYTHING], Quiet(), alone=True)
    warn(cast, point=cast.point())
    drain()
    assert Outgoing.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("La reunión es mañana", BadNotice),
        ("x" * 161, BadNotice),
        ("Llame al 3001112233", BadNotice),
        ("Mire en red.org", BadNotice),
        ("Hay alerta en el pueblo", NotNeutral),
        ("Algo de Bojaya", NotNeutral),
    ],
)
def test_a_sentence_that_tells_or_does_not_fit_is_refused(
    cast: Cast, gateway: Gateway, said: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        notices.choose(said, on=True, by=cast.member("STEWARD"))
    assert notices.sentence() == "Hay algo nuevo."


def test_the_page_keeps_what_was_written_and_says_why(cast: Cast, gateway: Gateway) -> None:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(cast.member("STEWARD"), "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/red/sms/", {"do": "notices", "on": "on", "sentence": "Ya está la lista"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="Ya está la lista"' in page and "no llevan algunas" in page
    assert client.post("/red/sms/", {"do": "notices", "sentence": "Ya esta la lista"}).status_code == 302
    assert notices.sentence() == "Ya esta la lista" and not notices.are_on()


def test_the_platforms_sentence_is_looked_at_by_the_gateway_too() -> None:
    faults: list[tuple[str, str]] = [
        ("Hay algo nuevo.", ""), ("", "letters"), ("á", "letters"), ("x" * 161, "long"), ("vea a.co", "points"),
        ("marque 123", "points"), ("dos\nlineas", "points"), ("€" * 81, "long"),
    ]  # fmt: skip
    assert [(text, notice_fault(text)) for text, _ in faults] == faults
