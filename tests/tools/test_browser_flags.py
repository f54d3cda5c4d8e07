"""The browser of the journeys is started with a list of its own of what is turned off; its driver's must be in it."""

from __future__ import annotations

import re
from pathlib import Path

import playwright

from support.walking import OFF


def driver_turns_off() -> set[str]:
    """Return the features that the driver turns off on Linux, as its own program says them."""
    bundle = Path(playwright.__file__).parent / "driver" / "package" / "lib" / "coreBundle.js"
    said = re.search(r"disabledFeatures = \[(.*?)\]", bundle.read_text(encoding="utf-8"), re.DOTALL)
    assert said, "the driver says its list otherwise than before: look for it, and compare it with OFF"
    named = set(re.findall(r'^\s*"(\w+)"', said[1], re.MULTILINE))
    return {name for name in named if not name.startswith("ms") and not name.endswith("Win")}  # Edge, Windows


def test_what_the_driver_turns_off_is_off_here_too() -> None:
    theirs = driver_turns_off()
    assert len(theirs) > 5
    assert theirs <= set(OFF.split(","))
