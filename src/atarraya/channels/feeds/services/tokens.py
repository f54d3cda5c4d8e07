"""Tokens of the network's own feed: made by a steward, told once, ended by any steward. None: the feed is off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from atarraya.channels.feeds import rules
from atarraya.channels.feeds.models import FeedToken
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member
from atarraya.network.refusals import Incomplete
from atarraya.network.services import secrets
from atarraya.trail.services import record

LONGEST_NAME = 60


@dataclass(frozen=True)
class NewToken:
    """A token's row and its secret, which is never told again."""

    row: FeedToken
    secret: str


def make(name: str, *, by: Member) -> NewToken:
    """Make a token that opens the network's feed for ninety days. A steward's act. Raises Incomplete."""
    policy.steward(by)
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Incomplete(code="name")
    secret, today = secrets.new_link_token(demo=queries.the_network().demo), clock.today()
    with write():
        row = FeedToken.objects.create(
            name=plain,
            token_hash=secrets.hashed(secret),
            made=today,
            last_day=today + timedelta(days=rules.TOKEN_DAYS),
        )
        record("feed.make_token", actor=by.pk, subject=row.pk)
    return NewToken(row, secret)


def end(pk: UUID, *, by: Member) -> None:
    """End a token: from now on it answers like one that never was. Raises NotFound."""
    policy.steward(by)
    with write():
        gone, _ = FeedToken.objects.filter(pk=pk).delete()
        if not gone:
            raise NotFound()
        record("feed.end_token", actor=by.pk, subject=pk)


def check(secret: str) -> None:
    """Raise NotFound unless the secret opens the network's feed today. Wrong, ended and lapsed ones answer alike."""
    row = FeedToken.objects.filter(token_hash=secrets.hashed(secret)).first()
    if row is None or row.last_day < clock.today():
        raise NotFound()
    if secrets.is_of_demo(secret) and not queries.the_network().demo:
        raise NotFound()  # a demonstration's rows that were copied here (R26)
