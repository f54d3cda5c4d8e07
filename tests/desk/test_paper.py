"""Sheets written down by a member: what the door refuses, keeps once and lets wait, and what no table shows."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, Entry, Envelope, StorageKey
from atarraya.alerts.queries.recipients import forget_lists
from atarraya.alerts.services import acts, erasing, transport_keys
from atarraya.channels.sms.models import Codebook
from atarraya.channels.sms.services import books, gateways
from atarraya.kernel import clock
from atarraya.sealing import envelopes, receipts, storage, transport
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.gateways import new_key, seal
from atarraya.trail.models import Line
from support.cast import HERE, OTHER, Cast, Person, renew, sign_in
from support.phone import NOBODY, VERIFIERS, WOMEN, Made, half, report

pytestmark = pytest.mark.django_db
DOOR = "/equipo/hojas/"
SHARE = {"kind": "ARMED_PRESENCE", "seen": "TOLD", "zone": None, "when": "NIGHT", "delay": False}
INSIDE = {"v": 1, "type": "codebook", "entries": [{"say": "invento", "sort": "kind", "value": "ARMED_PRESENCE"}]}


@pytest.fixture
def book(cast: Cast) -> Codebook:
    gateway = gateways.create("pasarela", cast.inbox, new_key()[1], by=cast.steward.member).gateway
    people = envelopes.seal(INSIDE, cast.recipients, list(VERIFIERS))
    sealed = seal(INSIDE, gateway.recipient)
    return books.make(gateway, cast.leader.point, sealed, people, cast.number, by=cast.verifier.member)


def sheet(cast: Cast, addressed: Any = VERIFIERS, told: Any = NOBODY, **fields: Any) -> Made:
    """Seal a sheet as the page does: an account, and the note that always goes beside it."""
    made = report(cast, addressed=list(addressed), municipality=HERE, more={"told": {"came": "PAPER", "other": True}})
    note = {"v": 1, "type": "note", "thread": made.payload["thread"], "act": "duress", "text": "invento"}
    beside_id = uuid4()
    beside = {
        "id": str(beside_id),
        "lookup": half(),
        "erase_hash": to_b64(receipts.thread_erase_hash(from_b64(made.thread, 32), beside_id)),
        "sealed": base64.b64encode(envelopes.seal(note, cast.recipients, list(told))).decode(),
    }
    body = {**made.body, "book": None, "beside": beside, **fields}
    return Made(made.id, body, made.envelope, made.payload, made.lookup, made.erase, made.reply, made.thread)


def coded(cast: Cast, of: Codebook, **fields: Any) -> Made:
    return sheet(cast, **{"urgency": "NOW", "book": str(of.pk), "share": SHARE, **fields})


def post(client: Client, made: Made | bytes, **headers: str) -> Any:
    body = made if isinstance(made, bytes) else made.outbox(transport_keys.public_key())
    return client.post(DOOR, body, "application/octet-stream", headers={"Accept": "application/json", **headers})


def opened(identity: str) -> list[dict[str, Any]]:
    """Return what one circle's key opens of all that is kept."""
    from support.opener import open_envelope

    keys = {row.pk: bytes(row.key) for row in StorageKey.objects.all()}
    bodies = [storage.decrypt(keys[row.entry_id], bytes(row.body)) for row in Envelope.objects.all()]
    return [found for body in bodies if (found := open_envelope(body, [identity]))]


def test_a_sheet_is_kept_once_and_two_rows_look_alike(cast: Cast, client: Client) -> None:
    sign_in(client, cast.verifier)
    made = sheet(cast, urgency="NOW")
    first, again = post(client, made), post(client, made, Waited="D3")
    assert (first.status_code, first.json()) == (201, {"received": True})
    assert again.status_code == 200
    rows = list(Entry.objects.all())
    assert len(rows) == 2 and not Alert.objects.exists()
    assert len({(row.municipality, row.urgency, row.age, row.size, row.mark, row.number) for row in rows}) == 1
    assert [one["told"] for one in opened(cast.verifiers.identity)] == [{"came": "PAPER", "other": True}]


def test_a_code_waits_for_a_member_and_one_lets_it_out(cast: Cast, client: Client, book: Codebook) -> None:
    sign_in(client, cast.verifier)
    assert post(client, coded(cast, book)).json() == {"received": True, "board": "held"}
    alert = Alert.objects.get()
    assert (alert.held, alert.kind, alert.seen, alert.municipality) == (True, "ARMED_PRESENCE", "TOLD", HERE)
    assert alert.point_id == cast.leader.point.pk
    board = client.get("/api/point/board.json", headers=cast.leader.header)
    assert board.json()["alerts"] == []
    acts.act(alert.pk, "release", by=cast.verifier.member)
    board = client.get("/api/point/board.json", headers=cast.leader.header)
    assert [one["k"] for one in board.json()["alerts"]] == ["ARMED_PRESENCE"]


