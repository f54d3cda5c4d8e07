"""Circles, epochs and recipient lists: the server stores only what follows and what fits."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atarraya.kernel import clock, ids
from atarraya.network import queries
from atarraya.network.models import CircleEpoch, WrappedKey
from atarraya.network.refusals import Incomplete, KeyRefused, ListRefused, NeedsKeyholder, NotWorking, WrongState
from atarraya.network.services import circles, lists, members
from atarraya.network.services.keys import PublicHalf
from atarraya.sealing import bundles
from atarraya.sealing import lists as sealing
from atarraya.sealing import refusals as sealing_refusals
from atarraya.sealing.encoding import to_b64
from atarraya.trail.models import Line
from support.cast import Cast, make_circle, public, renew, sign_next
from support.opener import open_bundle


def seal_all(bundle: dict[str, Any], cast: Cast, *people: Any) -> dict[Any, bytes]:
    wrapped: dict[Any, bytes] = {None: bundles.seal_to(bundle, [cast.verifiers.circle.offline_recipient])}
    return wrapped | {one.member.pk: bundles.seal_to(bundle, [one.recipient]) for one in people}


def test_a_new_key_is_wrapped_to_those_inside_and_told_to_the_points(cast: Cast) -> None:
    before = Line.objects.count()
    renew(cast.verifiers, cast.approver, cast.inbox)
    assert [line.verb for line in Line.objects.filter(number__gt=before)] == ["circle.new_epoch"]
    current = queries.current_list(cast.inbox)
    assert current.number == 2 and json.loads(current.document)["recipients"] == cast.recipients
    chain = [{"document": one.document, "signatures": one.signatures} for one in queries.lists_after(cast.inbox, 0)]
    assert sealing.verify_chain(sealing.State(cast.fingerprint), chain).number == 2
    rows = queries.wrapped_for(cast.verifier.member)
    opened = [open_bundle(bytes(row.sealed), cast.verifier.identity) for row in rows]
    assert opened == list(cast.verifiers.bundles.values())


def test_the_offline_identity_opens_every_epoch(cast: Cast) -> None:
    renew(cast.verifiers, cast.approver, cast.inbox)
    rows = WrappedKey.objects.filter(epoch__circle=cast.verifiers.circle, member=None).order_by("epoch__number")
    opened = [open_bundle(bytes(row.sealed), cast.verifiers.offline) for row in rows]
    assert opened == list(cast.verifiers.bundles.values())
    assert open_bundle(bytes(rows[0].sealed), cast.women.offline) is None


def test_no_fewer_and_no_more_than_those_inside_get_the_new_key(cast: Cast) -> None:
    bundle = bundles.new_bundle()
    inside = [cast.steward, cast.verifier, cast.approver]
    for people in (inside[:2], [*inside, cast.infiltrator]):
        with pytest.raises(KeyRefused):
            circles.new_epoch(
                cast.verifiers.circle,
                public(bundle),
                seal_all(bundle, cast, *people),
                {cast.inbox.pk: {}},
                by=cast.approver.member,
            )
    assert queries.current_epoch(cast.verifiers.circle).number == 1


def test_a_new_key_without_its_lists_changes_nothing(cast: Cast) -> None:
    bundle = bundles.new_bundle()
    wrapped = seal_all(bundle, cast, cast.steward, cast.verifier, cast.approver)
    for signed in ({}, {cast.inbox.pk: {}}, {cast.inbox.pk: sign_next(cast.inbox, cast.verifiers)}):
        with pytest.raises((KeyRefused, ListRefused)):
            circles.new_epoch(cast.verifiers.circle, public(bundle), wrapped, signed, by=cast.approver.member)
    assert queries.current_epoch(cast.verifiers.circle).number == 1
    assert queries.current_list(cast.inbox).number == 1


def test_only_people_of_the_circle_begin_its_next_key(cast: Cast) -> None:
    for person in (cast.warden, cast.companion, cast.infiltrator):
        with pytest.raises(NeedsKeyholder):
            renew(cast.verifiers, person, cast.inbox)
    with pytest.raises(NotWorking):
        renew(cast.verifiers, cast.outsider, cast.inbox)


def test_a_used_key_is_not_taken_for_a_new_one(cast: Cast) -> None:
    bundle = cast.women.bundle
    wrapped = seal_all(bundle, cast, cast.steward, cast.verifier, cast.approver)
    with pytest.raises(KeyRefused):
        circles.new_epoch(cast.verifiers.circle, public(bundle), wrapped, {}, by=cast.approver.member)


def changed(cast: Cast, **fields: Any) -> dict[str, Any]:
    text = sealing.document({**lists.expected(cast.inbox), "day": clock.today().isoformat(), **fields})
    return sealing.sign(text, [cast.verifiers.bundle["ed25519"]])


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 3},
        {"number": 1, "previous": None},
        {"day": "2020-01-01"},
        {"previous": "A" * 43},
        {"inbox": str(ids.new_id())},
    ],
)
def test_a_list_that_does_not_follow_is_refused(cast: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(ListRefused):
        circles.set_list(cast.inbox, changed(cast, **fields), by=cast.steward.member)


def test_a_list_with_a_foreign_recipient_or_signer_is_refused(cast: Cast) -> None:
    thief = bundles.public_half(bundles.new_bundle())
    expected = lists.expected(cast.inbox)
    for fields in (
        {"recipients": [thief["age"], *expected["recipients"][1:]]},
        {
            "recipients": [*expected["recipients"], thief["age"]],
            "sms": [*expected["sms"], None],
            "odk": [*expected["odk"], None],
        },
        {"recipients": expected["recipients"][::-1]},
        {"signers": [*expected["signers"], thief["ed25519"]]},
    ):
        with pytest.raises(ListRefused):
            circles.set_list(cast.inbox, changed(cast, **fields), by=cast.steward.member)


def test_a_list_needs_a_signature_of_the_list_before(cast: Cast) -> None:
    text = sealing.document({**lists.expected(cast.inbox), "day": clock.today().isoformat()})
    for signed in (
        sealing.sign(text, [bundles.new_bundle()["ed25519"]]),
        {"document": text, "signatures": []},
        {"document": text},
        {"document": text + " ", "signatures": sealing.sign(text, [cast.women.bundle["ed25519"]])["signatures"]},
        {"document": "{", "signatures": []},
        {"document": "[]", "signatures": []},
    ):
        with pytest.raises(ListRefused):
            circles.set_list(cast.inbox, signed, by=cast.steward.member)
    circles.set_list(cast.inbox, sign_next(cast.inbox, cast.women), by=cast.companion.member)
    assert queries.current_list(cast.inbox).number == 2


def test_only_who_serves_the_inbox_sends_its_list(cast: Cast) -> None:
    with pytest.raises(NeedsKeyholder):
        circles.set_list(cast.inbox, sign_next(cast.inbox, cast.women), by=cast.warden.member)


def test_another_circle_takes_a_place_in_the_inbox(cast: Cast) -> None:
    legal = make_circle("Jurídico", "LEGAL", cast.approver)
    chosen = [*(ring.circle for ring in cast.rings), legal.circle]
    epochs = [queries.current_epoch(circle) for circle in chosen]
    named = {
        "recipients": [one.recipient for one in epochs],
        "signers": [one.signing_key for one in epochs],
        "sms": [one.sms_key for one in epochs],
        "odk": [sealing.odk_hash(one.odk_key) for one in epochs],
    }
    signed = changed(cast, **named)
    circles.set_list(cast.inbox, signed, by=cast.steward.member, circles=chosen)
    assert json.loads(queries.current_list(cast.inbox).document)["recipients"][3] == epochs[3].recipient
    for wrong in ([], [legal.circle] * 2, [legal.circle] * 7):
        with pytest.raises(Incomplete):
            circles.set_list(cast.inbox, signed, by=cast.steward.member, circles=wrong)


def test_old_lists_stand_for_45_days(cast: Cast) -> None:
    assert queries.list_standing(cast.inbox, 1) == "current"
    renew(cast.verifiers, cast.approver, cast.inbox)
    assert [queries.list_standing(cast.inbox, number) for number in (0, 1, 2, 3)] == [
        "refused",
        "old",
        "current",
        "refused",
    ]
    with clock.freeze(clock.now() + timedelta(days=45)):
        assert queries.list_standing(cast.inbox, 1) == "old"
    with clock.freeze(clock.now() + timedelta(days=46)):
        assert queries.list_standing(cast.inbox, 1) == "refused"
        assert queries.list_standing(cast.inbox, 2) == "current"


def test_the_creator_of_a_circle_is_in_it_and_others_must_be_active(cast: Cast) -> None:
    bundle = bundles.new_bundle()
    offline = cast.women.circle.offline_recipient
    for people in ([cast.verifier], [cast.approver, cast.outsider]):
        with pytest.raises(KeyRefused):
            circles.create_circle(
                "Otro", "CARE", offline, public(bundle), seal_all(bundle, cast, *people), by=cast.approver.member
            )
    with pytest.raises(Incomplete):
        make_circle("Equipo de mujeres", "WOMEN", cast.companion)
    with pytest.raises(NotWorking):
        make_circle("De afuera", "CARE", cast.outsider)


def test_who_leaves_a_circle_holds_nothing_and_the_circle_owes_a_key(cast: Cast) -> None:
    circles.leave_circle(cast.verifiers.circle, by=cast.steward.member)
    assert not queries.wrapped_for(cast.steward.member).exists()
    assert queries.owes_epoch(cast.verifiers.circle)
    renew(cast.verifiers, cast.approver, cast.inbox)
    assert not queries.owes_epoch(cast.verifiers.circle)
    with pytest.raises(WrongState):
        circles.leave_circle(cast.women.circle, by=cast.companion.member)


def test_a_member_waiting_with_a_new_key_gets_no_epoch(cast: Cast) -> None:
    from support.cast import make_key

    lost = make_key(cast.approver.member)
    renew(cast.verifiers, cast.verifier, cast.inbox)
    assert not queries.wrapped_for(lost.member).exists()
    assert lost.member in queries.current_members(cast.verifiers.circle)
    wrapped = {
        cast.verifiers.circle.pk: {n: bundles.seal_to(b, [lost.recipient]) for n, b in cast.verifiers.bundles.items()}
    }
    members.let_in(lost.member, wrapped, by=cast.verifier.member, recipient=lost.recipient)
    opened = [open_bundle(bytes(row.sealed), lost.identity) for row in queries.wrapped_for(lost.member)]
    assert opened == list(cast.verifiers.bundles.values())


def test_a_list_says_the_key_of_sealed_sms_of_each_circle_that_has_one(cast: Cast) -> None:
    said = json.loads(queries.current_list(cast.inbox).document)["sms"]
    assert said == [queries.current_epoch(ring.circle).sms_key for ring in cast.rings] and all(said)
    renew(cast.verifiers, cast.approver, cast.inbox)
    after = json.loads(queries.current_list(cast.inbox).document)["sms"]
    place = cast.rings.index(cast.verifiers)
    assert after[place] != said[place] and after[place] == bundles.public_half(cast.verifiers.bundle)["sms"]
    assert [key for at, key in enumerate(after) if at != place] == [key for at, key in enumerate(said) if at != place]


def test_a_list_that_names_another_key_of_sealed_sms_is_refused(cast: Cast) -> None:
    thief = bundles.public_half(bundles.new_circle_bundle())["sms"]
    said = json.loads(queries.current_list(cast.inbox).document)["sms"]
    for wrong in ([thief, *said[1:]], said[:-1], [*said, None]):
        with pytest.raises((ListRefused, sealing_refusals.ListRefused)):
            circles.set_list(cast.inbox, changed(cast, sms=wrong), by=cast.verifier.member)


def test_a_circle_of_before_sealed_sms_gets_its_key_with_its_next_epoch(cast: Cast) -> None:
    CircleEpoch.objects.update(sms_key="")
    assert "sms" not in lists.expected(cast.inbox)
    renew(cast.verifiers, cast.approver, cast.inbox)
    said = json.loads(queries.current_list(cast.inbox).document)["sms"]
    assert [key is None for key in said] == [ring is not cast.verifiers for ring in cast.rings]


def test_a_list_says_the_hash_of_the_odk_key_of_each_circle_that_has_one(cast: Cast) -> None:
    said = json.loads(queries.current_list(cast.inbox).document)["odk"]
    assert said == [sealing.odk_hash(queries.current_epoch(ring.circle).odk_key) for ring in cast.rings]
    place = cast.rings.index(cast.verifiers)
    # The keys of tests are few and come in turn: the next may be the one that was there.
    while sealing.odk_hash(bundles.public_half(cast.verifiers.bundle)["odk"]) == said[place]:
        renew(cast.verifiers, cast.approver, cast.inbox)
    after = json.loads(queries.current_list(cast.inbox).document)["odk"]
    assert after[place] == sealing.odk_hash(bundles.public_half(cast.verifiers.bundle)["odk"]) != said[place]
    assert [key for at, key in enumerate(after) if at != place] == [key for at, key in enumerate(said) if at != place]


def test_a_list_that_names_another_odk_key_is_refused(cast: Cast) -> None:
    said = json.loads(queries.current_list(cast.inbox).document)["odk"]
    for wrong in (["A" * 43, *said[1:]], said[:-1], [*said, None], "A" * 43):
        with pytest.raises((ListRefused, sealing_refusals.ListRefused)):
            circles.set_list(cast.inbox, changed(cast, odk=wrong), by=cast.verifier.member)


def test_a_circle_of_before_odk_gets_its_key_with_its_next_epoch(cast: Cast) -> None:
    CircleEpoch.objects.update(odk_key="")
    assert "odk" not in lists.expected(cast.inbox)
    renew(cast.verifiers, cast.approver, cast.inbox)
    said = json.loads(queries.current_list(cast.inbox).document)["odk"]
    assert [key is None for key in said] == [ring is not cast.verifiers for ring in cast.rings]


def _rsa(bits: int, exponent: int = 65537) -> str:
    key = rsa.generate_private_key(public_exponent=exponent, key_size=bits).public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return to_b64(key.public_bytes(serialization.Encoding.DER, spki))


def test_an_odk_key_is_an_rsa_key_of_its_size(cast: Cast) -> None:
    half = bundles.public_half(cast.verifiers.bundle)
    assert PublicHalf.read(half).odk == half["odk"]
    assert PublicHalf.read({**half, "odk": ""}).odk == ""
    elliptic = to_b64(Ed25519PrivateKey.generate().public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    ))  # fmt: skip
    private = cast.verifiers.bundle["odk"]
    for wrong in ("x", 3, _rsa(2048), _rsa(3072, 3), elliptic, private, half["odk"] + "AA", half["odk"][:-4]):
        with pytest.raises(KeyRefused):
            PublicHalf.read({**half, "odk": wrong})
