"""Points: links, phones, short codes, and every way in which they stop opening."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.network.models import Point
from atarraya.network.refusals import Incomplete, LinkRefused, NeedsSteward, PointPaused, WrongState
from atarraya.network.services import points
from atarraya.trail.models import Line
from support.cast import HERE, Cast


def last_verb() -> str:
    return Line.objects.order_by("-number")[0].verb


def test_a_link_and_a_phone_open_the_point_with_one_query(cast: Cast) -> None:
    for token in (cast.leader.link, cast.leader.device):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            access = points.authenticate(token)
            assert access.point.inbox_id == cast.inbox.pk
        assert len(asked) == 1
        assert access.point.collective.name == "Consejo de Agua Mansa"
        assert (access.point, access.previous_link) == (cast.leader.point, False)


def test_a_link_may_be_typed_by_hand_and_may_carry_its_fingerprint(cast: Cast) -> None:
    typed = cast.leader.link.lower().replace("0", "o").replace("1", "l")
    assert points.authenticate(f"{typed}.{cast.fingerprint}").point == cast.leader.point


@pytest.mark.parametrize("token", ["", ".", "d_", "0" * 32, "d_nobody", "é"])
def test_what_opens_nothing_is_refused_alike(cast: Cast, token: str) -> None:
    with pytest.raises(LinkRefused) as refusal:
        points.authenticate(token)
    assert refusal.value.status == 401


def test_no_secret_is_stored(cast: Cast) -> None:
    row = Point.objects.filter(pk=cast.leader.point.pk).values().get()
    kept = repr(row) + repr([*cast.leader.point.devices.values()])
    for secret in (cast.leader.link, cast.leader.short_code, cast.leader.device, cast.leader.device[2:]):
        assert secret not in kept


def test_the_short_code_opens_as_people_write_it(cast: Cast) -> None:
    code = cast.leader.short_code.lower()
    device = points.redeem_code(f"{code[:5]}-{code[5:]} ")
    assert points.authenticate(device).point == cast.leader.point
    with pytest.raises(LinkRefused):
        points.redeem_code("0000000000")


def test_phones_are_counted(cast: Cast) -> None:
    assert points.phones(cast.leader.point) == 1
    points.redeem(cast.leader.link)
    assert points.phones(cast.leader.point) == 2


def test_for_45_days_the_link_before_still_delivers_and_nothing_else(cast: Cast) -> None:
    new = points.change_link(cast.leader.point, by=cast.steward.member)
    assert last_verb() == "point.change_link"
    assert points.authenticate(new.link_token).previous_link is False
    for old in (cast.leader.link, cast.leader.device):
        assert points.authenticate(old).previous_link is True
    assert points.authenticate(points.redeem(cast.leader.link)).previous_link is True
    assert points.phones(new.point) == 0
    with pytest.raises(LinkRefused):
        points.redeem_code(cast.leader.short_code)
    with clock.freeze(clock.now() + timedelta(days=45)):
        assert points.authenticate(cast.leader.link).previous_link is True
    with clock.freeze(clock.now() + timedelta(days=46)):
        for old in (cast.leader.link, cast.leader.device):
            with pytest.raises(LinkRefused):
                points.authenticate(old)
        points.authenticate(new.link_token)


def test_only_one_earlier_link_lives_on(cast: Cast) -> None:
    second = points.change_link(cast.leader.point, by=cast.steward.member)
    points.change_link(second.point, by=cast.steward.member)
    assert points.authenticate(second.link_token).previous_link
    for old in (cast.leader.link, cast.leader.device):
        with pytest.raises(LinkRefused):
            points.authenticate(old)


def test_the_collective_changes_its_own_link(cast: Cast) -> None:
    points.change_link(cast.leader.point, from_point=True)
    line = Line.objects.order_by("-number")[0]
    assert (line.verb, line.actor) == ("point.change_link", str(cast.leader.point.pk))


def test_a_steward_pauses_alone_and_hooks_run_in_the_same_transaction(cast: Cast) -> None:
    seen: list[Point] = []
    points._when_paused.append(seen.append)
    try:
        points.pause(cast.leader.point, by=cast.warden.member)
    finally:
        points._when_paused.remove(seen.append)
    assert seen == [cast.leader.point] and last_verb() == "point.pause"
    for token in (cast.leader.link, cast.leader.device):
        with pytest.raises(PointPaused):
            points.authenticate(token)
    with pytest.raises(PointPaused):
        points.redeem_code(cast.leader.short_code)
    points.resume(cast.leader.point, by=cast.warden.member)
    assert points.authenticate(cast.leader.device).point == cast.leader.point


def test_a_revoked_point_opens_nothing_ever_again(cast: Cast) -> None:
    points.revoke(cast.leader.point, by=cast.steward.member)
    assert last_verb() == "point.revoke"
    for token in (cast.leader.link, cast.leader.device):
        with pytest.raises(LinkRefused):
            points.authenticate(token)
    for act in (points.pause, points.resume, points.revoke):
        with pytest.raises(WrongState):
            act(cast.leader.point, by=cast.steward.member)
    with pytest.raises(WrongState):
        points.change_link(cast.leader.point, by=cast.steward.member)


@pytest.mark.parametrize("person", ["verifier", "approver", "infiltrator", "outsider"])
def test_only_stewards_touch_points(cast: Cast, person: str) -> None:
    by = getattr(cast, person).member
    before = Line.objects.count()
    for act in (points.pause, points.resume, points.revoke, points.change_link):
        with pytest.raises(DomainError):
            act(cast.leader.point, by=by)
    with pytest.raises(DomainError):
        points.create_point(cast.leader.point.collective, cast.inbox, HERE, by=by)
    assert Line.objects.count() == before


def test_a_point_speaks_only_from_the_networks_municipalities(cast: Cast) -> None:
    with pytest.raises(Incomplete):
        points.create_point(cast.leader.point.collective, cast.inbox, "05001", by=cast.steward.member)
    with pytest.raises(NeedsSteward):
        points.create_point(cast.leader.point.collective, cast.inbox, HERE, by=cast.verifier.member)


def test_a_guess_of_a_short_code_is_dear_outside_tests() -> None:
    # 2^50 codes times so many hashes each: the tests' own settings cost nothing, the real ones must.
    from atarraya.settings import base

    assert base.SHORT_CODE_ROUNDS >= 100_000
