"""The envelope's shape: what is sealed here, what is let in, and that no bytes can make the check fall over."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from atarraya.sealing import agefile, bundles, encoding, envelopes, transport
from atarraya.sealing.refusals import NotAnEnvelope, NotForThisKey
from support import opener

CIRCLES = [bundles.new_bundle() for _ in range(6)]
SECRETS = [circle["age"] for circle in CIRCLES]
RECIPIENTS = [bundles.public_half(circle)["age"] for circle in CIRCLES]
REPORT = {"v": 1, "type": "report", "text": "No dejan pasar por el río"}
SEALED = envelopes.seal(REPORT, RECIPIENTS[:3], [True, False, True])
POST_QUANTUM = "age1pq1" + "q" * 1952

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.lists(st.booleans(), min_size=1, max_size=6), st.dictionaries(st.text(max_size=8), anything, max_size=4))
def test_only_those_addressed_open_and_all_sizes_are_alike(addressed: list[bool], more: dict) -> None:
    payload = {**more, "v": 1, "type": "report"}
    count = len(addressed)
    try:
        sealed = envelopes.seal(payload, RECIPIENTS[:count], addressed)
    except NotAnEnvelope:  # a lone surrogate in a key, or more than 32 KiB
        return
    bucket = envelopes.check(sealed, count)
    assert len(sealed) == 102 + 98 * count + bucket
    for place, secret in enumerate(SECRETS):
        opened = opener.open_envelope(sealed, [secret])
        assert opened == (payload if place < count and addressed[place] else None)
    for other in {count - 1, count + 1, 0, 7}:
        with pytest.raises(NotAnEnvelope):
            envelopes.check(sealed, other)


@pytest.mark.parametrize("count", range(1, 7))
def test_a_text_reports_whole_body_keeps_within_4096_bytes(count: int) -> None:
    sealed = envelopes.seal(REPORT, RECIPIENTS[:count], [True] * count)
    header = {
        "id": "0" * 36,
        "inbox": "0" * 36,
        "number": 1000,
        "municipality": "27001",
        "urgency": "unclassified",
        "age": "under_an_hour",
        "lookup": "A" * 43,
        "erase_hash": "A" * 43,
        "share": {"kind": "armed_presence", "zone": "0" * 36},
    }
    body = json.dumps({**header, "sealed": base64.b64encode(sealed).decode()}, separators=(",", ":"))
    assert len(body) <= 4096
    assert len(transport.seal_for_transport(header, sealed, RECIPIENTS[0])) == 3220 + 98 * (count - 1)


@settings(max_examples=400)
@given(st.binary(max_size=400), st.integers(0, 7))
@example(agefile.VERSION, 1)
@example(agefile.VERSION + b"-> X25519 " + b"A" * 43 + b"\n", 1)
@example(agefile.VERSION + b"-> -grease\n" * 3, 1)
@example(agefile.VERSION + b"-> a-grease" + b" a" * 3000, 1)
def test_no_bytes_make_the_check_fall_over(blob: bytes, stanzas: int) -> None:
    with pytest.raises(NotAnEnvelope):
        envelopes.check(blob, stanzas)
    with pytest.raises(NotAnEnvelope):
        envelopes.check(agefile.VERSION + blob, stanzas)


def alter(blob: bytearray, data: st.DataObject) -> None:
    """Flip a bit, leave out, put in or repeat a piece, anywhere."""
    at = data.draw(st.integers(0, len(blob) - 1))
    match data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"])):
        case "flip":
            blob[at] ^= 1 << data.draw(st.integers(0, 7))
        case "cut":
            del blob[at : at + data.draw(st.integers(1, 120))]
        case "insert":
            blob[at:at] = data.draw(st.binary(min_size=1, max_size=120))
        case "repeat":
            blob[at:at] = blob[at : at + 98]


@settings(max_examples=400)
@given(st.data())
def test_an_altered_envelope_is_refused_or_does_not_open(data: st.DataObject) -> None:
    blob = bytearray(SEALED)
    for _ in range(data.draw(st.integers(1, 3))):
        alter(blob, data)
    if bytes(blob) == SEALED:
        return
    try:
        assert envelopes.check(bytes(blob), 3) == 2048
    except NotAnEnvelope:
        return
    assert opener.open_envelope(bytes(blob), SECRETS) is None


def test_a_flipped_bit_anywhere_in_the_header_is_refused_or_does_not_open() -> None:
    for at in range(len(SEALED) - 2048):
        blob = SEALED[:at] + bytes([SEALED[at] ^ (1 << at % 8)]) + SEALED[at + 1 :]
        try:
            envelopes.check(blob, 3)
        except NotAnEnvelope:
            continue
        assert opener.open_envelope(blob, SECRETS) is None, at


def test_other_kinds_of_recipient_are_refused() -> None:
    for recipients in ([RECIPIENTS[0], POST_QUANTUM], [POST_QUANTUM], [RECIPIENTS[0][:-1] + "b"], [SECRETS[0]]):
        with pytest.raises(NotAnEnvelope) as refusal:
            envelopes.seal(REPORT, recipients, [True] * len(recipients))
        assert refusal.value.code == "recipient_kind"
    line = b"-> mlkem768x25519 " + b"A" * 1494 + b"\n" + b"A" * 43 + b"\n"
    head = len(agefile.VERSION)
    mixed = SEALED[:head] + line + SEALED[head:]
    for stanzas in (3, 4):
        with pytest.raises(NotAnEnvelope):
            envelopes.check(mixed, stanzas)
    with pytest.raises(NotAnEnvelope):
        envelopes.check(agefile.seal_with_secret(bytes(2048), "x", 1), 1)


def test_two_stanzas_of_grease_are_too_many() -> None:
    head = len(agefile.VERSION)
    line = b"-> x-grease y\n\n"
    assert envelopes.check(SEALED[:head] + line + SEALED[head:], 3) == 2048
    with pytest.raises(NotAnEnvelope):
        envelopes.check(SEALED[:head] + line + line + SEALED[head:], 3)


@pytest.mark.parametrize("change", [{"v": 2}, {"v": None}, {"type": 5}, {"text": {1}}, {"text": float("nan")}])
def test_what_cannot_be_a_payload_is_not_sealed(change: dict) -> None:
    with pytest.raises(NotAnEnvelope) as refusal:
        envelopes.seal({**REPORT, **change}, RECIPIENTS[:1], [True])
    assert refusal.value.code == "payload_shape"


def test_wrong_counts_and_too_much_are_not_sealed() -> None:
    for recipients, addressed in (([], []), (RECIPIENTS + RECIPIENTS[:1], [True] * 7), (RECIPIENTS, [True])):
        with pytest.raises(NotAnEnvelope):
            envelopes.seal(REPORT, recipients, addressed)
    with pytest.raises(NotAnEnvelope) as refusal:
        envelopes.seal({**REPORT, "text": "a" * 32768}, RECIPIENTS[:1], [True])
    assert refusal.value.code == "envelope_too_long"


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_outbox_opener_fall_over(blob: bytes) -> None:
    public, secret = transport.new_key()
    for body in (blob, agefile.VERSION + blob, agefile.seal_to(blob, [RECIPIENTS[0]])):
        with pytest.raises((NotAnEnvelope, NotForThisKey)):
            transport.open_transport(body, secret)
    good = agefile.seal_to(blob, [public])
    try:
        header, _ = transport.open_transport(good, secret)
    except NotAnEnvelope:
        return
    assert isinstance(header, dict)


def test_the_smallest_spelling_of_base64_is_the_only_one() -> None:
    head = len(agefile.VERSION) + len(b"-> X25519 ") + 42
    last = SEALED[head : head + 1]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stray = alphabet[alphabet.index(last) ^ 1 :][:1]
    with pytest.raises(NotAnEnvelope):
        envelopes.check(SEALED[:head] + stray + SEALED[head + 1 :], 3)
    assert encoding.from_b64("AA") == b"\0"
    with pytest.raises(Exception, match="encoding"):
        encoding.from_b64("AB")
