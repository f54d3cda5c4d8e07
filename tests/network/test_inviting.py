"""Inviting takes two, accepting needs the secret, and nobody enters before a voice was heard (R3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.network import queries
from atarraya.network.models import Invitation, Member, WrappedKey
from atarraya.network.refusals import (
    Incomplete,
    KeyRefused,
    LoginTaken,
    NeedsAnother,
    NeedsKeyholder,
    NeedsSteward,
    NotWorking,
    SecretRefused,
    WrongState,
)
from atarraya.network.services import circles, members
from atarraya.sealing import bundles
from atarraya.trail.models import Line
from support.cast import HERE, PASSWORD, Cast, Person, Ring, invite, make_key, sign_in
from support.opener import open_bundle


def verbs(after: int = 0) -> list[str]:
    return list(Line.objects.filter(number__gt=after).order_by("number").values_list("verb", flat=True))


def propose(by: Person, alias: str = "Ana") -> members.Invited:
    return members.propose_invitation(alias=alias, roles=["VERIFIER"], municipalities=[HERE], by=by.member)


def wrap(ring: Ring, person: Person) -> dict[int, bytes]:
    return {number: bundles.seal_to(bundle, [person.recipient]) for number, bundle in ring.bundles.items()}


def test_two_invite_and_the_secret_is_told_once_to_the_second(cast: Cast) -> None:
    before = Line.objects.count()
    first = propose(cast.verifier)
    assert first.secret is None
    second = members.second_invitation(first.invitation, by=cast.warden.member)
    assert second.secret
    assert second.secret.encode() not in bytes(second.invitation.secret_hash or b"")
    assert verbs(before) == ["member.invite", "member.invite_second"]
    with pytest.raises(WrongState):
        members.second_invitation(first.invitation, by=cast.steward.member)


def test_the_second_is_another_active_person_and_one_of_two_is_a_steward(cast: Cast) -> None:
    invitation = propose(cast.verifier).invitation
    for person, refusal in (
        (cast.verifier, NeedsAnother),
        (cast.approver, NeedsSteward),
        (cast.outsider, NotWorking),
    ):
        with pytest.raises(refusal):
            members.second_invitation(invitation, by=person.member)
    with pytest.raises(NotWorking):
        propose(cast.outsider)


def test_an_inviter_who_was_stopped_meanwhile_does_not_count(cast: Cast) -> None:
    invitation = propose(cast.warden).invitation
    members.freeze(cast.warden.member, by=cast.analyst.member)
    with pytest.raises(NeedsAnother):
        members.second_invitation(invitation, by=cast.steward.member)


def test_one_invites_alone_only_while_nobody_else_is_there(cast: Cast) -> None:
    assert propose(cast.steward).secret is None
    assert "member.invite_alone" in verbs()  # the founder's own first invitation, in the cast
    assert verbs().count("member.invite_alone") == 1


def test_freezing_the_others_does_not_make_one_alone(cast: Cast) -> None:
    people = [cast.verifier, cast.approver, cast.responder, cast.companion, cast.analyst, cast.infiltrator]
    for frozen, by in zip(people[::2], people[1::2], strict=True):
        members.freeze(frozen.member, by=by.member)
    Member.objects.filter(pk=cast.warden.member.pk).update(state=Member.State.FROZEN)
    assert propose(cast.steward).secret is None


def test_accepting_makes_an_account_that_reaches_nothing(cast: Cast) -> None:
    secret = members.second_invitation(propose(cast.verifier).invitation, by=cast.steward.member).secret
    assert secret
    member = members.accept_invitation(secret.lower(), "Ana", PASSWORD)
    assert (member.login, member.alias, member.state) == ("ana", "Ana", Member.State.INVITED)
    assert not member.may_work and member.check_password(PASSWORD)
    with pytest.raises(SecretRefused):
        members.accept_invitation(secret, "otra", PASSWORD)


@pytest.mark.parametrize(
    ("login", "password", "refusal"),
    [("x", PASSWORD, Incomplete), ("ana maria", PASSWORD, Incomplete), ("ana", "corta", Incomplete),
     ("ana", "contraseña123"[:8], Incomplete), ("elvia", PASSWORD, LoginTaken)],
)  # fmt: skip
def test_a_bad_account_is_refused_and_the_secret_still_opens(
    cast: Cast, login: str, password: str, refusal: type[DomainError]
) -> None:
    secret = members.second_invitation(propose(cast.verifier).invitation, by=cast.steward.member).secret
    assert secret
    with pytest.raises(refusal):
        members.accept_invitation(secret, login, password)
    assert members.accept_invitation(secret, "ana", PASSWORD).alias == "Ana"


def test_a_secret_dies_after_14_days_or_when_withdrawn(cast: Cast) -> None:
    old = members.second_invitation(propose(cast.verifier).invitation, by=cast.steward.member)
    assert old.secret
    with clock.freeze(clock.now() + timedelta(days=15)), pytest.raises(SecretRefused):
        members.open_invitation(old.secret)
    members.withdraw_invitation(old.invitation, by=cast.approver.member)
    with pytest.raises(SecretRefused):
        members.open_invitation(old.secret)


def test_a_new_key_waits_and_nothing_is_wrapped_to_it(cast: Cast) -> None:
    person = invite("Ana", ["VERIFIER"], cast.steward, cast.verifier)
    assert person.member.state == Member.State.WAITING and not person.member.may_work
    assert not WrappedKey.objects.filter(member=person.member).exists()
    assert person.member in queries.waiting()


def test_a_keyholder_lets_in_and_the_new_member_opens_the_circle(cast: Cast) -> None:
    person, before = invite("Ana", ["VERIFIER"], cast.steward, cast.verifier), Line.objects.count()
    wrapped = {cast.verifiers.circle.pk: wrap(cast.verifiers, person)}
    member = members.let_in(person.member, wrapped, by=cast.approver.member, recipient=person.recipient)
    assert member.may_work and verbs(before) == ["member.let_in"]
    [row] = queries.wrapped_for(member)
    assert open_bundle(bytes(row.sealed), person.identity) == cast.verifiers.bundle
    with pytest.raises(WrongState):
        members.let_in(person.member, wrapped, by=cast.approver.member, recipient=person.recipient)


def test_who_holds_no_key_of_a_circle_lets_nobody_into_it(cast: Cast) -> None:
    person = invite("Ana", ["VERIFIER"], cast.steward, cast.verifier)
    wrapped = {cast.verifiers.circle.pk: wrap(cast.verifiers, person)}
    for by, refusal in (
        (cast.warden, NeedsKeyholder),  # a steward without a circle gives no key
        (cast.infiltrator, NeedsKeyholder),
        (cast.outsider, NotWorking),
        (person, NotWorking),
    ):
        with pytest.raises(refusal):
            members.let_in(person.member, wrapped, by=by.member, recipient=person.recipient)
    assert not WrappedKey.objects.filter(member=person.member).exists()


def test_a_key_changed_after_the_words_were_compared_is_refused(cast: Cast) -> None:
    person = invite("Ana", ["VERIFIER"], cast.steward, cast.verifier)
    compared = person.recipient
    other = make_key(person.member)
    wrapped = {cast.verifiers.circle.pk: wrap(cast.verifiers, other)}
    with pytest.raises(KeyRefused):
        members.let_in(person.member, wrapped, by=cast.approver.member, recipient=compared)


def test_the_present_key_must_be_among_those_handed_over(cast: Cast) -> None:
    person = invite("Ana", ["VERIFIER"], cast.steward, cast.verifier)
    for numbers in ({}, {2: wrap(cast.verifiers, person)[1]}, {1: b"not an age file"}):
        with pytest.raises(KeyRefused):
            members.let_in(
                person.member,
                {cast.verifiers.circle.pk: numbers},
                by=cast.approver.member,
                recipient=person.recipient,
            )


def test_somebody_active_is_added_to_another_circle_by_its_own_people(cast: Cast) -> None:
    with pytest.raises(NeedsKeyholder):
        circles.add_to_circle(
            cast.women.circle, cast.analyst.member, wrap(cast.women, cast.analyst), by=cast.steward.member
        )
    circles.add_to_circle(
        cast.women.circle, cast.analyst.member, wrap(cast.women, cast.analyst), by=cast.companion.member
    )
    assert cast.analyst.member in queries.keyholders(cast.women.circle)
    with pytest.raises(WrongState):
        circles.add_to_circle(
            cast.women.circle, cast.outsider.member, wrap(cast.women, cast.outsider), by=cast.companion.member
        )


def test_a_steward_alone_holds_no_key(cast: Cast) -> None:
    assert not queries.wrapped_for(cast.warden.member).exists()
    assert list(queries.circles_of(cast.warden.member)) == []


def test_roles_change_by_a_steward_and_never_ones_own(cast: Cast) -> None:
    changed = members.change_roles(cast.analyst.member, ["VERIFIER"], [HERE], by=cast.warden.member)
    assert changed.roles == ["VERIFIER"] and verbs()[-1] == "member.change_roles"
    with pytest.raises(NeedsAnother):
        members.change_roles(cast.warden.member, ["APPROVER"], [HERE], by=cast.warden.member)
    with pytest.raises(NeedsSteward):
        members.change_roles(cast.analyst.member, ["STEWARD"], [HERE], by=cast.verifier.member)
    with pytest.raises(Incomplete):
        members.change_roles(cast.analyst.member, ["KING"], [HERE], by=cast.warden.member)
    assert not Invitation.objects.filter(member=None, secret_hash=None).exists()


def take_up(client: Client, secret: str, login: str, password: str) -> int:
    body = {"secret": secret, "login": login, "password": password}
    return client.post("/invitacion/", body, content_type="application/json").status_code


def test_a_double_click_on_an_invitation_goes_on_with_the_same_account(cast: Cast) -> None:
    secret = members.second_invitation(propose(cast.verifier).invitation, by=cast.steward.member).secret
    assert secret
    assert [take_up(Client(), secret, "ana", PASSWORD) for _ in range(2)] == [200, 200]
    assert Member.objects.filter(alias="Ana").count() == 1


def test_a_used_invitation_is_no_door_to_guess_at(cast: Cast) -> None:
    secret = members.second_invitation(propose(cast.verifier).invitation, by=cast.steward.member).secret
    assert secret
    take_up(Client(), secret, "ana", PASSWORD)
    for guess in ((secret, "ana", "otra clave bien larga"), (secret, "elvia", PASSWORD), ("0" * 32, "ana", PASSWORD)):
        assert take_up(Client(), *guess) == 403
    make_key(Member.objects.get(login="ana"))
    assert take_up(Client(), secret, "ana", PASSWORD) == 403


def test_who_is_in_a_circle_is_known_to_its_own_people(cast: Cast) -> None:
    page = {
        person: sign_in(Client(), getattr(cast, person)).get("/red/circulos/", headers={"accept": "text/html"})
        for person in ("companion", "infiltrator", "warden")
    }
    assert "Marleny" in page["companion"].content.decode()
    assert "Marleny" not in page["infiltrator"].content.decode()
    assert "Marleny" not in page["warden"].content.decode()
