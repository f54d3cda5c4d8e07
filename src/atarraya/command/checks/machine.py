"""The machine around the installation: clock, disk, swap, core dumps, and the worker beside the server."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from atarraya.command import jobs
from atarraya.command.checks.finding import NOTE, Finding, found
from atarraya.command.snapshots import files
from atarraya.command.words import _
from atarraya.kernel import clock
from atarraya.trail.models import Line

ENOUGH = 1024**3
TOO_LITTLE = 256 * 1024**2
ALIVE_WITHIN = 300  # seconds since the worker last looked
STALE_BACKUP = 8  # days
SWAPS, SYNCED, TIMESYNC = Path("/proc/swaps"), Path("/run/systemd/timesync/synchronized"), Path("/run/systemd/timesync")


def clocks(args: argparse.Namespace) -> Iterator[Finding]:
    """The clock is not behind what was written already, and somebody keeps it right."""
    last = Line.objects.exclude(at__contains=" ").order_by("-number").values_list("at", flat=True).first()
    ahead = last is not None and _moment(last) > clock.now() + timedelta(hours=1)
    yield found(
        "clock",
        not ahead,
        _("The clock is not behind what was written."),
        _("The clock is behind the last act in the trail. Set it before serving: alerts expire by it."),
    )
    if TIMESYNC.is_dir():
        yield found(
            "clock-kept",
            SYNCED.exists(),
            _("The clock is kept right by the network."),
            _("The clock has not been set by the network since the start."),
            level=NOTE,
        )


def _moment(text: str) -> datetime:
    shape = "%Y-%m-%dT%H" if "T" in text else "%Y-%m-%d"
    return datetime.strptime(text, shape).replace(tzinfo=UTC)


def disk(args: argparse.Namespace) -> Iterator[Finding]:
    """There is room for reports."""
    at = os.statvfs(args.folder)
    free = at.f_bavail * at.f_frsize
    words = {"free": free // 1024**2}
    if free < TOO_LITTLE:
        yield found("disk", False, "", _("Only %(free)s MB are free: attachments are refused. Make room.") % words)
    else:
        yield found("disk", free >= ENOUGH, _("%(free)s MB are free.") % words, _("Only %(free)s MB are free.") % words,
                    level=NOTE)  # fmt: skip


def memory_on_disk(args: argparse.Namespace) -> Iterator[Finding]:
    """Memory does not end on the disk by way of swap (core dumps are off in every process of ours)."""
    areas = [line.split()[0] for line in _lines(SWAPS)[1:] if line.split()]
    plain = [area for area in areas if "zram" not in area and "/dm-" not in area]
    yield found(
        "swap",
        not plain,
        _("Memory is not swapped to a plain disk."),
        _("Swap on %s may keep links and sessions on the disk. Turn it off, or encrypt it.") % ", ".join(plain),
        level=NOTE,
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def worker(args: argparse.Namespace) -> Iterator[Finding]:
    """The jobs are being done."""
    path = args.folder / jobs.MEMORY
    age = time.time() - path.stat().st_mtime if path.exists() else None
    yield found(
        "worker",
        age is not None and age < ALIVE_WITHIN,
        _("The worker is alive."),
        _("The worker does not run: alerts do not expire and nothing is deleted. Start atarraya serve."),
    )


def backups(args: argparse.Namespace) -> Iterator[Finding]:
    """There is a recent backup, and no file of keys beyond its days."""
    where = args.installation.backup_folder
    if args.installation.demo:
        return
    if not where or not Path(where).is_dir():
        yield found("backups", False, "", _("No backup was made yet: atarraya backup --to FOLDER"), level=NOTE)
        return
    today, folder = clock.today(), Path(where)
    days = [day for path in files.of_kind(folder, "data") if (day := files.day_of(path))]
    newest = max(days, default=None)
    yield found(
        "backups",
        newest is not None and today - newest <= timedelta(days=STALE_BACKUP),
        _("The last backup is of %s.") % newest,
        _("The last backup is old or gone."),
        level=NOTE,
    )
    yield found(
        "backup-keys",
        not _late_keys(folder, today),
        _("No file of keys is older than its days."),
        _("A file of keys is older than %s days: what was erased could still be opened. Delete it.") % files.KEY_DAYS,
    )


def _late_keys(folder: Path, today: date) -> bool:
    limit = today - timedelta(days=files.KEY_DAYS)
    return any((files.day_of(path) or today) < limit for path in files.of_kind(folder, "keys"))
