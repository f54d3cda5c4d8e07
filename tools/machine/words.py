"""What set-up says while it works, in the command line's own language; one sentence when it cannot go on."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

VARIABLES = ("ATARRAYA_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def spanish() -> bool:
    """Tell whether to speak Spanish: unless the first variable that names one of the two languages says English."""
    for name in VARIABLES:
        language = os.environ.get(name, "")[:2].lower()
        if language in {"es", "en"}:
            return language == "es"
    return True


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
