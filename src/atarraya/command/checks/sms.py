"""SMS gateways: whether they live and hold their key, and whether one of them shares this machine."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from atarraya.channels.sms import queries
from atarraya.command.checks.finding import BROKEN, FINE, NOTE, Finding
from atarraya.command.words import _
from atarraya.gateway.settings import FILE

IDENTITY = "AGE-SECRET-KEY-1"
MOST = 1024 * 1024  # bytes: a settings file is far smaller


def gateways(args: argparse.Namespace) -> Iterator[Finding]:
    """Each gateway gives signs of life and holds its key, or says what does not arrive."""
    for gateway in queries.active():
        if queries.is_silent(gateway):
            yield Finding(
                "gateway", NOTE, _("The SMS gateway %s gives no sign of life: SMS do not arrive.") % gateway.name
            )
        elif not queries.has_key(gateway):
            yield Finding(
                "gateway", NOTE, _("The SMS gateway %s works without its key: SMS arrive unread.") % gateway.name
            )
        else:
            yield Finding("gateway", FINE, _("The SMS gateway %s works, with its key.") % gateway.name)


def beside(args: argparse.Namespace) -> Iterator[Finding]:
    """A gateway on this very machine gives up what one apart does not; its key must be in none of its files."""
    for path in _settings(args.folder):
        yield Finding(
            "gateway-here",
            NOTE,
            _("An SMS gateway shares this machine (%s): who takes it running takes numbers and codes too.")
            % path.parent,
        )
        told = [each for each in path.parent.iterdir() if each.is_file() and _holds_a_key(each)]
        for each in told:
            yield Finding("gateway-key", BROKEN, _("A private key lies in %s: it belongs on paper alone.") % each)


def _settings(home: Path) -> list[Path]:
    places = {home / "gateway", home.parent / "gateway", Path("var/gateway").absolute()}
    return sorted(place / FILE for place in places if (place / FILE).is_file())


def _holds_a_key(path: Path) -> bool:
    if path.stat().st_size > MOST:
        return False
    return IDENTITY.encode() in path.read_bytes().upper()
