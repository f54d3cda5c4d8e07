"""Removing takes two and is at once; freezing takes one and stops both (R5, US-8 AC2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from atarraya.kernel import clock
from atarraya.network import queries
from atarraya.network.models import CircleMember, Member, WrappedKey
from atarraya.network.queries import counted
from atarraya.network.refusals import Incomplete, NeedsAnother, NotWorking, WrongState
from atarraya.network.services import freezing, members
from atarraya.trail.models import Line
from support.cast import Cast, Person, renew, sign_in
from support.opener import open_bundle


def state(person: Person) -> str:
    return Member.objects.get(pk=person.member.pk).state


def reaches(client: Client) -> bool:
    return client.get("/equipo/llaves.json").status_code == 200


def last_verb() -> str:
    return Line.objects.order_by("-number")[0].verb


def test_a_removal_takes_two_and_ends_sessions_at_the_next_request(cast: Cast) -> None:
    theirs = sign_in(Client(), cast.verifier)
    assert reaches(theirs)
    removal = members.propose_removal(cast.verifier.member, "DISTRUST", by=cast.approver.member)
    assert state(cast.verifier) == "ACTIVE" and reaches(theirs)
    members.second_removal(removal, by=cast.warden.member)
    assert last_verb() == "member.remove"
    assert state(cast.verifier) == "REMOVED" and not reaches(theirs)
    assert not theirs.login(username="ivan", password=cast.verifier.password)


def test_the_two_are_others_and_differ(cast: Cast) -> None:
    with pytest.raises(NeedsAnother):
        members.propose_removal(cast.verifier.member, "LEFT", by=cast.verifier.member)
    removal = members.propose_removal(cast.verifier.member, "LEFT", by=cast.approver.member)
    for person, refusal in (
        (cast.approver, NeedsAnother),
        (cast.verifier, NeedsAnother),
        (cast.outsider, NotWorking),
    ):
        with pytest.raises(refusal):
            members.second_removal(removal, by=person.member)
    with pytest.raises(WrongState):
        members.propose_removal(cast.verifier.member, "LEFT", by=cast.steward.member)
    with pytest.raises(Incomplete):
        members.propose_removal(cast.analyst.member, "WHY", by=cast.steward.member)


def test_a_request_is_taken_back_by_its_own_author_only(cast: Cast) -> None:
    removal = members.propose_removal(cast.verifier.member, "LEFT", by=cast.approver.member)
    with pytest.raises(WrongState):
        members.withdraw_removal(removal, by=cast.verifier.member)
    members.withdraw_removal(removal, by=cast.approver.member)
    assert last_verb() == "member.remove_withdraw" and state(cast.verifier) == "ACTIVE"


def test_nothing_that_opens_stays_with_who_was_removed(cast: Cast) -> None:
    members.remove(cast.verifier.member, "LOST", first=cast.approver.member, second=cast.steward.member)
    gone = Member.objects.get(pk=cast.verifier.member.pk)
    assert not WrappedKey.objects.filter(member=gone).exists()
    assert (bytes(gone.phrase_file), bytes(gone.code_file)) == (b"", b"")
    assert queries.owes_epoch(cast.verifiers.circle)
    renew(cast.verifiers, cast.approver, cast.inbox)
    everything = [bytes(row.sealed) for row in WrappedKey.objects.filter(epoch__circle=cast.verifiers.circle)]
    assert all(open_bundle(blob, cast.verifier.identity) is None for blob in everything)
    opened = [open_bundle(blob, cast.approver.identity) for blob in everything]
    assert cast.verifiers.bundles[2] in opened and not queries.owes_epoch(cast.verifiers.circle)


def test_what_they_could_have_read_is_told_by_period_and_count(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    CircleMember.objects.filter(member=cast.verifier.member).update(since=clock.today() - timedelta(days=30))
    members.remove(cast.verifier.member, "LEFT", first=cast.approver.member, second=cast.steward.member)
    [period] = queries.exposure(cast.verifier.member)
    assert (period.circle, period.until) == (cast.verifiers.circle, clock.today())
    assert period.since == clock.today() - timedelta(days=30)
    assert counted(cast.verifier.member) == [(period, 0)]
    monkeypatch.setattr("atarraya.network.queries.leavers._counter", lambda member, one: 7)
    assert counted(cast.verifier.member) == [(period, 7)]
    assert queries.exposure(cast.warden.member) == []


def test_one_freezes_and_both_stop_at_once(cast: Cast) -> None:
    theirs, mine = sign_in(Client(), cast.verifier), sign_in(Client(), cast.approver)
    members.freeze(cast.verifier.member, by=cast.approver.member)
    assert last_verb() == "member.freeze"
    assert (state(cast.verifier), state(cast.approver)) == ("FROZEN", "FROZEN")
    assert not reaches(theirs) and not reaches(mine)


def test_two_others_say_the_same_and_it_is_settled(cast: Cast) -> None:
    stolen = sign_in(Client(), cast.verifier)
    row = members.freeze(cast.verifier.member, by=cast.approver.member)
    row = members.settle_freeze(row, "RESTORE", by=cast.steward.member)
    assert last_verb() == "member.freeze_voice" and state(cast.verifier) == "FROZEN"
    row = members.settle_freeze(row, "RESTORE", by=cast.steward.member)  # the same voice again settles nothing
    assert state(cast.verifier) == "FROZEN"
    members.settle_freeze(row, "RESTORE", by=cast.warden.member)
    assert last_verb() == "member.freeze_settle"
    assert (state(cast.verifier), state(cast.approver)) == ("ACTIVE", "ACTIVE")
    assert not reaches(stolen)  # a session that was stolen does not come back to life
    with pytest.raises(WrongState):
        members.settle_freeze(row, "RESTORE", by=cast.analyst.member)


@pytest.mark.parametrize(
    ("outcome", "frozen", "freezer"),
    [("FROZEN_OUT", "REMOVED", "ACTIVE"), ("FREEZER_OUT", "ACTIVE", "REMOVED")],
)
def test_two_others_may_put_either_out(cast: Cast, outcome: str, frozen: str, freezer: str) -> None:
    row = members.freeze(cast.verifier.member, by=cast.approver.member)
    for person in (cast.steward, cast.warden):
        row = members.settle_freeze(row, outcome, by=person.member)
    assert (state(cast.verifier), state(cast.approver)) == (frozen, freezer)


def test_different_voices_wait_for_an_equal_one(cast: Cast) -> None:
    row = members.freeze(cast.verifier.member, by=cast.approver.member)
    row = members.settle_freeze(row, "RESTORE", by=cast.steward.member)
    row = members.settle_freeze(row, "FROZEN_OUT", by=cast.warden.member)
    assert state(cast.verifier) == "FROZEN" and row.first == cast.warden.member
    members.settle_freeze(row, "FROZEN_OUT", by=cast.analyst.member)
    assert state(cast.verifier) == "REMOVED"


def test_the_parties_and_strangers_settle_nothing(cast: Cast) -> None:
    row = members.freeze(cast.verifier.member, by=cast.approver.member)
    for person in (cast.verifier, cast.approver, cast.outsider):
        with pytest.raises((NeedsAnother, NotWorking)):
            members.settle_freeze(row, "RESTORE", by=Member.objects.get(pk=person.member.pk))
    with pytest.raises(WrongState):
        members.settle_freeze(row, "RESTORE", by=None)  # the command line only where nobody is left
    with pytest.raises(Incomplete):
        members.settle_freeze(row, "HANG", by=cast.steward.member)


def test_the_command_line_settles_where_fewer_than_two_are_left(cast: Cast) -> None:
    row = members.freeze(cast.verifier.member, by=cast.approver.member)
    Member.objects.exclude(pk__in=[row.frozen_id, row.by_id, cast.steward.member.pk]).update(state="REMOVED")
    freezing.settle_freeze(row, "RESTORE", by=None)
    assert (state(cast.verifier), Line.objects.order_by("-number")[0].actor) == ("ACTIVE", "operator")


def test_who_waited_for_a_voice_waits_again_after_a_thaw(cast: Cast) -> None:
    row = members.freeze(cast.outsider.member, by=cast.approver.member)
    for person in (cast.steward, cast.warden):
        row = members.settle_freeze(row, "RESTORE", by=person.member)
    assert state(cast.outsider) == "WAITING"


def test_nobody_freezes_themselves_or_the_frozen(cast: Cast) -> None:
    with pytest.raises(NeedsAnother):
        members.freeze(cast.verifier.member, by=cast.verifier.member)
    members.freeze(cast.verifier.member, by=cast.approver.member)
    with pytest.raises(WrongState):
        members.freeze(cast.verifier.member, by=cast.steward.member)


def test_removing_a_frozen_person_frees_the_one_who_froze(cast: Cast) -> None:
    members.freeze(cast.verifier.member, by=cast.approver.member)
    members.remove(cast.verifier.member, "DISTRUST", first=cast.steward.member, second=cast.warden.member)
    assert (state(cast.verifier), state(cast.approver)) == ("REMOVED", "ACTIVE")
