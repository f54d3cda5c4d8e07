"""The folder that holds an installation, and the mark in it that says which kind it is.

`installation.json` is written by `init` and `demo`; every other command refuses a folder without it, so that a
mistyped path never makes an empty network beside the real one.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from atarraya.command.words import _
from atarraya.terminal.codes import Refused

MARK = "installation.json"
DEFAULT = "var/data"
WORK = ".work-"  # begins the name of a private folder of a backup or restore (see snapshots.private)
OURS = frozenset({MARK, "secrets", "static", "keys", "access.json"})


@dataclass(frozen=True)
class Installation:
    """What the mark says. `backup_recipient` is a public age key; `hosts` are the names the site answers to;
    `backup_folder` is where the last backup went."""

    demo: bool
    release: str
    hosts: list[str] = field(default_factory=list)
    backup_recipient: str = ""
    backup_folder: str = ""


def choose(given: str | None) -> Path:
    """Return the folder named on the command line, else in ATARRAYA_DATA, else `var/data` here."""
    return Path(given or os.environ.get("ATARRAYA_DATA") or DEFAULT).absolute()


def read(folder: Path) -> Installation | None:
    """Return what the folder's mark says, or None when there is none. Raises Refused for a damaged mark."""
    try:
        return parse((folder / MARK).read_bytes())
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise Refused(_("%s is not a folder.") % folder) from None
    except (ValueError, KeyError, TypeError):
        raise Refused(_("%s is damaged. Restore it from a backup of the folder.") % (folder / MARK)) from None


def parse(mark: bytes) -> Installation:
    """Return what the bytes of a mark say. Raises ValueError, KeyError or TypeError for anything else."""
    known = json.loads(mark)
    return Installation(
        demo=bool(known["demo"]),
        release=str(known["release"]),
        hosts=[str(host) for host in known.get("hosts", [])],
        backup_recipient=str(known.get("backup_recipient", "")),
        backup_folder=str(known.get("backup_folder", "")),
    )


def require(folder: Path) -> Installation:
    """Return what the mark says; raise Refused when the folder holds no installation."""
    known = read(folder)
    if known is None:
        raise Refused(
            _("There is no network in %s. Name its folder with --data, or found one with: atarraya init") % folder
        )
    return known


def write(folder: Path, known: Installation) -> None:
    """Write the mark whole or not at all, readable by its owner only."""
    part = folder / (MARK + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(known), file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, folder / MARK)


def make(folder: Path) -> None:
    """Make a private folder (0700) for a new installation. Raises Refused when it holds anything else."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        strange = [entry.name for entry in folder.iterdir() if not _ours(entry)]
    except OSError as problem:
        raise Refused(_("%(path)s: %(reason)s") % {"path": folder, "reason": problem.strerror}) from None
    if strange:
        raise Refused(_("%(path)s holds other things (%(name)s). Choose an empty folder.") % {
            "path": folder, "name": sorted(strange)[0]})  # fmt: skip


def _ours(entry: Path) -> bool:
    return entry.name in OURS or entry.name.startswith(("atarraya.sqlite3", WORK))
