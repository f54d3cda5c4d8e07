"""Joining, shortening and lowering: what two people may calm, and only downwards."""

from __future__ import annotations

import pytest

from atarraya.alerts.acts_refused import (
    BadText,
    WrongOrder,
)
from atarraya.alerts.services import counting
from atarraya.alerts.services.acts import act
from support.people import about, agree, warn, write
from support.river import MEDIO, Cast


def test_merging_adds_a_second_point_only_when_both_saw(cast: Cast) -> None:
    saw, told = (warn(cast, share={"seen": seen}) for seen in ("SAW", "TOLD"))
    target = warn(cast, share={"seen": "SAW"})
    for alert, points in ((told, 0), (saw, 1)):
        wrote = write(cast, about("merge", alert, into=str(target.pk)), cast.member())
        agree(wrote, cast.member("VERIFIER"))
        target.refresh_from_db()
        assert target.seconders == points
    assert act(saw.pk, "unmerge", by=cast.member()).open
    target.refresh_from_db()
    assert target.seconders == 0 and counting.differences() == {}


def test_nothing_is_joined_to_itself_or_to_another_place(cast: Cast) -> None:
    alert, far = warn(cast), warn(cast, cast.point(MEDIO), municipality=MEDIO)
    for into in (alert, far):
        wrote = write(cast, about("merge", alert, into=str(into.pk)), cast.member())
        with pytest.raises(WrongOrder):
            agree(wrote, cast.member("VERIFIER"))


def test_shortening_and_lowering_only_go_down(cast: Cast) -> None:
    alert = warn(cast)
    for name, said in (
        ("shorten", {"until": "2026-11-30T00"}),
        ("shorten", {"until": "2026-11-21T09"}),
        ("shorten", {"until": "2026-99-99T09"}),
        ("lower_urgency", {"urgency": "NOW"}),
    ):
        wrote = write(cast, about(name, alert, **said), cast.member())
        with pytest.raises((BadText, WrongOrder)):
            agree(wrote, cast.member("VERIFIER"))
