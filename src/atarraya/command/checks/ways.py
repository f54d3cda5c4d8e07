"""The ways out of notices: which can send, and what was given up."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from atarraya.command import entry
from atarraya.command.checks.finding import BROKEN, NOTE, Finding, found
from atarraya.command.words import _
from atarraya.notices import carriers
from atarraya.notices.queries import counts


def ready(args: argparse.Namespace) -> Iterator[Finding]:
    """Each way out can send here, or says what it lacks."""
    for carrier in carriers.every():
        ways = _("People can come and fetch: %s.") if carrier.pulls else _("Notices can go out: %s.")
        name, fine = f"way-{carrier.name}", ways % carrier.label
        try:
            carrier.check()
        except Exception as problem:  # of this way; the others are looked at all the same
            yield Finding(name, BROKEN, f"{carrier.label}: {entry.sentence(problem)}")
        else:
            yield found(name, carriers.can_send(carrier), fine, str(carrier.off), level=NOTE)


def given_up(args: argparse.Namespace) -> Iterator[Finding]:
    """Nothing was given up that a steward has not looked at."""
    lost = sum(sum(way.given_up.values()) for way in counts.ways())
    yield found(
        "deliveries",
        not lost,
        _("No notice was given up."),
        _("%s notices were given up: a steward sees why and can try them again.") % lost,
        level=NOTE,
    )