def test_sent_twice_a_code_waits_once(cast: Cast, client: Client, book: Codebook) -> None:
    sign_in(client, cast.verifier)
    made = coded(cast, book)
    assert [post(client, made).status_code for _ in range(3)] == [201, 200, 200]
    assert Alert.objects.count() == 1 and Entry.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"share": {**SHARE, "kind": "KILLING"}},
        {"share": {**SHARE, "kind": "THREAT"}},
        {"share": {**SHARE, "kind": "SEXUAL_VIOLENCE"}},
        {"share": {**SHARE, "kind": "CHECKIN"}},
        {"share": {**SHARE, "seen": "SAW"}},
        {"age": "OLD"},
        {"age": "D3"},
        {"urgency": None},
        {"book": None},
        {"book": "0d5c8e7f-6a21-4b3c-9e6f-2a9d4c1b7e30"},
        {"municipality": "27001"},
    ],
    ids=str,
)
def test_what_may_not_wait_for_the_board_goes_to_the_team_and_leaves_no_code(
    cast: Cast, client: Client, book: Codebook, fields: dict[str, Any]
) -> None:
    sign_in(client, cast.verifier)
    answer = post(client, coded(cast, book, **fields))
    assert answer.status_code == 201 and answer.json().get("board") in {None, "team"}
    assert not Alert.objects.exists()
    assert Entry.objects.count() == 2


def test_codes_of_a_burnt_book_count_no_more_and_the_account_is_not_lost(
    cast: Cast, client: Client, book: Codebook
) -> None:
    sign_in(client, cast.verifier)
    made = coded(cast, book)
    books.burn(book, by=cast.approver.member)
    assert post(client, made).status_code == 201
    assert not Alert.objects.exists()
    assert len(opened(cast.verifiers.identity)) == 1


def test_who_may_not_let_codes_out_hands_in_an_account_and_nothing_more(
    cast: Cast, client: Client, book: Codebook
) -> None:
    sign_in(client, cast.companion)
    assert post(client, coded(cast, book)).status_code == 201
    assert not Alert.objects.exists() and Entry.objects.count() == 2


def test_days_on_paper_and_days_in_the_browser_are_added(cast: Cast, client: Client, book: Codebook) -> None:
    sign_in(client, cast.verifier)
    assert post(client, coded(cast, book, age="H6"), Waited="H6").json()["board"] == "held"
    assert post(client, coded(cast, book, age="D1"), Waited="H6").status_code == 201
    assert Alert.objects.count() == 1, "a day on paper and six hours here are more than half of two days"
    assert sorted(set(Entry.objects.values_list("age", flat=True))) == ["D1", "D3"]


@pytest.mark.parametrize(
    ("age", "waited", "sum_"),
    [("H1", "H1", "H1"), ("D1", "H1", "D1"), ("H1", "H6", "D1"), ("D1", "D1", "D3"), ("D3", "D3", "W1"),
     ("W1", "H6", "OLD"), ("OLD", "H1", "OLD"), ("H1", "OLD", "OLD")],
)  # fmt: skip
def test_bands_add_up_to_the_older(age: str, waited: str, sum_: str) -> None:
    assert rules.age_after(age, waited) == sum_


def test_what_is_not_sealed_as_it_must_be_is_refused_and_not_kept(cast: Cast, client: Client, book: Codebook) -> None:
    sign_in(client, cast.verifier)
    key = transport_keys.public_key()
    good = coded(cast, book)
    plain = base64.b64encode(json.dumps({"text": "llegó la panga"}).encode().ljust(2400)).decode()
    for wrong in (
        {"beside": {**good.body["beside"], "sealed": plain}},
        {"beside": {**good.body["beside"], "id": good.body["id"]}},
        {"beside": None},
        {"number": 9},
        {"text": "llegó la panga"},
        {"came": "PAPER"},
        {"book": "panga"},
        {"municipality": "99999"},
        {"share": {**SHARE, "text": "llegó la panga"}},
    ):
        made = Made(good.id, good.body | wrong, good.envelope, good.payload, good.lookup, "", "", "")
        assert post(client, made).status_code in {400, 404, 409, 422}, wrong
    clear = transport.seal_for_transport(good.header, b"llego la panga con platano " * 100, key)
    for body in (clear, b"llego la panga" * 200, b"", good.outbox(new_key()[1]), b"\0" * 49_153):
        assert post(client, body).status_code in {400, 410, 422}
    assert post(client, good, Waited="AYER").status_code == 400
    assert not Entry.objects.exists() and not Alert.objects.exists()


