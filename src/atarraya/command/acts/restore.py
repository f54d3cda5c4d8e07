"""`atarraya restore`: an installation from a backup, in an empty folder and an empty database."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from atarraya import __version__
from atarraya.command import entry, folder
from atarraya.command.snapshots import files
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, Refused

PRIVATE_MARK = "AGE-SECRET-KEY-1"


def run(args: argparse.Namespace) -> int:
    """Put data, keys and (if given) secrets back, repeat erasures, and only then mark the folder as an installation."""
    snapshot = _existing(args.snapshot)
    keys = _existing(args.keys) if args.keys else _newest_keys(snapshot)
    identity = _identity(args.identity)
    if folder.read(args.folder) is not None or (args.folder / "atarraya.sqlite3").exists():
        raise Refused(_("%s already holds an installation. Restore into an empty folder.") % args.folder)
    folder.make(args.folder)
    if args.secrets:
        _put_secrets_back(_existing(args.secrets), identity, args.folder)
    entry.prepare(args, folder.Installation(demo=False, release=__version__))
    from atarraya.command.snapshots import putting_back

    back = putting_back.put_back(snapshot, keys, identity)
    known = replace(back.installation, release=__version__, hosts=args.host or back.installation.hosts)
    folder.write(args.folder, known)
    _say(args, back.day, back.erased, keys)
    return DONE


def _existing(name: str) -> Path:
    path = Path(name).absolute()
    if not path.is_file():
        raise Refused(_("There is no file %s.") % path)
    return path


def _newest_keys(snapshot: Path) -> Path | None:
    day = files.day_of(snapshot)
    later = [path for path in files.of_kind(snapshot.parent, "keys") if day and (files.day_of(path) or day) >= day]
    return later[-1] if later else None


def _identity(name: str | None) -> str | None:
    if name is None:
        return None
    for line in _existing(name).read_text().splitlines():
        if line.strip().startswith(PRIVATE_MARK):
            return line.strip()
    raise Refused(_("%s holds no private age key.") % name)


def _put_secrets_back(path: Path, identity: str | None, home: Path) -> None:
    from atarraya.command.snapshots import manifest
    from atarraya.command.snapshots.private import private_folder

    if (home / "secrets").exists():
        raise Refused(_("%s already holds secrets. Restore into an empty folder.") % home)
    with private_folder(home) as work, files.opened_zip(path, identity, work) as packed:
        manifest.read(packed, "secrets", path.name)
        (home / "secrets").mkdir(mode=0o700)
        for name in packed.namelist():
            if name.startswith("secrets/"):
                (home / "secrets" / Path(name).name).write_bytes(packed.read(name))


def _say(args: argparse.Namespace, day: str, erased: int, keys: Path | None) -> None:
    print(_("Restored in %(folder)s as of %(day)s.") % {"folder": args.folder, "day": day})
    print(_("Erasures repeated: %s") % erased)
    if keys is None:
        print(_("No file of keys was given: sealed entries of this backup stay closed for good, and were removed."))
    if not args.secrets:
        print(_("The secrets were made anew: old receipts and short codes open nothing, and everybody signs in again."))
    print(_("Now: atarraya doctor, then atarraya serve"))
