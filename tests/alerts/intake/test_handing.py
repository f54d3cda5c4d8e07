"""Handing entries to desks: only one's own, counted, and what is old with a second person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from atarraya.alerts.models import Entry, HandOver
from atarraya.alerts.queries import entries as queries
from atarraya.alerts.queries import handovers
from atarraya.alerts.refusals import ListRefused, NeedsTwo, NotMine, NotSealed
from atarraya.alerts.services import handing, notes
from atarraya.alerts.services.receive import receive_report
from atarraya.kernel import clock
from atarraya.network.models import Removal
from atarraya.network.services import removal
from atarraya.network.services.points import authenticate
from support.cast import HERE, NEAR, OTHER, Cast, Person, renew
from support.opener import open_envelope
from support.phone import half, report

pytestmark = pytest.mark.django_db


def arrive(cast: Cast, count: int = 1, **said: Any) -> list[Any]:
    made = [report(cast, **({"municipality": HERE, "urgency": "NOW"} | said)) for _ in range(count)]
    access = authenticate(cast.leader.device)
    for one in made:
        receive_report(access=access, header=one.parsed, envelope=one.envelope)
    return made


def handed(person: Person, cast: Cast, municipality: str | None = HERE, day: date | None = None) -> set[str]:
    found: set[str] = set()
    cursor = None
    while True:
        page = handing.page(person.member, cast.inbox, municipality, day or clock.today(), cursor)
        found |= {str(entry.id) for entry in page.entries}
        cursor = page.cursor
        if cursor is None:
            return found


def test_a_desk_gets_what_was_sent_to_the_byte(cast: Cast) -> None:
    (made,) = arrive(cast)
    (entry,) = handing.page(cast.verifier.member, cast.inbox, HERE, clock.today()).entries
    assert (entry.id, entry.envelope, entry.size) == (made.id, made.envelope, 2048)
    assert open_envelope(entry.envelope, [cast.verifiers.identity]) == made.payload


def test_every_page_once(cast: Cast) -> None:
    made = arrive(cast, 2 * queries.PAGE + 3)
    assert handed(cast.verifier, cast) == {str(one.id) for one in made}


def test_by_municipality_and_unclassified_to_all_who_serve(cast: Cast) -> None:
    here, near, none = arrive(cast), arrive(cast, municipality=NEAR), arrive(cast, municipality=None)
    assert handed(cast.verifier, cast, HERE) == {str(here[0].id)}
    assert handed(cast.verifier, cast, NEAR) == {str(near[0].id)}
    assert handed(cast.verifier, cast, None) == {str(none[0].id)}
    with pytest.raises(NotMine):
        handed(cast.verifier, cast, OTHER)


@pytest.mark.parametrize("who", ["infiltrator", "outsider", "warden", "analyst"])
def test_who_is_in_no_circle_is_handed_nothing(cast: Cast, who: str) -> None:
    arrive(cast)
    person = getattr(cast, who)
    with pytest.raises(NotMine):
        handing.page(person.member, cast.inbox, HERE, clock.today())
    assert queries.overview(person.member) == [] and not queries.open_to(person.member).exists()


def test_who_was_removed_is_handed_nothing_nor_counted(cast: Cast) -> None:
    arrive(cast)
    gone = cast.approver
    removal.remove(gone.member, Removal.Reason.values[0], first=cast.steward.member, second=cast.warden.member)
    gone.member.refresh_from_db()
    with pytest.raises(NotMine):
        handing.page(gone.member, cast.inbox, HERE, clock.today())


def test_only_lists_that_name_a_key_one_was_given(cast: Cast) -> None:
    """Who joined at the second epoch is not handed what was sealed to the first, unless they were given that key."""
    from support.cast import invite

    (old,) = arrive(cast)
    renew(cast.verifiers, cast.steward, cast.inbox)
    late = cast.verifiers.bundles
    first = late.pop(1)
    newcomer = invite(
        "Eneida", ["VERIFIER"], cast.steward, cast.verifier, let_in_by=cast.steward, rings=(cast.verifiers,)
    )
    late[1] = first
    (new,) = arrive(cast)
    assert handed(newcomer, cast) == {str(new.id)}
    assert handed(cast.verifier, cast) == {str(old.id), str(new.id)}


def test_more_than_sixty_older_ones_in_an_hour_tell_two_others(cast: Cast) -> None:
    now = clock.now()
    with clock.freeze(now - timedelta(days=10)):
        arrive(cast, 61)
        day = clock.today()
    arrive(cast, 70)
    handed(cast.verifier, cast)
    assert not any(handovers.notices_for(one.member) for one in (cast.steward, cast.approver))
    handed(cast.verifier, cast, day=day)
    told = [one for one in (cast.steward, cast.approver, cast.verifier) if handovers.notices_for(one.member)]
    assert told == [cast.steward, cast.approver]
    (notice,) = handovers.notices_for(cast.steward.member)
    assert (notice.member, notice.older, notice.count) == (cast.verifier.member, 61, 131)
    handing.was_told(cast.steward.member, notice)
    assert not handovers.notices_for(cast.steward.member) and handovers.notices_for(cast.approver.member)


def test_a_hand_over_says_how_many_and_never_which(cast: Cast) -> None:
    (made,) = arrive(cast)
    handed(cast.verifier, cast)
    row = HandOver.objects.values().get()
    assert str(made.id) not in str(row) and row["hour"].minute == 0


def test_older_than_thirty_days_takes_two(cast: Cast) -> None:
    now = clock.now()
    with clock.freeze(now - timedelta(days=40)):
        (made,) = arrive(cast)
        day = clock.today()
    with pytest.raises(NeedsTwo):
        handed(cast.verifier, cast, day=day)
    grant = handing.ask_for_old(cast.verifier.member, cast.inbox)
    with pytest.raises(NotMine):
        handing.agree_to_old(cast.verifier.member, grant)
    with pytest.raises(NotMine):
        handing.agree_to_old(cast.infiltrator.member, grant)
    with pytest.raises(NeedsTwo):
        handed(cast.verifier, cast, day=day)
    assert list(handovers.grants_waiting(cast.approver.member)) == [grant]
    handing.agree_to_old(cast.approver.member, grant)
    assert handed(cast.verifier, cast, day=day) == {str(made.id)}
    with pytest.raises(NeedsTwo):
        handed(cast.approver, cast, day=day)
    with clock.freeze(now + timedelta(days=2)), pytest.raises(NeedsTwo):
        handed(cast.verifier, cast, day=day)


def test_the_fingerprint_changes_with_the_queue_and_only_then(cast: Cast) -> None:
    seen = [queries.fingerprint(cast.verifier.member)]
    assert queries.fingerprint(cast.verifier.member) == seen[0]
    arrive(cast)
    seen.append(queries.fingerprint(cast.verifier.member))
    arrive(cast, municipality=OTHER)
    assert queries.fingerprint(cast.verifier.member) == seen[1]
    Entry.objects.filter(municipality=HERE).delete()
    assert seen[0] == queries.fingerprint(cast.verifier.member) != seen[1]


def test_the_overview_counts_what_waits(cast: Cast) -> None:
    arrive(cast, 2)
    arrive(cast, urgency=None)
    groups = {(one.municipality, one.urgency): one.count for one in queries.overview(cast.verifier.member)}
    assert groups == {(HERE, "NOW"): 2, (HERE, None): 1}


def test_when_somebody_last_looked_says_nobodys_name(cast: Cast) -> None:
    assert queries.last_look(cast.inbox) is None
    handing.look(cast.inbox)
    seen = queries.last_look(cast.inbox)
    assert isinstance(seen, datetime) and (seen.second, seen.microsecond) == (0, 0)


def test_a_note_is_an_entry_like_any_other(cast: Cast) -> None:
    arrive(cast)
    envelope = report(cast, kind="note").envelope
    keys = {"arrival": 30, "case": 730}
    for keep, days in keys.items():
        pk = notes.add_note(cast.verifier.member, cast.inbox, 1, envelope, half(), half(), HERE, "NOW", keep)
        row = Entry.objects.get(pk=pk)
        assert (row.expires - row.day).days == days
    one, note = Entry.objects.filter(expires=clock.today() + timedelta(days=30)).values()
    told_by = {"id", "lookup_hash", "erase_hash", "reply"}
    assert {k: v for k, v in one.items() if k not in told_by} == {k: v for k, v in note.items() if k not in told_by}


def test_a_note_needs_membership_the_present_list_and_a_seal(cast: Cast) -> None:
    envelope = report(cast, kind="note").envelope

    def add(person: Person, *, number: int = 1, body: bytes = envelope, place: str | None = HERE) -> None:
        notes.add_note(person.member, cast.inbox, number, body, half(), half(), place, None, "case")

    with pytest.raises(NotMine):
        add(cast.infiltrator)
    with pytest.raises(NotMine):
        add(cast.verifier, place=OTHER)
    with pytest.raises(NotSealed):
        add(cast.verifier, body=b"x" * 3000)
    with pytest.raises(ListRefused):
        add(cast.verifier, number=2)
    assert not Entry.objects.exists()
