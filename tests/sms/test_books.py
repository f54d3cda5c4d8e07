"""Codebooks at the platform: who may make one, one after another, burnt by one and told to two, gone on their day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Codebook
from atarraya.channels.sms.refusals import BookGone, BookNotSealed, NotOfThisInbox
from atarraya.channels.sms.services import books, gateways
from atarraya.kernel import clock
from atarraya.network.models import CircleMember, Member
from atarraya.network.refusals import WrongState
from atarraya.network.services import points
from atarraya.sealing import envelopes
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import new_key, seal
from atarraya.trail.models import Line
from support.cast import Cast, Spot
from support.smsrun import Run

pytestmark = pytest.mark.django_db
INSIDE = {"v": 1, "type": "codebook", "entries": [{"say": "invento", "sort": "kind", "value": "COMBAT"}]}


@pytest.fixture
def gateway(cast: Cast) -> queries.Gateway:
    return gateways.create("pasarela", cast.inbox, new_key()[1], by=cast.steward.member).gateway


def copies(cast: Cast, gateway: queries.Gateway) -> tuple[bytes, bytes]:
    return seal(INSIDE, gateway.recipient), envelopes.seal(INSIDE, cast.recipients, [True, False, False])


def make(cast: Cast, gateway: queries.Gateway, spot: Spot | None = None, by: Member | None = None) -> Codebook:
    spot = spot or cast.leader
    return books.make(gateway, spot.point, *copies(cast, gateway), cast.number, by=by or cast.verifier.member)


def test_a_new_book_takes_the_place_of_the_one_before_for_fourteen_days(cast: Cast, gateway: queries.Gateway) -> None:
    first, other = make(cast, gateway), make(cast, gateway, cast.neighbour)
    second = make(cast, gateway)
    first.refresh_from_db()
    assert (first.state, second.state, other.state) == ("RETIRING", "CURRENT", "CURRENT")
    assert first.until == clock.today() + timedelta(days=14)
    assert {book.pk for book in queries.readable(gateway)} == {first.pk, second.pk, other.pk}
    with clock.freeze(clock.now() + timedelta(days=15)):
        assert {book.pk for book in queries.readable(gateway)} == {second.pk, other.pk}
        with pytest.raises(BookGone):
            books.in_use(gateway, first.pk)
        assert books.let_go() == 1
    assert not Codebook.objects.filter(pk=first.pk).exists()


def test_only_who_serves_the_inbox_makes_or_burns_one(cast: Cast, gateway: queries.Gateway) -> None:
    for stranger in (cast.infiltrator, cast.warden, cast.analyst):
        with pytest.raises(NotOfThisInbox):
            make(cast, gateway, by=stranger.member)
    book = make(cast, gateway)
    with pytest.raises(NotOfThisInbox):
        books.burn(book, by=cast.infiltrator.member)
    gateways.end(gateway, by=cast.steward.member)
    gateway.refresh_from_db()
    with pytest.raises(NotOfThisInbox):
        make(cast, gateway)


def test_nothing_that_can_be_read_is_kept(cast: Cast, gateway: queries.Gateway) -> None:
    sealed, people = copies(cast, gateway)
    plain = json.dumps(INSIDE).encode().ljust(4000)
    wrong = [(plain, people), (sealed, plain), (sealed, sealed), (people, people), (b"", b"")]
    for one, other in wrong:
        with pytest.raises(BookNotSealed):
            books.make(gateway, cast.leader.point, one, other, cast.number, by=cast.verifier.member)
    with pytest.raises(BookNotSealed):
        books.make(gateway, cast.leader.point, sealed, people, cast.number + 1, by=cast.verifier.member)
    assert not Codebook.objects.exists()


def test_one_burns_and_two_others_hear_of_it(cast: Cast, gateway: queries.Gateway, client: Client) -> None:
    book = books.burn(make(cast, gateway), by=cast.verifier.member)
    assert bytes(book.for_gateway) == b"" and len(set(book.told)) == 2 and str(cast.verifier.member.pk) not in book.told
    assert list(queries.readable(gateway)) == []
    with pytest.raises(WrongState):
        books.burn(book, by=cast.approver.member)
    line = Line.objects.get(verb="codebook.burn")
    assert (line.actor, line.subject) == (str(cast.verifier.member.pk), str(book.pk))
    for pk in list(book.told):
        reader = Member.objects.get(pk=pk)
        assert [one.pk for one in queries.burnt_untold(reader)] == [book.pk]
        client.force_login(reader, "allauth.account.auth_backends.AuthenticationBackend")
        told = client.get("/equipo/pulso.json").json()["burnt"]
        assert told == [{"id": str(book.pk), "collective": cast.leader.point.collective.name}]
        assert client.post(f"/equipo/codigos/{book.pk}/leido/").status_code == 200
        assert client.get("/equipo/pulso.json").json()["burnt"] == []


def test_a_stopped_point_has_no_code(cast: Cast, gateway: queries.Gateway) -> None:
    book = make(cast, gateway)
    points.pause(cast.leader.point, by=cast.steward.member)
    assert list(queries.readable(gateway)) == []
    with pytest.raises(BookGone):
        books.in_use(gateway, book.pk)
    points.resume(cast.leader.point, by=cast.steward.member)
    assert books.in_use(gateway, book.pk) == book


def test_another_gateway_neither_gets_nor_uses_a_book(cast: Cast, gateway: queries.Gateway) -> None:
    book = make(cast, gateway)
    identity, recipient = new_key()
    other = gateways.create("otra", cast.inbox, recipient, by=cast.steward.member)
    run = Run(other, identity)
    run.prove()
    assert run.get("books.json").json() == []
    with pytest.raises(BookGone):
        books.in_use(other.gateway, book.pk)


def test_pages_show_a_book_to_its_own_and_take_it_sealed(cast: Cast, gateway: queries.Gateway, client: Client) -> None:
    client.force_login(cast.verifier.member, "allauth.account.auth_backends.AuthenticationBackend")
    sealed, people = copies(cast, gateway)
    said = {
        "gateway": str(gateway.pk),
        "point": str(cast.leader.point.pk),
        "number": cast.number,
        "for_gateway": to_b64(sealed),
        "for_people": to_b64(people),
    }
    answer = client.post("/equipo/codigos/nuevo/", said, "application/json")
    book = Codebook.objects.get()
    assert answer.json() == {"next": f"/equipo/codigos/{book.pk}/"}
    assert client.get(f"/equipo/codigos/{book.pk}/").status_code == 200
    for wrong in ({"for_people": "x"}, {"number": True}, {"number": "1"}, {"point": str(cast.far.point.collective_id)}):
        refused = client.post("/equipo/codigos/nuevo/", said | wrong, "application/json")
        assert refused.status_code in {404, 422}, wrong
    client.force_login(cast.infiltrator.member, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/equipo/codigos/{book.pk}/").status_code == 404
    assert client.post(f"/equipo/codigos/{book.pk}/quemar/").status_code == 404


def test_a_token_says_neither_that_all_is_quiet_nor_that_somebody_saw_it(cast: Cast) -> None:
    from atarraya.alerts.models import Alert, Spoken
    from sms.test_doors import body

    identity, recipient = new_key()
    new = gateways.create("pasarela", cast.inbox, recipient, by=cast.steward.member)
    run = Run(new, identity)
    run.prove()
    book = make(cast, new.gateway)
    coded = {"book": str(book.pk), "municipality": book.point.municipality, "urgency": "NOW"}
    for share in ({"kind": "CHECKIN", "seen": "SAW"}, {"kind": "ARMED_PRESENCE", "seen": "SAW"}):
        sent = body(cast, share=share, **coded)
        kept = run.post("reports", sent)
        assert kept.status_code == 201
    assert not Alert.objects.exists() and not Spoken.objects.exists()
    told = body(cast, share={"kind": "ARMED_PRESENCE", "seen": "TOLD"}, **coded)
    run.post("reports", told)
    assert Alert.objects.get().seen == "TOLD"


@pytest.mark.parametrize("people", [1, 2, 3])
def test_who_lets_a_third_into_a_circle_of_two_reads_what_that_means(cast: Cast, client: Client, people: int) -> None:
    client.force_login(cast.companion.member, "allauth.account.auth_backends.AuthenticationBackend")
    others = (cast.responder.member, cast.analyst.member)[: people - 1]
    for other in others:
        CircleMember.objects.create(
            circle=cast.women.circle, member=other, since=clock.today(), first_epoch=1, last_epoch=1
        )
    page = client.get(f"/red/circulos/{cast.women.circle.pk}/entrar/", headers={"Accept-Language": "es"})
    assert page.status_code == 200
    assert ("otro libro de códigos con otro círculo de dos" in page.content.decode()) is (people == 2)
