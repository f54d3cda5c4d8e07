"""Who may read the installation's files, and whether the mark, the database and the kind of network agree."""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from atarraya.command.checks.finding import Finding, found
from atarraya.command.words import _
from atarraya.network import queries
from atarraya.notices import carriers

PUBLIC_FOLDER = "static"  # what everybody downloads; the proxy's user may read it


def permissions(args: argparse.Namespace) -> Iterator[Finding]:
    """Nobody but the owner may read the folder, the secrets or the database."""
    home: Path = args.folder
    open_to_others = [path for path in _private(home) if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    strange = [path for path in _private(home) if path.lstat().st_uid != os.geteuid()]
    yield found(
        "permissions",
        not open_to_others,
        _("Only its owner can read the installation's folder."),
        _("Others can read %(path)s: chmod -R go= %(home)s") % {"path": _first(open_to_others), "home": home},
    )
    if strange:
        yield found("owner", False, "", _("%s belongs to another user than the one asking.") % _first(strange))


def _private(home: Path) -> list[Path]:
    inside = [path for path in home.rglob("*") if PUBLIC_FOLDER not in path.relative_to(home).parts[:1]]
    return [home, *sorted(inside)]


def _first(paths: list[Path]) -> str:
    return str(paths[0]) if paths else ""


def mark(args: argparse.Namespace) -> Iterator[Finding]:
    """A demonstration is marked in the folder and in the database, and both marks say the same."""
    inside = queries.has_network() and queries.the_network().demo
    yield found(
        "mark",
        inside == args.installation.demo,
        _("This is a demonstration and protects nobody.") if inside else _("This is a real network."),
        _("The folder and the database disagree on whether this is a demonstration."),
    )


def secrets(args: argparse.Namespace) -> Iterator[Finding]:
    """The secrets are there and long enough, and so are those that were made when they were needed."""
    folder = Path(settings.DATA) / "secrets"
    later = [carrier.secret for carrier in carriers.every() if carrier.secret]
    names = ["django", "receipts", *(name for name in later if (folder / name).exists())]
    short = [name for name in names if not _is_long(folder / name)]
    yield found(
        "secrets",
        not short,
        _("The secrets are in place."),
        _("The secret %s is missing or too short. Restore it with: atarraya restore --secrets") % ", ".join(short),
    )


def _is_long(path: Path) -> bool:
    try:
        return len(bytes.fromhex(path.read_text().strip())) >= 32
    except (OSError, ValueError):
        return False
