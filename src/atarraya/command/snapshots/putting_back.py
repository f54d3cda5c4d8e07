"""Making an installation from a backup. It serves only once erasures were repeated: the mark is written last."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from atarraya.alerts.models import Chunk, Entry, StorageKey
from atarraya.alerts.services import erasing
from atarraya.channels.odk.services import erasing as odk
from atarraya.command import folder as folders
from atarraya.command import schema
from atarraya.command.snapshots import files, manifest, postgres, rows, sqlite
from atarraya.command.snapshots.private import private_folder
from atarraya.command.snapshots.taking import ERASURES, TRANSPORT, transport_folder
from atarraya.command.words import _
from atarraya.kernel.transactions import write
from atarraya.terminal.codes import Refused
from atarraya.terminal.progress import Progress
from atarraya.trail import services as trail


@dataclass(frozen=True)
class PutBack:
    """What came back: what the mark said, the day of the data, how many erased entries it still held."""

    installation: folders.Installation
    day: str
    erased: int


def put_back(snapshot: Path, keys: Path | None, identity: str | None) -> PutBack:
    """Fill the empty database of the settings in force from a backup, or leave it as empty as it was."""
    if connection.vendor == "postgresql" and not postgres.is_empty():
        raise Refused(_("The database already holds tables. Restore into an empty one."))
    try:
        return _put_back(snapshot, keys, identity)
    except BaseException:
        connection.close()
        if connection.vendor == "sqlite":
            sqlite.remove_database()
        else:
            postgres.remove_tables()
        raise


def _put_back(snapshot: Path, keys: Path | None, identity: str | None) -> PutBack:
    with private_folder(Path(settings.DATA)) as work:
        with files.opened_zip(snapshot, identity, work) as packed:
            known = manifest.read(packed, "data", snapshot.name)
            installation = folders.parse(packed.read(manifest.INSTALLATION))
            _put_data_back(packed, known)
        if keys is not None:
            with files.opened_zip(keys, identity, work) as packed:
                _put_keys_back(packed, manifest.read(packed, "keys", keys.name))
    schema.bring_up_to_date()
    if connection.vendor == "postgresql":
        postgres.set_sequences()
    erased = _erase_again()
    with write():
        trail.record("backup.restore", actor="operator")
    return PutBack(installation, known.day, erased)


def _erase_again() -> int:
    """Repeat what was erased since the data was written; return how many rows of it were still there.

    An entry without a key was erased while the backup ran, or its keys are gone: it can never be opened.
    """
    keys, rows_there = StorageKey.objects.values("pk"), Entry.objects.count() + Chunk.objects.count()
    closed = [
        *Entry.objects.exclude(pk__in=keys).values_list("pk", flat=True),
        *Chunk.objects.exclude(pk__in=keys).values_list("pk", flat=True),
    ]
    erasing.replay_erasures(closed)
    return rows_there - Entry.objects.count() - Chunk.objects.count() + odk.replay()


def _put_data_back(packed: zipfile.ZipFile, known: manifest.Manifest) -> None:
    if known.database != connection.vendor:
        raise Refused(
            _("This backup is of %(theirs)s and this installation uses %(ours)s. See DATABASE_URL.")
            % {"theirs": known.database, "ours": connection.vendor}
        )
    with Progress(_("Putting tables back"), len(known.tables)) as progress:
        if connection.vendor == "sqlite":
            sqlite.read_data(packed, progress.step)
            return
        schema.migrate_to(known.migrations)
        postgres.read_data(packed, known.tables, progress.step)


def _put_keys_back(packed: zipfile.ZipFile, known: manifest.Manifest) -> None:
    with write():
        for table, names in known.tables.items():
            if table == ERASURES:
                _forget(table)  # the file of keys is the newer of the two, and its list holds the older one
            with packed.open(f"rows/{table}.jsonl") as source:
                rows.read_lines(table, names, source)
    _put_transport_back(packed)


def _put_transport_back(packed: zipfile.ZipFile) -> None:
    place = transport_folder()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in packed.namelist():
        target = place / Path(name).name
        if name.startswith(f"{TRANSPORT}/") and not target.exists():
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(packed.read(name))


def _forget(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # nosec B608 # our own table
