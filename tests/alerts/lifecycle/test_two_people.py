"""Acts of two people and three: every act, state and role; everything that must be refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import (
    BadText,
    Changed,
    Guarded,
    NeedsReason,
    NeverPublished,
    NoSuchAlert,
    NotTheText,
    OwnCollective,
    SameDevice,
    SamePerson,
    WrongOrder,
    WrongRole,
)
from atarraya.alerts.models import Alert, AlertVersion, Approval, Event, Proposal
from atarraya.alerts.refusals import NotMine, NotSealed
from atarraya.alerts.services import counting, proposals, tapping
from atarraya.kernel.errors import Conflict, DomainError, NotFound
from atarraya.network.models import Member, Network
from atarraya.network.rules import ROLES
from atarraya.trail.models import Line
from support.people import about, agree, alert_in, warn, whole, write
from support.river import BOJAYA, MEDIO, Cast, device

TWO = [rule for rule in rules.ACTS.values() if rule.people == 2]
MAKES = [rule for rule in TWO if not rule.start]
ON = [rule for rule in TWO if rule.start]


def text_for(cast: Cast, rule: rules.Act, state: str = "") -> dict[str, Any]:
    """Return a text of the act that can be done, about an alert in `state` where it needs one."""
    if not rule.start:
        return whole(rule.name)
    alert = alert_in(cast, state or sorted(rule.start - {"EXPIRED"})[0])
    if rule.name == "correct":
        return whole("correct", alert=str(alert.pk), version=alert.version, urgency="KNOW")
    extra = {"into": str(warn(cast).pk)} if rule.name == "merge" else {}
    return about(rule.name, alert, **extra)


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("rule", ON, ids=lambda rule: rule.name)
def test_every_act_from_every_state(cast: Cast, rule: rules.Act, state: str) -> None:
    text, writer = text_for(cast, rule, state), cast.member()
    if state not in rule.start:
        with pytest.raises(WrongOrder):
            write(cast, text, writer)
        assert not Proposal.objects.exists()
        return
    wrote = write(cast, text, writer)
    alert = Alert.objects.get(pk=text["alert"])
    assert (alert.state, alert.doubt, alert.open) == (state, rule.calms, True)
    done = agree(wrote, cast.member("APPROVER"))
    assert done.waits_for == 0 and done.alert is not None
    alert.refresh_from_db()
    assert alert.state == (rule.end or state) and not alert.doubt
    assert alert.open == (alert.state not in rules.SETTLED)
    if not alert.open:
        assert alert.point is None and alert.expires_at is None and alert.top_until is not None
        assert alert.collective is not None
    assert AlertVersion.objects.filter(alert=alert).latest("number").act == rule.name
    assert counting.differences() == {}
    assert Proposal.objects.get().state == "DONE"
    with pytest.raises(WrongOrder):  # replay
        agree(wrote, cast.member("APPROVER"))


@pytest.mark.parametrize("rule", MAKES, ids=lambda rule: rule.name)
def test_publishing_takes_a_writer_and_an_approver(cast: Cast, rule: rules.Act) -> None:
    wrote = write(cast, whole(rule.name, summary="Hay hombres armados.", consents=["NET_SUMMARY"]), cast.member())
    assert not Alert.objects.exists() and not Event.objects.exists()
    line = Line.objects.get()
    assert (line.actor, line.subject) == ("", "")  # nobody is tied to a report before there is an alert
    alert = agree(wrote, cast.member("APPROVER")).alert
    assert alert is not None
    assert (alert.state, alert.issuer, alert.point, alert.reach) == (rule.end, "MEMBER", None, "NETWORK")
    assert alert.summary == "Hay hombres armados." and counting.differences() == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("rule", TWO, ids=lambda rule: rule.name)
def test_every_role_as_writer_and_as_second(cast: Cast, rule: rules.Act, role: str) -> None:
    text = text_for(cast, rule)
    if role not in rule.roles:
        with pytest.raises(WrongRole):
            write(cast, text, cast.member(role))
    wrote = write(cast, text, cast.member("VERIFIER"))
    if role in rule.approvers:
        assert agree(wrote, cast.member(role)).waits_for == 0
    else:
        with pytest.raises(WrongRole):
            agree(wrote, cast.member(role))
        with pytest.raises(WrongRole):
            proposals.refuse(wrote.proposal.pk, by=cast.member(role))
        assert Proposal.objects.get().state == "WAITING" and not Approval.objects.exists()


@pytest.mark.parametrize("rule", TWO, ids=lambda rule: rule.name)
def test_everybody_who_may_not_agree_is_refused(cast: Cast, rule: rules.Act) -> None:
    text, writer, mark = text_for(cast, rule), cast.member("VERIFIER", "APPROVER"), device()
    issuer = Alert.objects.get(pk=text["alert"]).collective if rule.start else cast.collective()
    if not rule.start:
        text["collective"] = str(issuer.pk)
    wrote = write(cast, text, writer, mark)
    frozen = cast.member("APPROVER")
    Member.objects.filter(pk=frozen.pk).update(state="FROZEN")
    outside = cast.member("APPROVER")
    outside.memberships.all().delete()
    refused: list[tuple[Member, bytes, type[DomainError]]] = [
        (writer, device(), SamePerson),
        (cast.member("APPROVER"), mark, SameDevice),
        (cast.member("APPROVER", collective=issuer), device(), OwnCollective),
        (cast.member("APPROVER", municipalities=(MEDIO,)), device(), NoSuchAlert),
        (cast.member("STEWARD"), device(), WrongRole),
        (frozen, device(), WrongRole),
        (outside, device(), NotMine),
    ]
    for by, used, refusal in refused:
        with pytest.raises(refusal):
            agree(wrote, by, used)
    assert Proposal.objects.get().state == "WAITING" and not Approval.objects.exists()
    assert Event.objects.filter(act=rule.name).count() == 0


def test_one_cannot_refuse_ones_own_nor_withdraw_anothers(cast: Cast) -> None:
    alert, writer = warn(cast), cast.member("VERIFIER", "APPROVER")
    wrote = write(cast, about("discard", alert), writer)
    with pytest.raises(SamePerson):
        proposals.refuse(wrote.proposal.pk, by=writer)
    with pytest.raises(NotFound):
        proposals.withdraw(wrote.proposal.pk, by=cast.member("VERIFIER", "APPROVER"))


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_what_nobody_seconds_stands_again(cast: Cast, end: str) -> None:
    alert, writer = warn(cast), cast.member()
    first, second = (write(cast, about(name, alert), writer) for name in ("discard", "withdraw"))
    drop = {
        "refuse": lambda wrote: proposals.refuse(wrote.proposal.pk, by=cast.member("VERIFIER")),
        "withdraw": lambda wrote: proposals.withdraw(wrote.proposal.pk, by=writer),
    }[end]
    drop(first)
    alert.refresh_from_db()
    assert alert.doubt  # the other still waits
    drop(second)
    alert.refresh_from_db()
    assert not alert.doubt and alert.state == "UNCONF" and counting.differences() == {}
    with pytest.raises(WrongOrder):
        agree(first, cast.member("APPROVER"))


@pytest.mark.parametrize(
    "change",
    [
        {"text": json.dumps({"v": 1})},
        {"salt": "A" * 22},
        {"salt": ""},
        {"text": ""},
    ],
)
def test_another_text_or_salt_is_refused(cast: Cast, change: dict[str, str]) -> None:
    wrote = write(cast, whole("publish"), cast.member())
    with pytest.raises(NotTheText):
        agree(wrote, cast.member("APPROVER"), **change)
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "NOTHING"},
        {"kind": "CHECKIN"},
        {"summary": "x" * 281},
        {"summary": "two\nlines"},
        {"summary": " padded "},
        {"summary": "hidden\u202etext"},
        {"urgency": "SOON"},
        {"advice": "RUN"},
        {"note": "free text by a side door"},
        {"zone": "not-an-id"},
        {"collective": "00000000-0000-4000-8000-000000000000"},
        {"zone": "00000000-0000-4000-8000-000000000000"},
        {"day": "2026-11-22"},
        {"day": "2026-10-01"},
        {"day": "2026-13-01"},
        {"day": "2026-11-10"},  # armed presence eleven days ago has lapsed
        {"public": True},  # what is not confirmed is never public
        {"v": 2},
        {"consents": ["REF_POLICE"]},
    ],
)
def test_what_does_not_fit_the_text_is_refused_whole(cast: Cast, said: dict[str, Any]) -> None:
    wrote = write(cast, whole("publish", **said), cast.member())
    with pytest.raises((BadText, Guarded)):
        agree(wrote, cast.member("APPROVER"), overrides=["place"], reason=cast.sealed(text="why"))
    assert not Alert.objects.exists() and not Approval.objects.exists()


def test_the_text_must_be_canonical_and_say_what_was_proposed(cast: Cast) -> None:
    approver = cast.member("APPROVER")
    for text, row in (
        (whole("publish_confirmed"), {"act": "publish"}),
        (whole("publish", municipality=MEDIO), {"municipality": BOJAYA}),
        (about("discard", warn(cast)), {"alert_id": warn(cast).pk, "version": 1}),
    ):
        wrote = write(cast, text, cast.member(), **row)
        with pytest.raises((NotTheText, BadText)):
            agree(wrote, approver)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_every_kind_takes_the_people_its_policy_asks_for(cast: Cast, kind: str) -> None:
    consents = ["NET_SUMMARY"] if kind in rules.ON_A_PERSON else []
    wrote = write(cast, whole("publish", kind=kind, consents=consents), cast.member())
    policy = rules.POLICY[kind]
    if policy is rules.Policy.NEVER:
        with pytest.raises(NeverPublished):
            agree(wrote, cast.member("APPROVER"))
        assert not Approval.objects.exists()
        return
    first, mark = cast.member("APPROVER"), device()
    agreed = agree(wrote, first, mark)
    if policy is not rules.Policy.TWO:
        assert agreed.alert is not None
        return
    assert (agreed.alert, agreed.waits_for) == (None, 1) and not Alert.objects.exists()
    with pytest.raises(SamePerson):
        agree(wrote, first)
    with pytest.raises(SameDevice):
        agree(wrote, cast.member("APPROVER"), mark)
    assert agree(wrote, cast.member("APPROVER")).alert is not None


def test_a_network_that_tightened_a_kind_is_obeyed(cast: Cast, network: Network) -> None:
    Network.objects.update(policy={"THREAT": "TWO", "OTHER": "NEVER"})
    wrote = write(cast, whole("publish", kind="THREAT", consents=["NET_SUMMARY"]), cast.member())
    assert agree(wrote, cast.member("APPROVER")).waits_for == 1
    never = write(cast, whole("publish", kind="OTHER"), cast.member())
    with pytest.raises(NeverPublished):
        agree(never, cast.member("APPROVER"))


def test_correcting_to_a_graver_kind_takes_three_and_calming_it_two(cast: Cast) -> None:
    alert = warn(cast)
    text = whole("correct", alert=str(alert.pk), version=1, kind="KILLING", consents=["NET_SUMMARY"])
    wrote = write(cast, text, cast.member())
    assert agree(wrote, cast.member("APPROVER")).waits_for == 1
    done = agree(wrote, cast.member("APPROVER")).alert
    assert done is not None and done.kind == "KILLING" and done.corrected
    assert agree(write(cast, about("withdraw", done), cast.member()), cast.member("VERIFIER")).alert is not None


@pytest.mark.parametrize(
    ("said", "guard"),
    [
        ({"summary": "Llame al 300 123 45 67"}, "digits"),
        ({"summary": "cc 1.077.456.789"}, "digits"),
        ({"summary": "Escriba a @alguien"}, "contact"),
        ({"summary": "Vea pagina.com.co"}, "contact"),
        ({"summary": "En la vereda San José"}, "place"),
        ({"summary": "En 6.5581, -76.8860"}, "place"),
        ({"summary": "Hay hombres armados.", "consents": []}, "consent"),
        ({"kind": "THREAT", "consents": []}, "consent"),
        ({"act": "publish_confirmed", "public": True, "consents": []}, "consent"),
    ],
)
def test_guards_stop_a_text_until_the_second_person_gives_a_sealed_reason(
    cast: Cast, said: dict[str, Any], guard: str
) -> None:
    text = whole(said.get("act", "publish")) | {"consents": ["NET_SUMMARY", "PUBLIC_SUMMARY"]} | said
    wrote, approver = write(cast, text, cast.member()), cast.member("APPROVER")
    with pytest.raises(Guarded) as stopped:
        agree(wrote, approver)
    assert guard in stopped.value.guards
    found = stopped.value.guards
    with pytest.raises(NeedsReason):
        agree(wrote, approver, overrides=found)
    with pytest.raises(NotSealed):
        agree(wrote, approver, overrides=found, reason=b"because I say so")
    assert agree(wrote, approver, overrides=found, reason=cast.sealed(text="why")).alert is not None
    assert Approval.objects.get().overrides == found


def test_a_zone_with_few_points_is_named_only_with_a_reason(cast: Cast) -> None:
    few, many = cast.zone(name="few", points=2), cast.zone(name="many", points=3)
    approver = cast.member("APPROVER")
    assert agree(write(cast, whole("publish", zone=str(many.pk)), cast.member()), approver).alert is not None
    wrote = write(cast, whole("publish", zone=str(few.pk)), cast.member())
    with pytest.raises(Guarded):
        agree(wrote, approver)
    done = agree(wrote, approver, overrides=["place"], reason=cast.sealed(text="why")).alert
    assert done is not None and done.zone == few


def test_a_summary_may_not_say_a_zone_that_may_not_be_named(cast: Cast) -> None:
    cast.zone(name="río Agua Clara", points=2)
    cast.zone(name="Bahía Larga", points=3)
    writer, approver = cast.member(), cast.member("APPROVER")
    consents = ["NET_SUMMARY", "PUBLIC_SUMMARY"]

    def stopped(act_name: str, **said: Any) -> bool:
        wrote = write(cast, whole(act_name, consents=consents, **said), writer)
        try:
            agree(wrote, approver)
        except Guarded as refusal:
            assert refusal.guards == ["place"]
            return True
        return False

    assert stopped("publish", summary="Pasaron por el Rio AGUA clara.")
    assert not stopped("publish", summary="Pasaron por bahia larga.")
    assert stopped("publish_confirmed", summary="Pasaron por bahia larga.", public=True)
    assert not stopped("publish", summary="Agua clara no hay.")


def test_a_browser_without_a_mark_is_nobodys(cast: Cast) -> None:
    alert, writer = warn(cast), cast.member()
    with pytest.raises(SameDevice):
        write(cast, about("confirm", alert), writer, b"short")
    wrote = write(cast, about("confirm", alert), writer)
    with pytest.raises(SameDevice):
        agree(wrote, cast.member("APPROVER"), b"short")


def test_what_nobody_agreed_to_is_not_kept(cast: Cast) -> None:
    writer = cast.member()
    wrote = [write(cast, whole("publish"), writer) for _ in range(2)]
    proposals.withdraw(wrote[0].proposal.pk, by=writer)
    proposals.refuse(wrote[1].proposal.pk, by=cast.member("APPROVER"))
    assert {bytes(proposal.draft) for proposal in Proposal.objects.all()} == {b""}


def test_a_proposal_about_what_has_changed_is_stale(cast: Cast) -> None:
    alert, approver = warn(cast), cast.member("APPROVER")
    wrote = write(cast, about("discard", alert), cast.member())
    tapping.still(access=cast.access(), alert_id=alert.pk)  # a tap is no change of what stands
    confirm = write(cast, about("confirm", Alert.objects.get(pk=alert.pk)), cast.member())
    agree(confirm, approver)
    with pytest.raises(Changed):
        agree(wrote, approver)
    with pytest.raises(Changed):
        write(cast, about("discard", alert), cast.member())
    with pytest.raises(Changed):
        write(cast, about("discard", alert, version=99), cast.member())


def test_the_same_commitment_twice_is_a_replay(cast: Cast) -> None:
    writer = cast.member()
    wrote = write(cast, whole("publish"), writer)
    proposal = Proposal.objects.get(pk=wrote.proposal.pk)
    draft = proposals.Draft(cast.inbox, 1, bytes(proposal.commitment), bytes(proposal.draft))
    with pytest.raises(Conflict):
        proposals.propose("publish", by=writer, device=device(), draft=draft, municipality=BOJAYA)


def test_a_draft_in_clear_is_refused(cast: Cast) -> None:
    draft = proposals.Draft(cast.inbox, 1, b"h" * 32, b"what happened, in clear")
    with pytest.raises(NotSealed):
        proposals.propose("publish", by=cast.member(), device=device(), draft=draft, municipality=BOJAYA)


def test_closing_without_outcome_or_answer_is_refused(cast: Cast) -> None:
    for missing in ("outcome", "answer"):
        wrote = write(cast, about("close", warn(cast), **{missing: None}), cast.member())
        with pytest.raises(BadText):
            agree(wrote, cast.member("APPROVER"))
