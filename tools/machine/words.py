"""What set-up says while it works: Spanish where LANG is Spanish, else English; one sentence when it cannot go on."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def spanish() -> bool:
    """Tell whether the person's locale is a Spanish one."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return value.lower().startswith("es")
    return False


def choose(es: str, en: str) -> str:
    """Return the sentence in the person's language."""
    return es if spanish() else en


def say(es: str, en: str) -> None:
    """Print one line of progress at once, terminal or not."""
    print("· " + choose(es, en), flush=True)


class CannotGoOn(Exception):
    """Something cannot be had on this machine. Carries one sentence in two languages that names the cure."""

    def __init__(self, es: str, en: str) -> None:
        super().__init__(choose(es, en))


def stop(problem: CannotGoOn) -> NoReturn:
    """Print the sentence as the last line and end with exit code 1."""
    sys.stdout.flush()
    print(f"✗ {problem}", file=sys.stderr, flush=True)
    raise SystemExit(1)
