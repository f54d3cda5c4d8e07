"""Counts of what somebody who left could have opened come from what is kept, by place and day."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest

from atarraya.alerts.models import Entry
from atarraya.kernel import clock, ids
from atarraya.network.queries import counted
from atarraya.network.services import members, policies
from support.cast import HERE, OTHER, Cast


def entry(cast: Cast, day: date, municipality: str | None) -> None:
    Entry.objects.create(
        id=ids.new_id(),
        inbox=cast.inbox,
        number=1,
        municipality=municipality,
        urgency="NOW",
        age="H1",
        day=day,
        size=2048,
        expires=day + timedelta(days=30),
        lookup_hash=os.urandom(32),
        erase_hash=os.urandom(32),
        reply=os.urandom(96),
    )


@pytest.mark.parametrize(
    ("days_ago", "municipality", "counts"), [(0, HERE, 1), (0, None, 1), (0, OTHER, 0), (1, HERE, 0), (-1, HERE, 0)]
)
def test_only_what_arrived_for_them_in_their_time_counts(
    cast: Cast, days_ago: int, municipality: str | None, counts: int
) -> None:
    entry(cast, clock.today() - timedelta(days=days_ago), municipality)
    members.remove(cast.verifier.member, "LEFT", first=cast.approver.member, second=cast.steward.member)
    assert [count for _period, count in counted(cast.verifier.member)] == [counts]


def test_the_rules_page_knows_every_kind(cast: Cast) -> None:
    from django.test import Client

    from support.cast import sign_in

    assert policies.present()["SEXUAL_VIOLENCE"] == "NEVER"
    page = sign_in(Client(), cast.warden).get("/red/reglas/", headers={"accept": "text/html"}).content.decode()
    assert page.count("<option") > 30 and "quien escribe y una que aprueba" in page
