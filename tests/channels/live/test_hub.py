"""Who hears that something changed, and where: never more than their own board could show."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from django.core import signing

from atarraya.alerts.models import Alert, Event
from atarraya.channels.live import queries, tokens
from atarraya.channels.live.hub import EVERYWHERE, Hub, Stream
from atarraya.channels.live.queries import AT_ONCE, Change
from atarraya.channels.live.tokens import Listener
from atarraya.network.models import Member
from atarraya.network.services.ending import end_sessions
from atarraya.network.sessions import SessionStore
from support.people import warn
from support.river import BOJAYA, Cast

pytestmark = pytest.mark.django_db


def listener(*serves: str) -> Listener:
    return Listener(uuid4(), frozenset(serves))


def test_who_serves_a_place_hears_all_of_it_and_others_what_is_shown() -> None:
    hub = Hub(10, 10)
    here, elsewhere = hub.open(listener("27099")), hub.open(listener("27001"))
    assert here and elsewhere
    hub.tell([Change(7, "27099", open=False), Change(8, "27075", open=True)])
    assert here.take() == [(7, "27099"), (8, "27075")]
    assert elsewhere.take() == [(8, "27075")]


def test_a_place_waits_once_however_often_it_changed() -> None:
    stream = Stream(listener("27099"))
    stream.tell([Change(seq, "27099", open=True) for seq in range(1, 400)])
    assert stream.take() == [(399, "27099")]
    assert stream.take() == []


def test_too_much_at_once_is_one_line() -> None:
    hub = Hub(10, 10)
    stream = hub.open(listener())
    assert stream
    hub.tell([Change(seq, "27099", open=False) for seq in range(1, AT_ONCE + 2)])
    assert stream.take() == [(AT_ONCE + 1, EVERYWHERE)]


def test_there_is_room_for_so_many_and_so_many_of_each() -> None:
    hub, one = Hub(3, 2), listener()
    kept = [hub.open(one), hub.open(one)]
    assert all(kept)
    assert hub.open(one) is None
    assert hub.open(listener()) is not None
    assert hub.open(listener()) is None
    assert kept[0]
    hub.close(kept[0])
    hub.close(kept[0])  # twice is once
    assert hub.open(one) is not None


def test_who_may_not_listen_any_more_is_ended() -> None:
    hub, stays, leaves, moves, comes = Hub(10, 10), listener("27099"), listener(), listener("27099"), listener()
    first, second, third = hub.open(stays), hub.open(leaves), hub.open(moves)
    asked = hub.listeners()
    newcomer = hub.open(comes)  # while the database was being asked about the others
    assert first and second and third and newcomer
    hub.keep_only(asked, {stays})
    assert [each.ended for each in (first, second, third, newcomer)] == [False, True, True, False]
    assert second.wake.is_set()


def test_a_word_opens_for_a_minute_and_for_nobody_else(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    member = cast.member()
    word = tokens.token_for(member, "the cookie")
    assert "cookie" not in signing.b64_decode(word.split(":")[0].lstrip(".").encode()).decode("latin-1")
    found = tokens.listener(word)
    assert found is not None and found.member == member.pk and found.serves == set(member.municipalities)
    assert tokens.listener(word[:-1] + ("A" if word[-1] != "A" else "B")) is None
    for wrong in ("", "x", signing.dumps(["x"], salt="channels.live"), signing.dumps([str(uuid4()), []], salt="other")):
        assert tokens.listener(wrong) is None
    later = time.time() + tokens.LASTS + 1
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert tokens.listener(word) is None


@pytest.mark.parametrize(("how", "is_open"), [("network", True), ("near", False), ("held", False), ("later", False)])
def test_what_is_held_near_or_for_later_is_told_only_to_who_serves_the_place(
    cast: Cast, how: str, is_open: bool
) -> None:
    before = queries.last()
    alert = warn(cast, share={"delay": True}) if how == "later" else warn(cast)
    if how in {"network", "held", "later"}:
        Alert.objects.filter(pk=alert.pk).update(reach="NETWORK", held=how == "held")
    Event.objects.get_or_create(
        seq=queries.last() + 1, alert=alert, municipality=alert.municipality, act="x", at=alert.published_at
    )
    changes = queries.after(before)
    assert changes
    assert {change.open for change in changes} == {is_open}
    assert {change.municipality for change in changes} == {BOJAYA}


def in_session(member: Member) -> tuple[Listener, SessionStore]:
    session = SessionStore()
    session.create()
    found = tokens.listener(tokens.token_for(member, session.session_key))
    assert found is not None
    return found, session


def test_the_frozen_and_the_removed_may_not_listen(cast: Cast) -> None:
    works, frozen = cast.member(), cast.member()
    one, other = in_session(works)[0], in_session(frozen)[0]
    assert queries.may_listen([one, other]) == {one, other}
    Member.objects.filter(pk=frozen.pk).update(state=Member.State.FROZEN)
    assert queries.may_listen([one, other, listener(BOJAYA)]) == {one}


def test_whoever_signs_out_listens_no_more_and_their_other_session_does(cast: Cast) -> None:
    member = cast.member()
    (left, session), (stays, _) = in_session(member), in_session(member)
    session.flush()
    assert queries.may_listen([left, stays]) == {stays}
    end_sessions(member)
    assert queries.may_listen([stays]) == set()


def test_whoever_serves_other_places_now_listens_no_more(cast: Cast) -> None:
    member = cast.member()
    one, _ = in_session(member)
    Member.objects.filter(pk=member.pk).update(municipalities=[BOJAYA])
    assert queries.may_listen([one]) == set()


def test_a_new_password_ends_what_was_open(cast: Cast) -> None:
    member = cast.member()
    one, _ = in_session(member)
    member.set_password("otra clave muy larga")
    member.save()
    assert queries.may_listen([one]) == set()
