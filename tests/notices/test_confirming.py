"""An address counts only when whoever reads it says so: a number, nothing else, before the first notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound, TooMany
from atarraya.network.models import Member
from atarraya.notices import rules
from atarraya.notices.carriers import Again, CarrierDown, Delivered, GivenUp, Item, Outcome
from atarraya.notices.models import Receiver
from atarraya.notices.refusals import NoNumberLeft, WrongNumber
from atarraya.notices.services import confirming, retention
from support.hearing import drain, hears, rows, told
from support.loopback import Loopback
from support.people import warn
from support.river import NOON, Cast

OWN = "/mi-cuenta/avisos/"


@pytest.fixture(autouse=True)
def confirms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Loopback, "confirms", True)
    confirming.ASKS.clear()
    yield
    confirming.ASKS.clear()


def numbers(way: Loopback) -> list[str]:
    return [item.text.rpartition(" ")[2] for item in way.items if item.text]


def test_until_the_number_is_typed_nothing_else_goes_there(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "a")
    warn(cast)
    drain()
    (number,) = numbers(way)
    assert way.told == [] and rows() == [], "not even a row: what was said before it was theirs is not said after"
    assert number.isdigit() and len(number) == 6 and way.items[0].text == f"Su número: {number}"
    assert way.items[0].told == () and way.items[0].address == {"to": "a"}
    confirming.confirm(member, receiver.pk, f"{number[:3]} {number[3:]}")
    warn(cast)
    assert told(way) == [("a", 1)] and len(numbers(way)) == 1
    receiver.refresh_from_db()
    assert (receiver.confirm_by, receiver.code, receiver.code_due) == (None, "", None), "no number is kept"


def test_it_is_sent_once_and_the_same_address_asks_for_no_other(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    hears(member, "a")
    drain()
    hears(member, "a")
    with clock.freeze(NOON + timedelta(hours=3)):
        drain()
    assert len(numbers(way)) == 1


def test_whoever_confirmed_confirms_no_more_when_they_want_more(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "a")
    drain()
    confirming.confirm(member, receiver.pk, numbers(way)[0])
    assert hears(member, "a").confirm_by is None


@pytest.mark.parametrize("wrong", ["", "1", "abcdef", "número"])
def test_five_wrong_ones_and_only_another_number_helps(cast: Cast, way: Loopback, wrong: str) -> None:
    member = cast.member()
    receiver = hears(member, "a")
    drain()
    for _ in range(rules.MOST_GUESSES):
        with pytest.raises(WrongNumber):
            confirming.confirm(member, receiver.pk, wrong)
    with pytest.raises(NoNumberLeft):
        confirming.confirm(member, receiver.pk, numbers(way)[0])
    confirming.another(member, receiver.pk)
    drain()
    confirming.confirm(member, receiver.pk, numbers(way)[1])
    assert Receiver.objects.get().confirm_by is None


def test_an_empty_number_never_confirms(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "a")
    Receiver.objects.update(code="")
    with pytest.raises(NoNumberLeft):
        confirming.confirm(member, receiver.pk, "")
    assert Receiver.objects.get().confirm_by is not None


def test_another_one_takes_the_place_of_the_first_and_gives_no_more_days(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "a")
    drain()
    with clock.freeze(NOON + timedelta(days=3)):
        Receiver.objects.update(code="000000")
        confirming.another(member, receiver.pk)
        drain()
        assert Receiver.objects.get().confirm_by == receiver.confirm_by
        with pytest.raises(WrongNumber):
            confirming.confirm(member, receiver.pk, "x" + numbers(way)[1])


def test_after_a_week_it_is_forgotten(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    receiver = hears(member, "a")
    for days, left in ((rules.CONFIRM_DAYS, 1), (rules.CONFIRM_DAYS + 1, 0)):
        with clock.freeze(NOON + timedelta(days=days)):
            if not left:
                with pytest.raises(NotFound):
                    confirming.confirm(member, receiver.pk, receiver.code)
            retention.run()
            assert Receiver.objects.count() == left


def test_nobodys_mailbox_is_flooded_from_here(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    for number in range(6):
        hears(member, str(number))
    with pytest.raises(TooMany):
        hears(member, "one more")
    with pytest.raises(TooMany):
        confirming.another(member, Receiver.objects.first().pk)  # type: ignore[union-attr]
    hears(cast.member(), "of somebody else")
    assert Receiver.objects.count() == 7


def test_a_stranger_confirms_nothing(cast: Cast, way: Loopback) -> None:
    receiver = hears(cast.member(), "a")
    for act in (
        lambda who: confirming.confirm(who, receiver.pk, receiver.code),
        lambda who: confirming.another(who, receiver.pk),
    ):
        with pytest.raises(NotFound):
            act(cast.member())


def refuses(item: Item) -> Outcome:
    return GivenUp("REFUSED")


def busy(item: Item) -> Outcome:
    return Again("BUSY")


def down(item: Item) -> Outcome:
    raise CarrierDown("UNREACHABLE")


def breaks(item: Item) -> Outcome:
    raise ValueError("the address of somebody")


@pytest.mark.parametrize(("answer", "again"), [(refuses, False), (busy, True), (down, True), (breaks, True)])
def test_one_that_could_not_be_sent_is_sent_again_unless_it_was_refused(
    cast: Cast, way: Loopback, answer: object, again: bool, caplog: pytest.LogCaptureFixture
) -> None:
    hears(cast.member(), "a")
    way.answer = answer  # type: ignore[assignment]
    drain()
    way.answer = lambda item: Delivered()
    drain()
    assert numbers(way) == [], "not at once"
    with clock.freeze(NOON + timedelta(hours=2)):
        drain()
    assert bool(numbers(way)) is again and "somebody" not in caplog.text


def test_whoever_is_stopped_is_sent_none(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "a")
    Member.objects.update(state=Member.State.FROZEN)
    drain()
    assert way.items == []


def test_a_way_that_needs_none_asks_for_none(cast: Cast, way: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loopback, "confirms", False)
    hears(cast.member(), "a")
    warn(cast)
    assert told(way) == [("a", 1)] and numbers(way) == []


# The page.


def test_on_the_page(cast: Cast, way: Loopback) -> None:
    member = cast.member()
    client = Client(headers={"Accept": "text/html"})
    client.force_login(member, "allauth.account.auth_backends.AuthenticationBackend")
    receiver = hears(member, "a")
    drain()
    page = client.get(OWN).content.decode()
    assert "A esta dirección va un número" in page and "28 de noviembre" in page
    door = f"{OWN}{receiver.pk}/confirmar/"
    wrong = client.post(door, {"number": "no"})
    assert wrong.status_code == 422 and "Ése no es el número" in wrong.content.decode()
    assert client.post(door, {"do": "again"}).status_code == 302
    drain()
    assert client.post(door, {"number": numbers(way)[1]}).status_code == 302
    assert "va un número" not in client.get(OWN).content.decode()
    assert client.post(door, {"number": "1"}).status_code == 404, "there is nothing to confirm any more"
