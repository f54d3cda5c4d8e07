"""Taking a backup: a file of data, a file of storage keys and erasures, both sealed to a key that is not here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from atarraya.command import folder as folders
from atarraya.command.snapshots import files, manifest, postgres, rows, sqlite
from atarraya.command.snapshots.private import private_folder
from atarraya.command.words import _
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.sealing import backups
from atarraya.terminal.progress import Progress
from atarraya.trail import services as trail

ERASURES = "alerts_erasure"
TRANSPORT = "transport"


@dataclass(frozen=True)
class Taken:
    """The files written, and how many files of keys reached their last day."""

    data: Path
    keys: Path
    dropped: int


def take(to: Path, recipient: str, home: Path) -> Taken:
    """Write both files into `to`, or neither. `home` is the installation's folder, for its mark and private work."""
    recipient = backups.check_recipient(recipient)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    today = clock.today()
    name = files.new_set(today)
    data, keys = to / f"{name}-data.age", to / f"{name}-keys.age"
    try:
        # Data first: what is erased while the backup runs is then missing from the keys, and stays erased.
        _write_data(data, recipient, home)
        _write_keys(keys, recipient)
    except BaseException:
        data.unlink(missing_ok=True)
        keys.unlink(missing_ok=True)
        raise
    with write():
        trail.record("backup.take", actor="operator")
    return Taken(data, keys, files.drop_old_keys(to, today))


def _write_data(path: Path, recipient: str, home: Path) -> None:
    tables = rows.kept_tables()
    with Progress(_("Copying tables"), len(tables)) as progress, files.sealed_zip(path, recipient) as packed:
        manifest.write(packed, "data", tables)
        packed.write(home / folders.MARK, manifest.INSTALLATION)
        if connection.vendor == "sqlite":
            with private_folder(home) as work:
                sqlite.write_data(packed, work, progress.step)
        else:
            postgres.write_data(packed, progress.step)


def _write_keys(path: Path, recipient: str) -> None:
    tables = rows.apart_tables() | {ERASURES: rows.columns(ERASURES)}
    with files.sealed_zip(path, recipient) as packed:
        manifest.write(packed, "keys", tables)
        for table in tables:
            with packed.open(f"rows/{table}.jsonl", "w", force_zip64=True) as out:
                rows.write_lines(table, out)
        for key in sorted(transport_folder().glob("*.key")):
            packed.write(key, f"{TRANSPORT}/{key.name}")


def transport_folder() -> Path:
    """Return where the transport keys of the last weeks are: what still waits on phones opens with them."""
    return Path(settings.DATA) / "secrets" / TRANSPORT


def take_secrets(to: Path, recipient: str) -> Path:
    """Write the secrets folder, sealed. Whoever opens it beside a backup can look up receipts: keep it elsewhere."""
    recipient = backups.check_recipient(recipient)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = to / f"{files.new_set(clock.today())}-secrets.age"
    with files.sealed_zip(path, recipient) as packed:
        manifest.write(packed, "secrets", {})
        for secret in sorted(path for path in (Path(settings.DATA) / "secrets").iterdir() if path.is_file()):
            packed.write(secret, f"secrets/{secret.name}")
    with write():
        trail.record("backup.secrets", actor="operator")
    return path
