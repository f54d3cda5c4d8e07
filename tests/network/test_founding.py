"""Founding: one network, one founder's link, what it chose, and rules that only get stricter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.network import queries
from atarraya.network.models import Member
from atarraya.network.refusals import (
    AlreadyFounded,
    Incomplete,
    NeedsAnother,
    NeedsSteward,
    NotFounded,
    SecretRefused,
    WrongState,
)
from atarraya.network.services import founding, members, policies
from atarraya.network.views.steps import founding_step, next_step
from atarraya.trail.models import Line
from atarraya.web import furniture
from support.cast import HERE, NEAR, OTHER, PASSWORD, Cast, make_circle, make_inbox, make_key

pytestmark = pytest.mark.django_db


def found() -> founding.Founding:
    places = {"municipalities": [HERE, NEAR], "neighbours": {HERE: [NEAR, OTHER]}}
    return founding.found_network("Red", second_factor=False, **places)  # type: ignore[arg-type]


def last_verb() -> str:
    return Line.objects.order_by("-number")[0].verb


def test_before_the_founding_there_are_neutral_words() -> None:
    with pytest.raises(NotFounded):
        queries.the_network()
    assert furniture.current() == furniture.Furniture()


def test_a_network_is_founded_once() -> None:
    begun = found()
    assert queries.the_network() == begun.network and last_verb() == "network.found"
    with pytest.raises(AlreadyFounded):
        found()


def test_neighbours_go_both_ways_and_stay_inside() -> None:
    found()
    assert (queries.neighbours(HERE), queries.neighbours(NEAR)) == ([NEAR], [HERE])
    assert queries.neighbours(OTHER) == []


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"municipalities": []}, {"icon": "skull"}, {"color": "red"}, {"page_name": "x" * 25}],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Incomplete):
        founding.found_network(**{"name": "Red", "municipalities": [HERE], **wrong})  # type: ignore[arg-type]


def test_the_founder_is_active_at_once_and_goes_step_by_step() -> None:
    begun = found()
    founder = members.accept_invitation(begun.secret, "elvia", PASSWORD, alias="Elvia")
    assert next_step(founder) == "/mi-llave/"
    person = make_key(founder)
    assert person.member.may_work and next_step(person.member) == "/fundar/pasos/"
    assert founding_step() == "circle"
    ring = make_circle("Uno", "VERIFIERS", person)
    assert founding_step() == "inbox"
    make_inbox("Buzón", person, ring)
    assert founding_step() == "collective"
    founding.add_collective("Consejo", HERE, by=person.member)
    assert founding_step() == "point"
    with pytest.raises(SecretRefused):
        members.accept_invitation(begun.secret, "otra", PASSWORD)


def test_a_lost_founding_link_is_made_again_while_nobody_is_active() -> None:
    first = found().secret
    second = founding.founder_link_again()
    with pytest.raises(SecretRefused):
        members.accept_invitation(first, "elvia", PASSWORD)
    make_key(members.accept_invitation(second, "elvia", PASSWORD))
    with pytest.raises(WrongState):
        founding.founder_link_again()


def test_a_founding_link_dies_after_14_days() -> None:
    secret = found().secret
    with clock.freeze(clock.now() + timedelta(days=15)), pytest.raises(SecretRefused):
        members.open_invitation(secret)


def test_everybody_gone_a_new_founder_holds_no_key(cast: Cast) -> None:
    Member.objects.update(state=Member.State.REMOVED)
    person = make_key(members.accept_invitation(founding.founder_link_again(), "nueva", PASSWORD))
    assert person.member.may_work and not queries.wrapped_for(person.member).exists()


def test_collectives_are_a_stewards_and_unique(cast: Cast) -> None:
    founding.add_collective("Guardia", HERE, by=cast.warden.member)
    assert last_verb() == "collective.add"
    for name, place, by, refusal in (
        ("Guardia", HERE, cast.warden, Incomplete),
        ("Otra", "05001", cast.warden, Incomplete),
        (" ", HERE, cast.warden, Incomplete),
        ("Otra", HERE, cast.verifier, NeedsSteward),
    ):
        with pytest.raises(refusal):
            founding.add_collective(name, place, by=by.member)


def test_the_page_looks_as_the_network_chose(cast: Cast) -> None:
    founding.change_network(page_name="Recetas", icon="fish", color="#445566", by=cast.warden.member)
    assert (furniture.current().page_name, furniture.current().icon) == ("Recetas", "fish")
    for changes in ({"page_name": ""}, {"icon": "skull"}, {"name": "Otra"}, {"demo": True}):
        with pytest.raises(DomainError):
            founding.change_network(by=cast.warden.member, **changes)
    with pytest.raises(NeedsSteward):
        founding.change_network(page_name="x", by=cast.verifier.member)


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "_base", lambda: {"COMBAT": "AT_ONCE", "THREAT": "ONE", "GBV_OTHER": "NEVER"})


@pytest.mark.usefixtures("base")
def test_two_stewards_make_a_rule_stricter(cast: Cast) -> None:
    change = policies.propose_policy("COMBAT", "ONE", by=cast.steward.member)
    assert queries.the_network().policy == {} and last_verb() == "policy.ask"
    for person, refusal in ((cast.steward, NeedsAnother), (cast.verifier, NeedsSteward)):
        with pytest.raises(refusal):
            policies.second_policy(change, by=person.member)
    policies.second_policy(change, by=cast.warden.member)
    assert queries.the_network().policy == {"COMBAT": "ONE"} and last_verb() == "policy.tighten"
    with pytest.raises(WrongState):
        policies.second_policy(change, by=cast.warden.member)


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    ("kind", "policy"), [("THREAT", "AT_ONCE"), ("THREAT", "ONE"), ("GBV_OTHER", "TWO"), ("X", "TWO"), ("THREAT", "?")]
)
def test_nobody_makes_a_rule_looser(cast: Cast, kind: str, policy: str) -> None:
    with pytest.raises(Incomplete):
        policies.propose_policy(kind, policy, by=cast.steward.member)


@pytest.mark.usefixtures("base")
def test_a_change_overtaken_by_a_stricter_one_is_refused(cast: Cast) -> None:
    slow = policies.propose_policy("COMBAT", "ONE", by=cast.steward.member)
    cast.network.refresh_from_db()
    type(cast.network).objects.update(policy={"COMBAT": "TWO"})
    queries.forget_network()
    with pytest.raises(Incomplete):
        policies.second_policy(slow, by=cast.warden.member)
