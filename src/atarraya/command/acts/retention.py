"""`atarraya retention`: what the daily job does, now; or only what it would do."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from atarraya.alerts.services import retention
from atarraya.command.words import _
from atarraya.terminal.codes import DONE
from atarraya.terminal.progress import Progress


def run(args: argparse.Namespace) -> int:
    """Delete what has reached its last day and whose readers were told; `--dry-run` only counts."""
    with Progress(_("Deleting")) as progress:
        outcome = retention.run(progress=progress.reach, dry_run=args.dry_run)
    names = {
        "entries": _("sealed entries deleted"),
        "waiting": _("entries that wait until their readers are told"),
        "slices": _("slices of attachments deleted"),
        "keys": _("keys without anything to open"),
        "counts": _("old counts deleted"),
        "phones": _("phones of old links forgotten"),
        "points": _("settled alerts whose point was forgotten"),
        "drafts": _("sealed drafts of what was decided forgotten"),
    }
    if args.dry_run:
        print(_("Nothing was deleted. This would be:"))
    for name, count in asdict(outcome).items():
        print(f"  {names.get(name, name)}: {count}")
    return DONE
