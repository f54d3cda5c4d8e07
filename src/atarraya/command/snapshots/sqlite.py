"""SQLite: a snapshot copied table by table inside one reading transaction, so that keys never enter it.

The online backup interface would copy the storage keys too and leave them in freed pages of the copy.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from atarraya.command.snapshots import rows

MEMBER = "atarraya.sqlite3"


def copy_tables(target: Path, leave_empty: frozenset[str], step: Callable[[], None]) -> None:
    """Copy the database into the new file `target`, with the tables of `leave_empty` present but empty."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), timeout=20, isolation_level=None)
    try:
        source.execute("BEGIN")  # from the first read on, all reads see the same moment
        made = source.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        _make(target, [sql for kind, name, sql in made if kind == "table" and not name.startswith("sqlite_")])
        source.execute("COMMIT")
        source.execute("ATTACH DATABASE ? AS copy", (str(target),))
        source.execute("PRAGMA copy.journal_mode=OFF")
        source.execute("PRAGMA copy.synchronous=OFF")
        source.execute("BEGIN")
        for kind, name, _sql in made:
            # SQLite's own tables: only the numbers given out matter; statistics are made anew.
            ours = not name.startswith("sqlite_") or name == "sqlite_sequence"
            if kind == "table" and ours and name not in leave_empty:
                _copy_one(source, name)
                step()
        source.execute("COMMIT")
        source.execute("DETACH DATABASE copy")
    finally:
        source.close()
    _make(target, [sql for kind, name, sql in made if kind != "table"])


def _copy_one(source: sqlite3.Connection, name: str) -> None:
    if name == "sqlite_sequence":
        source.execute("DELETE FROM copy.sqlite_sequence")
    quoted = '"' + name.replace('"', '""') + '"'
    source.execute(f"INSERT INTO copy.{quoted} SELECT * FROM main.{quoted}")  # nosec B608 # names from the schema


def _make(target: Path, statements: list[str]) -> None:
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        copy.execute("BEGIN")
        for statement in statements:
            copy.execute(statement)
        copy.execute("COMMIT")
    finally:
        copy.close()


def write_data(packed: zipfile.ZipFile, work: Path, step: Callable[[], None]) -> None:
    """Add the snapshot to the zip, by way of a private file in `work` that is removed."""
    copy = work / MEMBER
    try:
        copy_tables(copy, rows.NEVER | set(rows.APART), step)
        packed.write(copy, MEMBER)
    finally:
        copy.unlink(missing_ok=True)


def read_data(packed: zipfile.ZipFile, step: Callable[[], None]) -> None:
    """Put the snapshot where the settings expect the database."""
    target = Path(settings.DATABASES["default"]["NAME"])
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with packed.open(MEMBER) as source, os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    step()


def remove_database() -> None:
    """Remove a database that a failed restore left half made."""
    name = str(settings.DATABASES["default"]["NAME"])
    for path in (name, name + "-wal", name + "-shm", name + ".writer"):
        Path(path).unlink(missing_ok=True)
