"""Whoever can write the database rewrites the record and puts the new digests under old signatures: it shows (R31)."""

from __future__ import annotations

import argparse
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from atarraya.command.checks import trail as checks
from atarraya.kernel import clock
from atarraya.network.models import Member
from atarraya.network.services.proofs import countersign, head_text
from atarraya.sealing.signing import sign_text
from atarraya.trail import services as trail
from atarraya.trail.models import Checkpoint, Head, Line
from atarraya.trail.services.chain import START, link
from support.cast import Cast, Person, make_key

pytestmark = pytest.mark.django_db
NOTHING = argparse.Namespace(head="")


def sign(person: Person) -> Head:
    """Sign the present head as a desk does."""
    number, digest = trail.head()
    text = head_text(number, digest, clock.today())
    return countersign(person.member, number, digest, sign_text("head", text, person.bundle["ed25519"])["signature"])


def levels(*asked: Any) -> dict[str, str]:
    return {found.check: found.level for check in asked for found in check(NOTHING)}


def rewrite() -> None:
    """Take somebody's name out of the record, make the chain anew, and move every signed head along."""
    digest = START
    for line in Line.objects.order_by("number"):
        Line.objects.filter(pk=line.pk).update(actor="")
        line.actor = ""
        digest = link(digest, line)
        Line.objects.filter(pk=line.pk).update(digest=digest)
        Head.objects.filter(number=line.number).update(digest=digest)


def test_a_true_record_is_fine(cast: Cast) -> None:
    sign(cast.verifier)
    trail.record("member.test", actor=cast.verifier.member.pk)
    sign(cast.approver)
    assert set(levels(checks.chain, checks.heads, checks.let_go).values()) == {"fine"}


def test_new_digests_under_old_signatures_show(cast: Cast) -> None:
    sign(cast.verifier)
    rewrite()
    assert levels(checks.chain) == {"trail": "fine"}, (
        "the chain alone tells nothing: whoever rewrites it makes it whole"
    )
    assert levels(checks.heads) == {"trail-heads": "broken"}


def test_a_key_that_its_member_changed_is_no_alarm(cast: Cast) -> None:
    sign(cast.verifier)
    make_key(Member.objects.get(pk=cast.verifier.member.pk))
    assert levels(checks.chain, checks.heads) == {"trail": "fine", "trail-heads": "fine"}


def test_lines_taken_away_behind_a_checkpoint_nobody_signed_show(cast: Cast) -> None:
    sign(cast.verifier)
    number, digest = trail.head()
    Line.objects.all().delete()
    Head.objects.all().delete()
    Checkpoint.objects.create(number=number, digest=digest, lines=number, day=clock.today())
    trail.record("member.test")
    assert levels(checks.chain, checks.heads) == {"trail": "fine", "trail-heads": "fine"}
    assert levels(checks.let_go) == {"trail-let-go": "broken"}


def test_a_checkpoint_of_another_digest_than_two_signed_shows(cast: Cast) -> None:
    for person in (cast.verifier, cast.approver):
        sign(person)
    number, _ = trail.head()
    forged = hashlib.sha256(b"another record").digest()
    Line.objects.all().delete()
    Head.objects.update(digest=forged)
    Checkpoint.objects.create(number=number, digest=forged, lines=number, day=clock.today())
    assert levels(checks.let_go) == {"trail-let-go": "broken"}


def test_what_two_signed_and_went_by_the_calendar_is_fine(cast: Cast) -> None:
    for person in (cast.verifier, cast.approver):
        sign(person)
    with clock.freeze(clock.now() + timedelta(days=500)):
        trail.record("member.test")
        assert trail.let_go() > 10
    assert set(levels(checks.chain, checks.heads, checks.let_go).values()) == {"fine"}
