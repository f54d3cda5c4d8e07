"""Which act is told to whom, one test a row; how long things wait; when it is quiet."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Alert
from atarraya.notices import rules
from atarraya.notices.services import ending
from support import house
from support.hearing import done, drain, ended, hears, told
from support.loopback import Loopback
from support.people import warn
from support.river import Cast

BOGOTA = ZoneInfo("America/Bogota")
BOTH, EARLIER, LATER, NONE = {"earlier", "later"}, {"earlier"}, {"later"}, set[str]()

# Who hears of an act on a warning that stands: one who was told of it before, one who subscribed since.
STANDING: dict[str, set[str]] = {
    "publish": BOTH, "publish_confirmed": BOTH, "announce": BOTH, "release": BOTH, "unmerge": BOTH,
    "confirm": BOTH, "correct": BOTH, "raise_urgency": BOTH, "carry_further": LATER,
    "doubt": EARLIER, "stands": EARLIER, "inconclusive": EARLIER, "lower_urgency": EARLIER,
    "renew": NONE, "still": NONE, "take_up": NONE, "shorten": NONE, "passed": NONE, "second": NONE,
    "next_news": NONE, "make_public": NONE, "hide_summary": NONE, "hide_zone": NONE,
}  # fmt: skip
ENDS = {
    "discard": "DISC", "false_alarm": "DISC", "withdraw": "WITHDRAWN", "merge": "MERGED", "close": "CLOSED",
}  # fmt: skip


def listened(cast: Cast, way: Loopback) -> Alert:
    """A warning that `earlier` heard of, and `later`, who only subscribed afterwards, did not."""
    hears(cast.member(), "earlier")
    alert = warn(cast)
    assert told(way) == [("earlier", 1)]
    hears(cast.member(), "later")
    return alert


@pytest.mark.parametrize(("act", "who"), STANDING.items())
def test_who_hears_of_each_act(cast: Cast, way: Loopback, act: str, who: set[str]) -> None:
    done(listened(cast, way), act)
    assert {to for to, _ in told(way)} == who


# What is owed to who heard the warning and has left since: that it was not so, or is not over. Not that there is more.
STILL_OWED = {"doubt", "stands", "inconclusive", "lower_urgency", "correct", "unmerge"}


@pytest.mark.parametrize("act", STANDING)
def test_who_left_hears_what_corrects_and_nothing_new(cast: Cast, way: Loopback, act: str) -> None:
    member = cast.member()
    receiver = hears(member, "left")
    alert = warn(cast)
    assert told(way) == [("left", 1)]
    ending.end(member, receiver.wants.get().pk)
    done(alert, act)
    assert told(way) == ([("left", 2)] if act in STILL_OWED else [])


@pytest.mark.parametrize("act", ["renew", "still", "take_up"])
def test_who_left_is_not_told_that_what_had_lapsed_goes_on(cast: Cast, way: Loopback, act: str) -> None:
    """That it lapsed never said that all is well, so nothing they were told has become false."""
    member = cast.member()
    receiver = hears(member, "left")
    alert = warn(cast)
    drain()
    done(alert, "expire", state="EXPIRED", expires_at=None)
    drain()
    ending.end(member, receiver.wants.get().pk)
    done(alert, act, state="UNCONF")
    assert told(way) == []


@pytest.mark.parametrize(("act", "state"), ENDS.items())
def test_an_end_is_told_to_who_was_warned_and_to_nobody_else(cast: Cast, way: Loopback, act: str, state: str) -> None:
    ended(listened(cast, way), act, state)
    assert told(way) == [("earlier", 2)]


def test_expiring_is_told_to_who_was_warned(cast: Cast, way: Loopback) -> None:
    done(listened(cast, way), "expire", state="EXPIRED", expires_at=None)
    assert told(way) == [("earlier", 2)]


@pytest.mark.parametrize("act", ["renew", "still", "take_up"])
def test_what_had_expired_and_stands_again_is_news(cast: Cast, way: Loopback, act: str) -> None:
    alert = done(listened(cast, way), "expire", state="EXPIRED", expires_at=None)
    drain()
    done(alert, act, state="UNCONF")
    assert told(way) == [("earlier", 3), ("later", 3)]


def test_every_act_that_changes_an_alert_has_its_row() -> None:
    written = {"publish", *alert_rules.ACTS}
    for path in house.named(".py", under="src/atarraya/alerts/services"):
        calls = [node for node in ast.walk(house.tree(path)) if isinstance(node, ast.Call) and len(node.args) > 1]
        for node in calls:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in {"change", "begin", "settle"} and isinstance(node.args[1], ast.Constant):
                written.add(node.args[1].value)
    assert {"still", "doubt", "expire", "announce", "second"} <= written, "the search finds acts in the code"
    assert written == set(rules.TELLS)
    assert {*STANDING, *ENDS, "expire"} == set(rules.TELLS), "and a test"


def test_an_act_nobody_wrote_a_row_for_is_told_to_who_was_warned() -> None:
    assert rules.tells("something_new") is rules.Tells.TOLD


def test_waits_double_and_are_cut_and_spread() -> None:
    middle = [rules.wait(tries, 0.5) for tries in range(1, 13)]
    assert middle[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert middle[-1] == timedelta(hours=2) and middle == sorted(middle)
    assert rules.wait(3, 0.0) == timedelta(minutes=1) and rules.wait(3, 1.0) == timedelta(minutes=3)
    assert timedelta(hours=6) < sum(middle[:-1], timedelta()) < timedelta(hours=24), "a carrier may be down for hours"


@pytest.mark.parametrize(
    ("hour", "start", "end", "until"),
    [
        (23, 22, 5, "24T05"), (2, 22, 5, "23T05"), (5, 22, 5, None), (22, 22, 5, "24T05"), (21, 22, 5, None),
        (13, 12, 14, "23T14"), (14, 12, 14, None), (11, 12, 14, None), (0, 22, 0, None), (23, 22, 0, "24T00"),
        (3, 4, 4, None), (3, None, None, None), (3, 2, None, None),
    ],
)  # fmt: skip
def test_quiet_hours(hour: int, start: int | None, end: int | None, until: str | None) -> None:
    found = rules.quiet_until(datetime(2026, 11, 23, hour, 40, tzinfo=BOGOTA), start, end)
    assert (found.strftime("%dT%H") if found else None) == until
    assert found is None or (found.tzinfo is BOGOTA and found.minute == 0)
