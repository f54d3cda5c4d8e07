"""Two worlds that differ by one discreet report against one check-in are alike to every role (R12).

So are two in which a false alarm is said with a receipt's right words or with wrong ones (R13, R23).
"""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import Any

import pytest

from support import rsakeys, starting
from support.server import ROOT, empty_tables

# A world is lived once in a process, so all its tests belong in one.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("worlds")]


@cache
def world(difference: str) -> dict[str, Any]:
    """Live a world in an installation of its own and return all that can be told of it."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder, empty_tables(Path(folder)) as place:
        command = [sys.executable, "-m", "support.world", difference]
        keys = json.dumps(rsakeys.of_one_length())
        done = starting.run(command, env=place.environ, cwd=ROOT / "tests", said=keys)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout) | {"log": done.stderr.replace(folder, "")}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Return where two told worlds differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(set(one) | set(other))
        return [line for key in keys for line in differences(one.get(key), other.get(key), f"{path}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            line for at, (a, b) in enumerate(zip(one, other, strict=True)) for line in differences(a, b, f"{path}/{at}")
        ]
    return [] if one == other else [f"{path}: {str(one)[:300]} != {str(other)[:300]}"]


def test_a_discreet_report_and_a_check_in_make_the_same_world() -> None:
    found = differences(world("checkin"), world("discreet"))
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("difference", ["unspoken", "long"])
def test_worlds_that_should_differ_are_told_apart(difference: str) -> None:
    found = differences(world("checkin"), world(difference))
    assert any(line.startswith("/tables/alerts.") for line in found)


def test_a_false_alarm_said_with_right_and_with_wrong_words_makes_the_same_world() -> None:
    found = differences(world("right"), world("wrong"))
    assert not found, "\n".join(found[:20])
    assert any(line.startswith("/tables/alerts.Entry") for line in differences(world("right"), world("unsaid")))


def test_every_role_was_looked_at_and_saw_something() -> None:
    told = world("discreet")
    seen = {name.split(" ")[0] for name in told["pages"]}
    assert {"nobody", "steward", "verifier", "companion", "analyst", "infiltrator", "outsider", "leader"} <= seen
    statuses = {name: page[0] for name, page in told["pages"].items()}
    assert sum(status == 200 for status in statuses.values()) > 60
    assert not [name for name, status in statuses.items() if status >= 500]
    assert len(told["tables"]["alerts.Entry"]["rows"]) == 5