def test_only_who_serves_the_inbox_and_the_place(cast: Cast, client: Client) -> None:
    for stranger in (cast.infiltrator, cast.warden, cast.analyst):
        sign_in(client, stranger)
        assert post(client, sheet(cast)).status_code == 404
        assert "data-sheet" not in client.get(DOOR).content.decode()
    sign_in(client, cast.verifier)
    assert post(client, sheet(cast, municipality=OTHER)).status_code == 404
    assert not Entry.objects.exists()
    client.logout()
    assert post(client, sheet(cast)).status_code == 401


def test_a_form_of_another_site_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, cast.verifier)
    assert post(client, sheet(cast)).status_code == 403
    assert not Entry.objects.exists()


def test_no_row_and_no_line_says_who_wrote_it_or_how_it_came(cast: Cast, client: Client, book: Codebook) -> None:
    sign_in(client, cast.verifier)
    lines = Line.objects.count()
    post(client, coded(cast, book, age="H6"))
    post(client, sheet(cast, WOMEN))
    written = []
    for model in apps.get_models():
        if model is not Line:
            written += [repr(row) for row in model._default_manager.values() if model._meta.app_label == "alerts"]
    rows = " ".join(written)
    assert str(cast.verifier.member.pk) not in rows
    for word in ("PAPER", "BOATMAN", "invento", "told", "Pasaron"):
        assert word not in rows
    (line,) = Line.objects.order_by("pk")[lines:] if Line.objects.count() > lines else (None,)
    assert line is None or line.actor not in {str(cast.verifier.member.pk)}


def test_what_is_for_the_women_opens_there_only_and_is_routed_as_any_sheet_without_urgency(
    cast: Cast, client: Client
) -> None:
    sign_in(client, cast.verifier)
    post(client, sheet(cast, WOMEN))
    post(client, sheet(cast))
    assert len(opened(cast.women.identity)) == 1 and len(opened(cast.verifiers.identity)) == 1
    rows = Entry.objects.values_list("municipality", "urgency", "age", "size", "mark", "number")
    assert len(rows) == 4 and len(set(rows)) == 1


def test_the_five_words_erase_a_sheet_and_what_went_beside_it(cast: Cast, client: Client) -> None:
    sign_in(client, cast.verifier)
    made = sheet(cast)
    post(client, made)
    post(client, sheet(cast))
    erasing.erase(made.lookup, made.erase, made.thread)
    assert Entry.objects.count() == 2
    assert post(client, made).status_code == 200, "what was erased is not kept again"
    assert Entry.objects.count() == 2


def test_a_sheet_waits_through_new_keys_and_old_transport_keys(cast: Cast, client: Client) -> None:
    sign_in(client, cast.verifier)
    made = sheet(cast)
    waiting = made.outbox(transport_keys.public_key())
    renew(cast.verifiers, cast.verifier, cast.inbox)
    forget_lists()
    with clock.freeze(clock.now() + timedelta(days=20)):
        transport_keys.rotate()
        sign_in(client, cast.verifier)
        assert post(client, waiting, Waited="OLD").status_code == 201
    assert {row.mark for row in Entry.objects.all()} == {"OLD_SETUP"}


def test_books_come_sealed_to_who_serves_them_and_burnt_ones_not_at_all(
    cast: Cast, client: Client, book: Codebook
) -> None:
    people: list[tuple[Person, int]] = [
        (cast.verifier, 1),
        (cast.companion, 1),
        (cast.infiltrator, 0),
        (cast.warden, 0),
    ]
    for person, count in people:
        sign_in(client, person)
        found = client.get("/equipo/codigos/libros.json").json()["books"]
        assert len(found) == count
        assert "invento" not in json.dumps(found)
    sign_in(client, cast.verifier)
    assert "invento" not in client.get(DOOR).content.decode()
    assert client.get(f"/equipo/codigos/{book.pk}/papel/").status_code == 200
    books.burn(book, by=cast.verifier.member)
    assert client.get("/equipo/codigos/libros.json").json()["books"] == []
    sign_in(client, cast.infiltrator)
    assert client.get(f"/equipo/codigos/{book.pk}/papel/").status_code == 404
