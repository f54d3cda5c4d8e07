"""One person gone bad: what a member who was found out had begun, and a steward who takes warnings away (R5, R13)."""

from __future__ import annotations

import pytest

from atarraya.alerts.acts_refused import WriterStopped
from atarraya.alerts.models import Alert, Proposal
from atarraya.alerts.queries.board import board_for
from atarraya.alerts.services import proposals
from atarraya.network.models import Member
from atarraya.network.refusals import WarningsStand
from atarraya.network.services.founding import set_neighbours
from support.people import about, agree, alert_in, warn, whole, write
from support.river import BOJAYA, MEDIO, QUIBDO, VIGIA, Cast

GONE = (Member.State.FROZEN, Member.State.REMOVED)


def put_out(member: Member, state: str) -> None:
    Member.objects.filter(pk=member.pk).update(state=state)


@pytest.mark.parametrize("state", GONE)
def test_calming_begun_by_somebody_stopped_since_is_not_carried_out(cast: Cast, state: str) -> None:
    """Two of them in a network: the first is caught with twenty calmings waiting, the second only has to agree."""
    bad, second = cast.member(), cast.member("APPROVER")
    alert = alert_in(cast, "CONF")
    wrote = write(cast, about("withdraw", alert), bad)
    put_out(bad, state)
    with pytest.raises(WriterStopped):
        agree(wrote, second)
    assert Alert.objects.get(pk=alert.pk).state == "CONF"


@pytest.mark.parametrize("state", GONE)
def test_an_agreement_of_somebody_stopped_since_does_not_count(cast: Cast, state: str) -> None:
    """A killing takes a writer and two others who may still work when it is published."""
    bad = cast.member("APPROVER")
    text = whole("publish", kind="KILLING", summary="Mataron a un líder.", consents=["NET_SUMMARY"])
    wrote = write(cast, text, cast.member())
    assert agree(wrote, bad).waits_for == 1
    put_out(bad, state)
    assert agree(wrote, cast.member("APPROVER")).waits_for == 1
    assert not Alert.objects.exists()
    done = agree(wrote, cast.member("APPROVER"))
    assert done.alert is not None and done.alert.kind == "KILLING"


@pytest.mark.parametrize("state", GONE)
def test_anybody_takes_the_doubt_away_that_they_left(cast: Cast, state: str) -> None:
    bad, other = cast.member(), cast.member()
    alert = alert_in(cast, "CONF")
    wrote = write(cast, about("withdraw", alert), bad)
    put_out(bad, state)
    assert Alert.objects.get(pk=alert.pk).doubt
    proposals.refuse(wrote.proposal.pk, by=other)
    assert not Alert.objects.get(pk=alert.pk).doubt
    assert Proposal.objects.get().state == "REFUSED"


def test_one_who_was_cleared_goes_on(cast: Cast) -> None:
    good = cast.member()
    alert = alert_in(cast, "CONF")
    wrote = write(cast, about("withdraw", alert), good)
    put_out(good, Member.State.FROZEN)
    put_out(good, Member.State.ACTIVE)
    assert agree(wrote, cast.member("VERIFIER")).alert is not None


def test_one_steward_takes_no_warning_from_the_neighbours_who_read_it(cast: Cast) -> None:
    steward, reader = cast.member("STEWARD"), cast.point(MEDIO)
    alert = warn(cast)
    river = {BOJAYA: [MEDIO, VIGIA], MEDIO: [VIGIA]}
    for parted in ({}, {BOJAYA: [VIGIA], MEDIO: [VIGIA]}):
        with pytest.raises(WarningsStand):
            set_neighbours(parted, by=steward)
        assert str(alert.pk) in str(board_for(reader))
    # More neighbours may read at once, and others may be parted; settled by two, these may be too.
    set_neighbours(river | {QUIBDO: [BOJAYA]}, by=steward)
    set_neighbours({BOJAYA: [MEDIO, VIGIA, QUIBDO]}, by=steward)
    agree(write(cast, about("discard", alert), cast.member()), cast.member())
    assert set_neighbours({}, by=steward).neighbours[BOJAYA] == []
