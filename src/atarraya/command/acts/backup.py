"""`atarraya backup`: data and keys in two sealed files; the secrets folder only when asked for by name."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from atarraya.command import folder
from atarraya.command.snapshots import files, taking
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, Refused


def run(args: argparse.Namespace) -> int:
    """Write a backup into a folder, sealed to a public key whose private half is not on this machine."""
    recipient = args.recipient or args.installation.backup_recipient
    if not recipient:
        raise Refused(_("Say whom to seal the backup to: --recipient age1… (made elsewhere with age-keygen)"))
    to = Path(args.to).absolute()
    _refuse_inside(to, args.folder)
    if args.secrets:
        print(taking.take_secrets(to, recipient))
        print(_("Keep this file apart from the backups: together they let receipts be guessed at."))
        return DONE
    taken = taking.take(to, recipient, args.folder)
    if args.installation.backup_folder != str(to):
        folder.write(args.folder, replace(args.installation, backup_folder=str(to)))
    _say(taken, to, args.folder)
    return DONE


def _refuse_inside(to: Path, home: Path) -> None:
    if home.resolve() in [to.resolve(), *to.resolve().parents]:
        raise Refused(_("A backup inside the installation's own folder is lost with it. Choose another folder."))


def _say(taken: taking.Taken, to: Path, home: Path) -> None:
    print(taken.data)
    print(taken.keys)
    days = {"days": files.KEY_DAYS}
    print(_("Copy both off this machine. Files of keys may live %(days)s days, copies too.") % days)
    if taken.dropped:
        print(_("Files of keys that reached their last day and were deleted: %s") % taken.dropped)
    print(_("Not in it: sessions, and the secrets folder (see --secrets)."))
    if os.stat(to).st_dev == os.stat(home).st_dev:
        print(_("This backup lies on the same disk as the installation."), file=sys.stderr)
