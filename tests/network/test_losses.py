"""The five losses: what each costs, what opens again, and what a steward alone can't do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from atarraya.kernel import clock
from atarraya.network import queries
from atarraya.network.models import LoginReset, Member, WrappedKey
from atarraya.network.refusals import Incomplete, KeyRefused, NeedsAnother, NeedsSteward, SecretRefused, WrongState
from atarraya.network.services import members, proofs, reopening
from atarraya.sealing import bundles
from atarraya.sealing.encoding import from_b64
from atarraya.sealing.signing import sign_text
from atarraya.trail.models import Head, Line
from atarraya.trail.services import head
from support.cast import PASSWORD, Cast, Person, cheap_phrases, make_key, sign_in
from support.opener import open_bundle, open_bundle_with_phrase


def last() -> Line:
    return Line.objects.order_by("-number")[0]


def again(person: Person) -> Member:
    return Member.objects.get(pk=person.member.pk)


def test_phrase_lost_the_same_key_under_new_words(cast: Cast) -> None:
    words = bundles.new_phrase()
    with cheap_phrases():
        file = bundles.seal_for_phrase(cast.verifier.bundle, words)
    members.reseal_member_key(cast.verifier.member, phrase_file=file)
    member = again(cast.verifier)
    assert last().verb == "member.reseal" and member.may_work
    assert open_bundle_with_phrase(bytes(member.phrase_file), words) == cast.verifier.bundle
    assert queries.wrapped_for(member).exists()
    with pytest.raises(KeyRefused):
        members.reseal_member_key(cast.verifier.member, phrase_file=b"secret words")


def test_both_lost_a_new_key_opens_nothing_until_a_voice_was_heard(cast: Cast) -> None:
    lost = make_key(cast.verifier.member)
    assert last().verb == "member.new_key"
    assert lost.member.state == Member.State.WAITING
    assert not WrappedKey.objects.filter(member=lost.member).exists()
    with pytest.raises(KeyRefused):  # somebody else's public key is nobody's new key
        members.store_member_key(
            cast.analyst.member, _half(cast.approver), bytes(lost.member.phrase_file), bytes(lost.member.code_file)
        )


def _half(person: Person) -> members.PublicHalf:
    return members.PublicHalf.read(bundles.public_half(person.bundle))


def test_device_lost_ends_every_session(cast: Cast) -> None:
    clients = [sign_in(Client(), cast.verifier) for _ in range(2)]
    members.sign_out_everywhere(cast.verifier.member)
    assert last().verb == "member.end_sessions"
    assert [client.get("/equipo/llaves.json").status_code for client in clients] == [401, 401]
    assert sign_in(Client(), cast.verifier).get("/equipo/llaves.json").status_code == 200


def test_a_reset_gives_no_key_and_everybody_sees_it(cast: Cast) -> None:
    secret = members.reset_login(cast.verifier.member, by=cast.warden.member)
    assert last().verb == "member.reset_login"
    member = members.use_login_reset(secret, "otra clave bien larga")
    assert member.check_password("otra clave bien larga") and member.proof_due and not member.may_work
    assert [one.member for one in queries.recent_resets()] == [member]
    page = sign_in(Client(), cast.analyst).get("/red/personas/").content.decode()
    assert "Cambió su manera de entrar" in page and "Iván" in page
    with pytest.raises(SecretRefused):
        members.use_login_reset(secret, PASSWORD)
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert not queries.recent_resets().exists()


def test_a_steward_who_uses_the_reset_reaches_nothing(cast: Cast) -> None:
    secret = members.reset_login(cast.verifier.member, by=cast.warden.member)
    members.use_login_reset(secret, PASSWORD)
    client = sign_in(Client(), cast.verifier)
    assert client.get("/red/personas/", headers={"accept": "text/html"}).status_code == 404
    with pytest.raises(KeyRefused):
        proofs.prove_key(
            again(cast.verifier), "challenge", sign_text("proof", "challenge", _seed(cast.warden))["signature"]
        )
    with pytest.raises(KeyRefused):
        proofs.prove_key(again(cast.verifier), "", sign_text("proof", "", _seed(cast.verifier))["signature"])


def _seed(person: Person) -> str:
    return str(person.bundle["ed25519"])


def test_their_own_key_proves_who_they_are(cast: Cast) -> None:
    members.use_login_reset(members.reset_login(cast.verifier.member, by=cast.warden.member), PASSWORD)
    signature = sign_text("proof", "challenge", _seed(cast.verifier))["signature"]
    assert proofs.prove_key(again(cast.verifier), "challenge", signature).may_work
    assert last().verb == "member.prove"
    with pytest.raises(WrongState):
        proofs.prove_key(again(cast.verifier), "challenge", signature)


def test_resets_are_a_stewards_act_and_never_ones_own(cast: Cast) -> None:
    with pytest.raises(NeedsSteward):
        members.reset_login(cast.verifier.member, by=cast.approver.member)
    with pytest.raises(NeedsAnother):
        members.reset_login(cast.warden.member, by=cast.warden.member)
    members.freeze(cast.verifier.member, by=cast.approver.member)
    with pytest.raises(WrongState):
        members.reset_login(again(cast.verifier), by=cast.warden.member)


def test_a_reset_dies_when_a_newer_one_comes_or_after_14_days(cast: Cast) -> None:
    first = members.reset_login(cast.verifier.member, by=cast.warden.member)
    second = members.reset_login(cast.verifier.member, by=None)
    assert last().actor == "operator" and LoginReset.objects.count() == 1
    with pytest.raises(SecretRefused):
        members.use_login_reset(first, PASSWORD)
    with pytest.raises(Incomplete):
        members.use_login_reset(second, "corta")
    with clock.freeze(clock.now() + timedelta(days=15)), pytest.raises(SecretRefused):
        members.use_login_reset(second, PASSWORD)


def rescued(cast: Cast, person: Person, offline: str, challenge: str = "c") -> tuple[dict[int, bytes], str]:
    """Do what a browser does with two sheets joined: open the offline wrappings, wrap anew, sign."""
    circle = cast.verifiers.circle
    wrapped, seed = {}, ""
    for row in WrappedKey.objects.filter(epoch__circle=circle, member=None).order_by("epoch__number"):
        bundle = open_bundle(bytes(row.sealed), offline)
        assert bundle is not None
        wrapped[row.epoch.number], seed = bundles.seal_to(bundle, [person.recipient]), bundle["ed25519"]
    text = proofs.rescue_text(circle, person.member, challenge)
    return wrapped, sign_text("rescue", text, seed)["signature"]


def test_everyone_lost_the_sheets_give_the_circle_to_a_new_member(cast: Cast) -> None:
    wrapped, signature = rescued(cast, cast.outsider, cast.verifiers.offline)
    circle = cast.verifiers.circle
    member = proofs.rescue(circle, wrapped, by=cast.outsider.member, challenge="c", signature=signature)
    assert member.may_work and last().verb == "circle.rescue"
    [row] = queries.wrapped_for(member)
    assert open_bundle(bytes(row.sealed), cast.outsider.identity) == cast.verifiers.bundle


def test_without_the_sheets_nobody_rescues(cast: Cast) -> None:
    circle, warden = cast.verifiers.circle, cast.warden
    wrapped, right = rescued(cast, warden, cast.verifiers.offline)
    text = proofs.rescue_text(circle, warden.member, "c")
    for challenge, signature in (
        ("c", sign_text("rescue", text, _seed(warden))["signature"]),
        ("c", sign_text("rescue", text, cast.women.bundle["ed25519"])["signature"]),
        ("c", sign_text("list", text, cast.verifiers.bundle["ed25519"])["signature"]),
        ("another", right),
    ):
        with pytest.raises(KeyRefused):
            proofs.rescue(circle, wrapped, by=warden.member, challenge=challenge, signature=signature)
    with pytest.raises(KeyRefused):  # a proof made for one member serves no other
        proofs.rescue(circle, wrapped, by=cast.infiltrator.member, challenge="c", signature=right)
    with pytest.raises(WrongState):
        proofs.rescue(circle, wrapped, by=warden.member, challenge="", signature=right)


def test_a_pin_reopens_three_tries_and_four_hours(cast: Cast) -> None:
    member, proof, wrong = cast.verifier.member, b"p" * 32, b"x" * 32
    half = reopening.keep_half(member, "tab", proof)
    assert reopening.give_half(member, "tab", proof) == half and len(half) == 32
    for other in ((cast.approver.member, "tab"), (member, "another tab")):
        with pytest.raises(reopening.PinGone):
            reopening.give_half(*other, proof)
    for _ in range(2):
        with pytest.raises(reopening.PinRefused):
            reopening.give_half(member, "tab", wrong)
    assert reopening.give_half(member, "tab", proof) == half  # a right one counts the tries anew
    for _ in range(3):
        with pytest.raises(reopening.PinRefused):
            reopening.give_half(member, "tab", wrong)
    with pytest.raises(reopening.PinGone):
        reopening.give_half(member, "tab", proof)


@pytest.mark.parametrize("how", ["time", "forget", "freeze", "new key"])
def test_a_half_is_forgotten(cast: Cast, how: str) -> None:
    member, proof = cast.verifier.member, b"p" * 32
    reopening.keep_half(member, "tab", proof)
    late = clock.now() + (timedelta(hours=4, seconds=1) if how == "time" else timedelta())
    acts = {
        "time": lambda: None,
        "forget": lambda: reopening.forget_half("tab"),
        "freeze": lambda: members.freeze(member, by=cast.approver.member),
        "new key": lambda: make_key(member),
    }
    acts[how]()
    with clock.freeze(late), pytest.raises(reopening.PinGone):
        reopening.give_half(member, "tab", proof)


def test_a_desk_signs_the_head_of_the_trail(cast: Cast) -> None:
    number, digest = head()
    text = proofs.head_text(number, digest, clock.today())
    signature = sign_text("head", text, _seed(cast.verifier))["signature"]
    proofs.countersign(cast.verifier.member, number, digest, signature)
    proofs.countersign(cast.verifier.member, number, digest, signature)
    [kept] = Head.objects.all()
    assert (kept.member, kept.number, bytes(kept.signature)) == (cast.verifier.member.pk, number, from_b64(signature))
    with pytest.raises(KeyRefused):
        proofs.countersign(cast.approver.member, number, digest, signature)
    with pytest.raises(KeyRefused):
        proofs.countersign(cast.verifier.member, number, bytes(32), signature)


def test_a_head_of_another_chain_is_told(cast: Cast) -> None:
    from atarraya.kernel.errors import Conflict

    text = proofs.head_text(1, bytes(32), clock.today())
    with pytest.raises(Conflict):
        proofs.countersign(
            cast.verifier.member, 1, bytes(32), sign_text("head", text, _seed(cast.verifier))["signature"]
        )
