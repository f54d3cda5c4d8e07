"""What both halves must treat alike. tests/js/sealing/vectors.test.mjs reads the same files."""

from __future__ import annotations

import json

import pytest

from atarraya.sealing import bundles, commitments, encoding, envelopes, lists, odk_keys, receipts, transport
from atarraya.sealing.canonical import canonical, parse_canonical
from atarraya.sealing.refusals import ListRefused, NotAnEnvelope, NotEncoded
from support import opener

from .conftest import both, raw, vectors


def test_canonical_texts() -> None:
    given = vectors("canonical")
    for case in given["good"]:
        assert canonical(json.loads(case["source"])) == case["canonical"]
        assert parse_canonical(case["canonical"]) == json.loads(case["source"])
    for source in given["refused"]:
        with pytest.raises(NotEncoded):
            parse_canonical(source)
    for value in (1.5, 2**53, float("nan"), b"", {1: 2}, (1,), {"a": {2}}, "\ud800"):
        with pytest.raises(NotEncoded):
            canonical(value)


def test_texts_that_stand_for_bytes() -> None:
    for case in vectors("encoding"):
        value = bytes.fromhex(case["hex"])
        assert encoding.to_b64(value) == case["b64"]
        assert encoding.from_b64(case["b64"]) == value
        assert encoding.to_crockford(value) == case["crockford"]
        assert encoding.from_crockford(encoding.grouped(case["crockford"]).lower()) == value
        assert encoding.to_checked(value) == case["checked"]
        typed = case["checked"].replace("0", "o").replace("1", "l")
        assert encoding.from_checked(typed, len(value)) == value


def test_receipts() -> None:
    for given in both("receipts"):
        for case in given["good"]:
            receipt = opener.derive_receipt(case["typed"], case["network"])
            assert list(receipt.words) == case["words"]
            for name in ("lookup", "erase", "erase_hash", "reply", "thread", "claim", "claim_hash"):
                assert getattr(receipt, name) == case[name]
            assert receipts.answer_lookups(receipt.reply) == case["answers"]
            note = receipts.thread_erase_hash(encoding.from_b64(case["thread"]), case["entry"])
            assert encoding.to_b64(note) == case["thread_erase_hash"]
        for typed in given["refused"]:
            with pytest.raises(NotEncoded):
                receipts.derive(typed, "x")


def test_replies() -> None:
    for given in both("replies"):
        for case in given:
            slot = raw(case["slot"])
            assert len(slot) == receipts.REPLY_SLOT
            assert opener.open_reply(slot, case["key"]) == case["answer"]


def test_envelopes_open_for_those_addressed_and_nobody_else() -> None:
    for given in both("envelopes"):
        for case in given["good"]:
            sealed = raw(case["sealed"])
            assert envelopes.check(sealed, case["stanzas"]) == case["bucket"]
            for place, identity in enumerate(given["identities"]):
                addressed = place < case["stanzas"] and case["addressed"][place]
                assert opener.open_envelope(sealed, [identity]) == (case["payload"] if addressed else None)


def test_one_grease_stanza_is_tolerated() -> None:
    given = vectors("envelopes")
    sealed = raw(given["grease"]["sealed"])
    assert envelopes.check(sealed, given["grease"]["stanzas"]) == 2048
    assert opener.open_envelope(sealed, given["identities"][:1]) == given["grease"]["payload"]


def test_what_is_no_envelope_is_refused_at_the_door() -> None:
    for case in vectors("envelopes")["refused"]:
        if case["server"]:  # altered or wrong inside: only who can open it sees that
            assert envelopes.check(raw(case["sealed"]), 2) == 2048
        else:
            with pytest.raises(NotAnEnvelope):
                envelopes.check(raw(case["sealed"]), 2)


@pytest.mark.parametrize("case", vectors("lists")["cases"], ids=lambda case: case["name"])
def test_lists(case: dict) -> None:
    state = lists.State(**case["state"])
    if isinstance(case["result"], str):
        with pytest.raises(ListRefused) as refusal:
            lists.verify_chain(state, case["lists"])
        assert refusal.value.code == case["result"]
    else:
        held = lists.verify_chain(state, case["lists"])
        assert held.number == case["result"]
        assert held.document == vectors("lists")["documents"][held.number - 1]["text"]


def test_documents_of_lists() -> None:
    given = vectors("lists")
    for case in given["documents"]:
        assert lists.fingerprint(case["text"]) == case["fingerprint"]
        assert lists.digest(case["text"]) == case["digest"]
    for text in given["no_lists"]:
        with pytest.raises(ListRefused):
            lists.read(text)


def test_commitments() -> None:
    for case in vectors("commitments"):
        assert commitments.matches(case["hash"], case["salt"], case["text"]) is case["matches"]


def test_transport() -> None:
    for case in both("transport"):
        header, envelope = transport.open_transport(raw(case["sealed"]), case["secret"].encode())
        assert (header, envelope) == (case["header"], raw(case["envelope"]))


def test_key_bundles() -> None:
    for case in both("bundles"):
        assert bundles.public_half(case["bundle"]) == case["public"]
        assert opener.open_bundle_with_phrase(raw(case["for_phrase"]), case["phrase"]) == case["bundle"]
        assert opener.open_bundle_with_code(raw(case["for_code"]), case["code"]) == case["bundle"]
        assert opener.open_bundle(raw(case["for_member"]), case["member"]) == case["bundle"]


def test_the_key_of_odk_forms() -> None:
    case = vectors("odk")
    assert bundles.public_half({**bundles.new_bundle(), "odk": case["secret"]})["odk"] == case["public"]
    assert lists.odk_hash(case["public"]) == case["hash"]
    assert odk_keys.is_key(case["public"]) and not odk_keys.is_key(case["secret"])


def test_any_two_sheets_give_the_secret() -> None:
    case = vectors("sheets-browser")
    for one, other in ((0, 1), (1, 2), (2, 0)):
        assert opener.join_sheets([case["sheets"][one], case["sheets"][other]]) == raw(case["secret"])


def test_attachments() -> None:
    case = vectors("attachments-browser")
    assert opener.open_file(case, [raw(part) for part in case["sealed"]]) == raw(case["plain"])
