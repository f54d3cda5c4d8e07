"""Storage keys, keyed hashes, commitments, signatures; and that nothing in the room opens an account."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import atarraya.sealing
from atarraya.sealing import bundles, commitments, encoding, receipts, signing, storage
from atarraya.sealing.refusals import NotEncoded


@given(st.binary(max_size=5000))
def test_what_is_stored_opens_with_its_key_only(blob: bytes) -> None:
    key, stored = storage.encrypt(blob)
    assert len(key) == 32
    assert len(stored) == len(blob) + storage.OVERHEAD
    assert storage.decrypt(key, memoryview(stored)) == blob
    other, _ = storage.encrypt(blob)
    for wrong_key, wrong in ((other, stored), (key, stored[:-1] + bytes([stored[-1] ^ 1])), (key, b""), (b"", stored)):
        with pytest.raises(NotEncoded):
            storage.decrypt(wrong_key, wrong)


def test_kept_hashes_need_the_pepper() -> None:
    value = b"\1" * 32
    assert receipts.keyed(value, b"a" * 32) == receipts.keyed(value, b"a" * 32)
    assert receipts.keyed(value, b"a" * 32) != receipts.keyed(value, b"b" * 32)
    assert receipts.keyed(value) == receipts.keyed_text(encoding.to_b64(value))
    with pytest.raises(NotEncoded):
        receipts.keyed_text("AAAA")


def test_a_commitment_holds_for_its_words_only() -> None:
    digest, salt, text = commitments.commit({"summary": "ñ", "codes": [1]})
    assert commitments.matches(digest, salt, text)
    assert not commitments.matches(digest, salt, text + " ")
    assert not commitments.matches(digest, salt, "\ud800")
    assert not commitments.matches("*", salt, text)


def test_a_signature_serves_its_purpose_only() -> None:
    bundle = bundles.new_bundle()
    signed = signing.sign_text("list", "texto", bundle["ed25519"])
    assert signed["key"] == bundles.public_half(bundle)["ed25519"]
    assert signing.verify_text("list", "texto", signed)
    assert not signing.verify_text("head", "texto", signed)
    assert not signing.verify_text("list", "otro", signed)
    for broken in ({}, {**signed, "key": "AAAA"}, {**signed, "signature": signed["key"]}, {**signed, "key": 5}):
        assert not signing.verify_text("list", "texto", broken)


@given(st.binary(max_size=40))
def test_checked_texts_come_back_and_a_slip_is_caught(value: bytes) -> None:
    text = encoding.to_checked(value)
    assert encoding.from_checked(text.lower().replace("-", " "), len(value)) == value
    for at, character in enumerate(text):
        if character != "-":
            slip = encoding.CROCKFORD[encoding.CROCKFORD.index(character) ^ 1]
            with pytest.raises(NotEncoded):
                encoding.from_checked(text[:at] + slip + text[at + 1 :], len(value))


# Where this room may call something that opens: outboxes (transport) and backups, whose keys the server or the
# restorer holds, and SMS by the key of the gateway, a process apart. Anything else would be a way to an account.
MAY_OPEN = {"transport.py", "backups.py", "storage.py", "gateways.py"}


def test_nothing_else_in_the_room_can_open_a_sealed_file() -> None:
    room = Path(atarraya.sealing.__file__).parent
    for path in room.rglob("*.py"):
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.FunctionDef) else ""
            for node in ast.walk(ast.parse(path.read_text()))
        }
        opens = {name for name in names if name.startswith(("decrypt", "open_envelope", "open_bundle"))}
        assert not opens or path.name in MAY_OPEN, (path.name, opens)


def test_only_the_process_of_sms_holds_the_key_that_opens_them() -> None:
    """`sealing.gateways.Key` opens SMS and codebooks: the gateway's room and its command may; nothing that serves."""
    package = Path(atarraya.sealing.__file__).parents[1]
    using = {
        path.relative_to(package).parts[:1] + path.relative_to(package).parts[-1:]
        for path in package.rglob("*.py")
        if "gateways import Key" in (text := path.read_text()) or "gateways.Key" in text
    }
    outside = {place for place in using if place[0] != "gateway" and place != ("command", "gateway.py")}
    assert using and not outside, outside
