"""A sealed SMS: the same in both languages bit for bit, always as long, and refused in one way when it is none."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

import smsmodel
from atarraya.alerts import rules
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.refusals import SmsRefused
from atarraya.sealing.sms import fivebit, head, letters, message, model
from atarraya.sealing.sms.head import Head
from support import opener

from .conftest import ROOT, both, vectors

PLAIN = st.text(alphabet=letters.LETTERS, max_size=120)
HEADS = st.builds(
    Head,
    kind=st.sampled_from(("", *head.KINDS)),
    municipality=st.one_of(st.just(""), st.integers(1, 99999).map("{:05d}".format)),
    time=st.integers(0, head.STEPS - 1),
    urgency=st.sampled_from(("", *head.URGENCIES)),
    count=st.sampled_from(head.COUNTS),
    groups=st.lists(st.sampled_from(head.GROUPS), unique=True).map(lambda said: _in_order(head.GROUPS, said)),
    flags=st.lists(st.sampled_from(("SAW", "TOLD", "SHARE", "CUT")), unique=True).map(
        lambda said: _in_order(head.FLAGS, said)
    ),
)
NOTHING = Head("", "", 0, "", 0, (), ())


def _in_order(names: tuple[str, ...], said: list[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in said)


def _head(said: dict[str, Any]) -> Head:
    return Head(**{**said, "groups": tuple(said["groups"]), "flags": tuple(said["flags"])})


def _near(said: Head) -> Head:
    """What a head says once it was packed: a count falls to its step."""
    return Head(**{**said.__dict__, "count": max(least for least in head.COUNTS if least <= said.count)})


def test_both_halves_make_and_open_the_same() -> None:
    for each in both("sms"):
        inbox = UUID(each["inbox"])
        for case in each["good"]:
            said, number = _head(case["head"]), case["number"]
            assert letters.plain(case["typed"]) == case["text"]
            assert message.pack(said, case["text"]).hex() == case["inside"]
            assert opener.open_sms(case["message"], each["secret"], inbox, number) == (_near(said), case["text"])
            assert (
                len(case["message"]) == 160 and message.found(f"Re: {case['message']}\n--\nmi firma") == case["message"]
            )


def test_the_model_is_the_same_in_both() -> None:
    for each in both("sms"):
        for pair, shares in each["rows"].items():
            before, last = (letters.LETTERS.index(letter) for letter in pair)
            assert list(model.row(before, last)[0]) == shares


def test_what_is_no_message_is_refused() -> None:
    for text in vectors("sms")["refused"]:
        with pytest.raises(SmsRefused):
            message.read(text)
        assert message.found(text) is None or message.found(text) != text


def test_hpke_is_that_of_rfc_9180() -> None:
    """Our suite gives no associated data; the published keys with none are sealed here and must open there."""
    said = {name: bytes.fromhex(value) for name, value in vectors("hpke-rfc9180").items()}
    cipher = ChaCha20Poly1305(said["key"])
    assert cipher.encrypt(said["base_nonce"], said["pt"], said["aad"]) == said["ct"]
    sealed = said["pkEm"] + cipher.encrypt(said["base_nonce"], said["pt"], None)
    key = X25519PrivateKey.from_private_bytes(said["skRm"])
    assert message.SUITE.decrypt(sealed, key, said["info"]) == said["pt"]


@settings(max_examples=300)
@given(PLAIN)
def test_whatever_fits_comes_back(text: str) -> None:
    fitted = False
    for coder in (model, fivebit):
        coded = coder.encode(text, message.ROOM)
        if coded is not None:
            fitted = True
            assert len(coded) == message.ROOM and coder.decode(coded) == text
    assert message.fits(text) is fitted


@settings(max_examples=300)
@given(HEADS)
def test_every_head_comes_back(said: Head) -> None:
    packed = head.pack(said)
    assert len(packed) == head.SIZE and head.unpack(packed) == said


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_any_typed_text_becomes_one_that_can_be_sent_and_stays_so(typed: str) -> None:
    plain = letters.plain(typed)
    assert set(plain) <= set(letters.LETTERS) and letters.plain(plain) == plain


@settings(max_examples=100, deadline=None)
@given(HEADS, PLAIN, st.integers(1, 2**20))
def test_every_message_is_as_long_and_opens_to_its_key_list_and_inbox_alone(said: Head, text: str, number: int) -> None:
    if not message.fits(text):
        with pytest.raises(SmsRefused) as refusal:
            message.pack(said, text)
        assert refusal.value.code == "sms_long"
        return
    each = vectors("sms")
    inbox = UUID(each["inbox"])
    sealed = message.seal(said, text, key=each["public"], inbox=inbox, number=number)
    assert len(sealed) == message.LENGTH and sealed.isalnum() and sealed.isascii()
    assert opener.open_sms(sealed, each["secret"], inbox, number + 4095) == (said, text)
    other = to_b64(X25519PrivateKey.generate().private_bytes_raw())
    assert opener.open_sms(sealed, other, inbox, number) is None
    assert opener.open_sms(sealed, each["secret"], uuid4(), number) is None
    assert opener.open_sms(sealed, each["secret"], inbox, number + 4096) is None


@settings(max_examples=200)
@given(st.integers(0, 159), st.sampled_from("0aZ7q"))
def test_one_letter_changed_opens_to_nobody(place: int, letter: str) -> None:
    each = vectors("sms")
    case = each["good"][1]
    whole = case["message"]
    changed = whole[:place] + letter + whole[place + 1 :]
    if changed == whole:
        return
    try:
        assert opener.open_sms(changed, each["secret"], UUID(each["inbox"]), case["number"]) is None
    except SmsRefused:
        assert message.found(changed) is None


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=200), st.text(alphabet=message._DIGITS, min_size=155, max_size=162)))
def test_the_reader_of_any_text_raises_its_own_refusal_only(text: str) -> None:
    try:
        sealed = message.read(text)
    except SmsRefused:
        return
    assert message.write(sealed) == text.strip()


@settings(max_examples=1000)
@given(st.binary(min_size=head.SIZE + message.ROOM - 1, max_size=head.SIZE + message.ROOM + 1))
def test_the_decoder_of_any_bytes_raises_its_own_refusal_only(plaintext: bytes) -> None:
    try:
        said, text = message.unpack(plaintext)
    except SmsRefused:
        return
    assert set(text) <= set(letters.LETTERS)
    if "FIVE" not in head.unpack(plaintext[: head.SIZE]).flags:  # nothing else gives these bytes
        assert message.pack(said, text) == plaintext


@settings(max_examples=500)
@given(st.binary(min_size=message.ROOM, max_size=message.ROOM))
def test_no_two_codes_are_one_text(coded: bytes) -> None:
    for coder in (model, fivebit):
        try:
            text = coder.decode(coded)
        except SmsRefused:
            continue
        assert coder.encode(text, message.ROOM) == coded


def test_a_step_of_time_means_the_last_such_moment() -> None:
    arrived = 1_795_000_000
    for ago in (0, 900, 86400, 300 * 86400):
        written = (arrived - ago) // 900 * 900
        assert head.moment(head.step(written), arrived) == written
    ahead = arrived // 900 * 900 + 20 * 3600
    assert head.moment(head.step(ahead), arrived) == ahead


def test_a_head_refuses_codes_that_are_none() -> None:
    for wrong in ({"kind": "KITTENS"}, {"municipality": "2709"}, {"municipality": "２7099"}, {"urgency": "SOON"},
                  {"time": -1}, {"time": head.STEPS}, {"groups": ("",)}, {"flags": ("LOUD",)}):  # fmt: skip
        with pytest.raises(SmsRefused):
            head.pack(Head(**{**NOTHING.__dict__, **wrong}))


def test_the_codes_of_a_head_are_those_of_alerts() -> None:
    """A kind that is added to the rules is added at the end here, and at the end of head.js."""
    assert set(head.KINDS) == set(rules.KINDS)
    assert head.URGENCIES == rules.URGENCIES
    script = (ROOT / "src/atarraya/sealing/static/sealing/sms/head.js").read_text()
    listed = [script.index(f'"{code}"') for code in (*head.KINDS, *head.URGENCIES, *head.GROUPS)]
    assert listed == sorted(listed)


def test_the_model_is_what_its_texts_make() -> None:
    assert smsmodel.build() == smsmodel.BUILT.read_text()


def test_the_model_knows_nothing_of_what_it_is_measured_on() -> None:
    trained = {
        sentence.strip() for name in smsmodel.TRAINED for line in smsmodel.lines(name) for sentence in line.split(".")
    }
    measured = {sentence.strip() for line in smsmodel.lines("heldout.txt") for sentence in line.split(".")}
    assert len(measured) > 50 and not {one for one in trained & measured if len(one) > 20}


def test_a_hundred_and_fifty_letters_of_spanish_fit() -> None:
    texts = smsmodel.lines("heldout.txt")
    assert len(texts) >= 20
    for text in texts:
        assert model.encode(text[:150], message.ROOM) is not None, text[:150]
