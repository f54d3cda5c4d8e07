"""Asking and erasing with a receipt: right and wrong alike, nothing left, nothing resurrected."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from atarraya.alerts.models import Alert, Chunk, Entry, Envelope, Erasure, StorageKey
from atarraya.alerts.refusals import PlaceTaken
from atarraya.alerts.services import erasing, notes
from atarraya.alerts.services.attachments import keep_slice
from atarraya.alerts.services.notes import add_note
from atarraya.alerts.views.api import receipts as view
from atarraya.kernel import ids
from atarraya.sealing import envelopes
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.receipts import (
    ANSWERS,
    REPLY_SLOT,
    answer_lookup,
    answer_lookups,
    thread_erase_hash,
    thread_key,
)
from support.cast import HERE, Cast, Person, Spot
from support.opener import open_reply, seal_reply
from support.phone import Made, half, report

pytestmark = pytest.mark.django_db


def post(client: Any, spot: Spot, act: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/point/{act}", body, content_type="application/json", headers=spot.header)


def sent(cast: Cast, client: Any, **said: Any) -> Made:
    made = report(cast, **said)
    assert post(client, cast.leader, "reports", made.body).status_code == 201
    return made


def asked(cast: Cast, client: Any, reply: str) -> list[bytes]:
    """Return what the words that give this reply key are answered, place by place."""
    answer = post(client, cast.second, "receipt", {"lookups": answer_lookups(reply)})
    assert answer.status_code == 200
    return [from_b64(slot, 96) for slot in answer.json()["replies"]]


def opened(cast: Cast, client: Any, made: Made) -> list[dict[str, str] | None]:
    """Return the answers that whoever holds the words of a report can open."""
    return [open_reply(slot, made.reply) for slot in asked(cast, client, made.reply)]


def answered(cast: Cast, person: Person, made: Made, place: int, phrase: str, addressed: list[bool]) -> None:
    """Answer a report as a desk does: a note to those who read it, which carries the answer."""
    pk = ids.new_id()
    envelope = envelopes.seal({"v": 1, "type": "note", "thread": str(made.id)}, cast.recipients, addressed)
    halves = answer_lookup(made.reply, place), to_b64(thread_erase_hash(from_b64(made.thread, 32), pk))
    slot = seal_reply({"s": "answered", "p": phrase, "d": "2026-11-23"}, made.reply, os.urandom(12))
    add_note(person.member, cast.inbox, 1, envelope, *halves, HERE, None, "case", note_id=pk, reply=slot)


def whole(made: Made) -> dict[str, str]:
    return {"lookup": made.lookup, "erase": made.erase, "thread": made.thread}


def test_the_answer_reaches_whoever_holds_the_words(cast: Cast, client: Any) -> None:
    made, other = sent(cast, client, municipality=HERE), sent(cast, client, municipality=HERE)
    assert opened(cast, client, made) == [None] * ANSWERS
    answered(cast, cast.verifier, made, 1, "READ", [True, False, False])
    answered(cast, cast.verifier, made, 2, "DONE", [True, False, False])
    assert [answer and answer["p"] for answer in opened(cast, client, made)] == ["READ", "DONE", *[None] * 4]
    assert opened(cast, client, other) == [None] * ANSWERS
    post(client, cast.leader, "erase", whole(made))
    assert opened(cast, client, made) == [None] * ANSWERS


def test_no_answer_touches_another_entry(cast: Cast, client: Any) -> None:
    """A team that cannot open an entry cannot lose what another team answered there."""
    women = sent(cast, client, municipality=HERE, addressed=(False, True, False))
    answered(cast, cast.companion, women, 1, "WITH_YOU", [False, True, False])
    before = {row.pk: bytes(row.reply) for row in Entry.objects.all()}
    checked = sent(cast, client, municipality=HERE)
    answered(cast, cast.verifier, checked, 1, "READ", [True, False, False])
    assert before.items() <= {row.pk: bytes(row.reply) for row in Entry.objects.all()}.items()
    first = opened(cast, client, women)[0]
    assert first is not None and first["p"] == "WITH_YOU"


def test_two_desks_never_take_one_place(cast: Cast, client: Any) -> None:
    made = sent(cast, client, municipality=HERE)
    answered(cast, cast.verifier, made, 1, "READ", [True, False, False])
    with pytest.raises(PlaceTaken):
        answered(cast, cast.approver, made, 1, "DONE", [True, False, False])
    assert Entry.objects.count() == 2


def test_a_note_that_answers_is_stored_as_any_other(cast: Cast, client: Any) -> None:
    made = sent(cast, client, municipality=HERE)
    answered(cast, cast.verifier, made, 1, "READ", [True, False, False])
    envelope = envelopes.seal({"v": 1, "type": "note", "thread": str(made.id)}, cast.recipients, [True, False, False])
    add_note(cast.verifier.member, cast.inbox, 1, envelope, half(), half(), HERE, None, "case")
    one, other = Entry.objects.exclude(pk=made.id).values()
    random = {"id", "lookup_hash", "erase_hash", "reply"}
    assert {name: one[name] for name in one.keys() - random} == {name: other[name] for name in other.keys() - random}
    assert len(one["reply"]) == len(other["reply"]) == REPLY_SLOT


def test_right_and_wrong_words_look_alike(cast: Cast, client: Any) -> None:
    made, wrong = sent(cast, client, municipality=HERE), half()
    answered(cast, cast.verifier, made, 1, "READ", [True, False, False])
    words = [{"lookups": answer_lookups(reply)} for reply in (made.reply, wrong)]
    bodies = [post(client, cast.leader, "receipt", one).content for one in words]
    assert len(bodies[0]) == len(bodies[1])
    for reply in (made.reply, wrong):
        assert asked(cast, client, reply) == asked(cast, client, reply)
    assert asked(cast, client, wrong) != asked(cast, client, half())
    erased = [
        post(client, cast.leader, "erase", {"lookup": one, "erase": half(), "thread": half()})
        for one in (made.lookup, half())
    ]
    assert [(answer.status_code, answer.content) for answer in erased] == [(200, b'{"done":true}')] * 2
    assert Entry.objects.filter(pk=made.id).exists()


def test_fewer_or_more_places_are_refused(cast: Cast, client: Any) -> None:
    """A phone that asked until it found something would tell how many answers there are."""
    for count in (0, 1, ANSWERS - 1, ANSWERS + 1):
        assert post(client, cast.leader, "receipt", {"lookups": [half() for _ in range(count)]}).status_code == 400


def a_thread(cast: Cast, client: Any) -> tuple[Made, dict[str, Any]]:
    """A report with an attachment of two slices, a note about it, and the same of somebody else."""
    made, other = sent(cast, client, municipality=HERE), sent(cast, client, municipality=HERE)
    rows: dict[str, Any] = {"notes": [], "attachments": []}
    for one in (made, other):
        thread = from_b64(one.thread, 32)
        attachment, note = uuid4(), ids.new_id()
        for index in range(2):
            keep_slice(attachment, index, os.urandom(4112), to_b64(thread_erase_hash(thread, attachment)))
        envelope = envelopes.seal(
            {"v": 1, "type": "note", "thread": str(one.id)}, cast.recipients, [True, False, False]
        )
        mark = to_b64(thread_erase_hash(thread, note))
        notes.add_note(cast.verifier.member, cast.inbox, 1, envelope, half(), mark, HERE, "NOW", "case", note_id=note)
        rows["notes"].append(note)
        rows["attachments"].append(attachment)
    return made, rows


def test_erasing_takes_the_account_its_slices_and_its_notes(cast: Cast, client: Any) -> None:
    made, rows = a_thread(cast, client)
    before = StorageKey.objects.count()
    post(client, cast.far, "erase", whole(made))
    assert not Entry.objects.filter(pk__in=[made.id, rows["notes"][0]]).exists()
    assert not Chunk.objects.filter(attachment=rows["attachments"][0]).exists()
    assert StorageKey.objects.count() == before - 4 and Erasure.objects.count() == 4
    assert Entry.objects.filter(pk=rows["notes"][1]).exists()
    assert Chunk.objects.filter(attachment=rows["attachments"][1]).count() == 2
    assert Entry.objects.count() == Envelope.objects.count() == 2


def test_a_thread_is_tied_by_nothing_stored(cast: Cast, client: Any) -> None:
    _made, _rows = a_thread(cast, client)
    marks = [bytes(row.erase_hash) for row in Entry.objects.all()]
    marks += {bytes(row.erase_hash) for row in Chunk.objects.all()}
    assert len(set(marks)) == len(marks)


def test_wrong_erase_words_erase_no_account(cast: Cast, client: Any) -> None:
    made, _rows = a_thread(cast, client)
    post(client, cast.leader, "erase", whole(made) | {"erase": half(), "thread": half()})
    assert Entry.objects.filter(pk=made.id).exists() and not Erasure.objects.exists()


def test_who_reads_an_account_cannot_erase_what_others_wrote_about_it(cast: Cast, client: Any) -> None:
    """The account tells its readers the key of the thread. A verifier gone bad asks with it, and words of their own."""
    made, rows = a_thread(cast, client)
    secret = half()
    own = to_b64(thread_key(from_b64(secret, 32)))
    for words in (
        {"lookup": half(), "erase": secret, "thread": made.payload["thread_key"]},
        {"lookup": made.lookup, "erase": secret, "thread": made.payload["thread_key"]},
        {"lookup": made.lookup, "erase": secret, "thread": own},
    ):
        assert post(client, cast.leader, "erase", words).json() == {"done": True}
    assert not Erasure.objects.exists() and Entry.objects.filter(pk__in=[made.id, *rows["notes"]]).count() == 3
    post(client, cast.leader, "erase", whole(made))
    assert Entry.objects.filter(pk__in=[made.id, *rows["notes"]]).count() == 1


def test_what_was_erased_does_not_come_back(cast: Cast, client: Any) -> None:
    made, rows = a_thread(cast, client)
    slices = Chunk.objects.filter(attachment=rows["attachments"][0]).order_by("index")
    kept = [(row.pk, row.index) for row in slices]
    post(client, cast.leader, "erase", whole(made))
    assert post(client, cast.leader, "reports", made.body).status_code == 200
    assert not keep_slice(rows["attachments"][0], kept[0][1], os.urandom(4112), half())
    assert not Entry.objects.filter(pk=made.id).exists() and Chunk.objects.count() == 2


def test_a_restored_backup_erases_again(cast: Cast, client: Any) -> None:
    made, _rows = a_thread(cast, client)
    backup = {model: list(model.objects.all()) for model in (Entry, Envelope, StorageKey, Chunk)}
    post(client, cast.leader, "erase", whole(made))
    known = list(erasing.erasures())
    for model in (Entry, Envelope, StorageKey, Chunk):
        model.objects.bulk_create(backup[model], ignore_conflicts=True)
    Erasure.objects.all().delete()
    assert erasing.replay_erasures() == 0
    assert erasing.replay_erasures(known) == 4
    assert not Entry.objects.filter(pk=made.id).exists() and Entry.objects.count() == 2
    assert erasing.replay_erasures() == 0


def test_erasing_a_report_leaves_the_warning_it_became(cast: Cast, client: Any) -> None:
    made = sent(cast, client, municipality=HERE, urgency="NOW", share={"kind": "COMBAT"})
    post(client, cast.leader, "erase", whole(made))
    assert not Entry.objects.exists() and Alert.objects.get().state == "UNCONF"


def test_words_ask_and_erase_from_a_phone_that_no_link_opened(client: Any, cast: Cast) -> None:
    made = sent(cast, client)
    words = {"lookups": answer_lookups(made.reply)}
    answer = client.post("/api/point/receipt", words, content_type="application/json")
    assert answer.status_code == 200
    halves = {"lookup": made.lookup, "erase": made.erase, "thread": made.thread}
    assert client.post("/api/point/erase", halves, content_type="application/json").json() == {"done": True}
    assert not Entry.objects.exists()
    wrong = client.post(
        "/api/point/receipt",
        words,
        content_type="application/json",
        headers={"Authorization": "Point x"},
    )
    assert wrong.status_code == 401


def test_a_flood_of_erasing_without_a_link_holds_no_more_than_two_threads(client: Any, cast: Cast) -> None:
    """The third is refused at once, not kept waiting in a thread; a phone that a link opened is never among them."""
    words = {"lookup": half(), "erase": half(), "thread": half()}
    with ExitStack() as held:
        for _ in range(view.ABOUT_TO_ERASE):
            held.enter_context(view._places)
        held.enter_context(view._turn)  # somebody is erasing: whoever waited for it would wait for ever here
        assert client.post("/api/point/erase", words, "application/json").status_code == 429
        assert client.post("/api/point/erase", words, "application/json", headers=cast.leader.header).status_code == 200
    assert client.post("/api/point/erase", words, "application/json").status_code == 200
