"""Old lines of the trail go only behind a head that two members signed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from atarraya.kernel import clock
from atarraya.trail.models import Checkpoint, Head, Line
from atarraya.trail.services import check_chain, countersign, head, let_go, record

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=500)


def old_trail(signers: int) -> int:
    """Write five lines 500 days ago, have their head signed, and write two lines now. Return the signed number."""
    with clock.freeze(clock.now() - LONG_AGO):
        for _ in range(5):
            record("point.create", actor="a")
        number, digest = head()
        for _ in range(signers):
            countersign(uuid4(), number, digest, b"s" * 64)
    record("point.pause", actor="a")
    record("point.resume", actor="a")
    return number


def test_what_two_signed_goes_and_the_chain_still_holds() -> None:
    number = old_trail(signers=2)
    assert let_go() == 5
    assert Checkpoint.objects.get().number == number
    assert check_chain() == 2
    assert record("point.pause", actor="a").number == number + 3


def test_what_one_signed_stays_whole() -> None:
    old_trail(signers=1)
    assert let_go() == 0
    assert Line.objects.count() == 7 and not Checkpoint.objects.exists()


def test_a_rewritten_chain_is_not_let_go() -> None:
    number = old_trail(signers=2)
    Head.objects.filter(number=number).update(digest=b"x" * 32)
    assert let_go() == 0


def test_young_lines_stay() -> None:
    for _ in range(3):
        record("point.create", actor="a")
    number, digest = head()
    for _ in range(2):
        countersign(uuid4(), number, digest, b"s" * 64)
    assert let_go() == 0
