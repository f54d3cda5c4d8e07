"""*Falsa alarma* by whoever holds the receipt: heard by the team, and nothing more than heard (R13, decision 7)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from atarraya.alerts.models import Alert, AlertVersion, Entry, Event, Proposal
from atarraya.alerts.services import receipts
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.receipts import answer_lookups
from support.cast import HERE, Cast, Spot
from support.opener import open_envelope
from support.phone import Made, false_alarm, report

pytestmark = pytest.mark.django_db
SHARE = {"kind": "ARMED_PRESENCE", "seen": "SAW"}


def post(client: Any, spot: Spot, made: Made) -> Any:
    return client.post("/api/point/reports", made.body, content_type="application/json", headers=spot.header)


def warned(cast: Cast, client: Any) -> Made:
    """An account sealed to the verifiers, and the codes that went with it, on the board."""
    made = report(cast, municipality=HERE, urgency="NOW", share=SHARE)
    assert post(client, cast.leader, made).json() == {"received": True, "board": "shown"}
    return made


def board(client: Any, spot: Spot) -> bytes:
    return bytes(client.get("/api/point/board.json", headers=spot.header).content)


def test_it_is_answered_alike_and_changes_nothing_that_anybody_reads(cast: Cast, client: Any) -> None:
    made = warned(cast, client)
    before = [board(client, spot) for spot in (cast.leader, cast.second, cast.neighbour)]
    said = [post(client, cast.second, false_alarm(cast, words, municipality=HERE)) for words in (made, None)]
    assert [(answer.status_code, answer.content) for answer in said] == [(201, b'{"received":true}')] * 2
    assert [board(client, spot) for spot in (cast.leader, cast.second, cast.neighbour)] == before
    alert = Alert.objects.get()
    assert (alert.state, alert.doubt, alert.version) == ("UNCONF", False, 1)
    assert not Proposal.objects.exists() and AlertVersion.objects.count() == Event.objects.count() == 1


def test_only_the_words_give_what_the_readers_of_the_account_recognise(cast: Cast, client: Any) -> None:
    made = warned(cast, client)
    for words in (made, None):
        post(client, cast.leader, false_alarm(cast, words, municipality=HERE))
    opened = [open_envelope(envelope(row), cast.verifiers.identities) for row in Entry.objects.all()]
    accounts = [payload for payload in opened if payload and payload["type"] == "report"]
    claims = [payload["claim"] for payload in opened if payload and payload.get("act") == "false_alarm"]
    assert len(accounts) == 1 and len(claims) == 2
    recognised = [claim for claim in claims if hashed(claim) == accounts[0]["claim_hash"]]
    assert recognised == [made.claim]
    for ring in (cast.women, cast.responders):
        assert not any(open_envelope(envelope(row), ring.identities) for row in Entry.objects.all())


def envelope(row: Entry) -> bytes:
    from atarraya.alerts.models import StorageKey
    from atarraya.sealing import storage

    return storage.decrypt(bytes(StorageKey.objects.get(pk=row.pk).key), bytes(row.envelope.body))


def hashed(claim: str) -> str:
    return to_b64(hashlib.sha256(from_b64(claim, 32)).digest())


def test_no_stored_row_ties_it_to_the_report_or_to_the_alert(cast: Cast, client: Any) -> None:
    made = warned(cast, client)
    said = false_alarm(cast, made, municipality=HERE)
    post(client, cast.second, said)
    account, word = Entry.objects.get(pk=made.id), Entry.objects.get(pk=said.id)
    kept = [bytes(row.lookup_hash) for row in (account, word)] + [bytes(row.erase_hash) for row in (account, word)]
    assert len({*kept, bytes(account.reply), bytes(word.reply)}) == 6
    alert = Alert.objects.get()
    values = {str(value) for value in Alert.objects.values().get(pk=alert.pk).values()}
    assert not {str(made.id), str(said.id)} & values


def test_the_words_erase_it_with_the_report(cast: Cast, client: Any) -> None:
    made = warned(cast, client)
    post(client, cast.second, false_alarm(cast, made, municipality=HERE))
    post(client, cast.second, false_alarm(cast, None, municipality=HERE))
    halves = {"lookup": made.lookup, "erase": made.erase, "thread": made.thread}
    assert client.post("/api/point/erase", halves, content_type="application/json").json() == {"done": True}
    assert Entry.objects.count() == 1 and Alert.objects.get().state == "UNCONF"


def test_asking_afterwards_is_answered_as_before(cast: Cast, client: Any) -> None:
    made = warned(cast, client)
    before = receipts.replies(answer_lookups(made.reply))
    post(client, cast.second, false_alarm(cast, made, municipality=HERE))
    assert receipts.replies(answer_lookups(made.reply)) == before
