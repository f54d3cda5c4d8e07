"""Files of a backup: their names, and writing and reading them sealed, whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from atarraya.command.words import _
from atarraya.sealing import backups
from atarraya.terminal.codes import Refused

KEY_DAYS = 35  # storage keys live no longer in backups, so that what is erased here is erased there (R23)
NAME = re.compile(r"atarraya-(\d{4}-\d{2}-\d{2})-([0-9a-f]{8})-(data|keys|secrets)\.age")
PART = ".part"
PIECE = 64 * 1024


def new_set(day: date) -> str:
    """Return the name that the files of one backup share."""
    return f"atarraya-{day.isoformat()}-{secrets.token_hex(4)}"


def day_of(path: Path) -> date | None:
    """Return the day in a backup file's name, or None when it is not one of ours."""
    found = NAME.fullmatch(path.name)
    return date.fromisoformat(found[1]) if found else None


def of_kind(folder: Path, kind: str) -> list[Path]:
    """Return the folder's backup files of `kind` (data, keys, secrets), oldest first."""
    found = [path for path in folder.glob(f"atarraya-*-{kind}.age") if day_of(path)]
    return sorted(found, key=lambda path: (path.name[:19], path.stat().st_mtime_ns))


def drop_old_keys(folder: Path, today: date) -> int:
    """Delete key files older than KEY_DAYS and what an interrupted backup left; return how many keys went."""
    for part in folder.glob(f"atarraya-*{PART}"):
        part.unlink()
    limit = today - timedelta(days=KEY_DAYS)
    old = [path for path in of_kind(folder, "keys") if (day_of(path) or today) < limit]
    for path in old:
        path.unlink()
    return len(old)


@contextmanager
def sealed_zip(path: Path, recipient: str) -> Iterator[zipfile.ZipFile]:
    """Yield a zip whose bytes go sealed to `path` as they are written: nothing of it lies open on the disk.

    On any failure no file of that name is left.
    """
    part = path.with_name(path.name + PART)
    try:
        with _sealing(part, recipient) as pipe, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
            yield packed
        os.replace(part, path)
        _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _sealing(part: Path, recipient: str) -> Iterator[BinaryIO]:
    read_end, write_end = os.pipe()
    failed: list[Exception] = []

    def seal() -> None:
        try:
            with os.fdopen(read_end, "rb") as source, _private(part) as target:
                backups.seal_backup(source, target, recipient)
                target.flush()
                os.fsync(target.fileno())
        except Exception as problem:  # told to the writer below
            failed.append(problem)

    thread = threading.Thread(target=seal, daemon=True)
    thread.start()
    try:
        with os.fdopen(write_end, "wb", buffering=PIECE) as pipe:
            pipe.write(backups.MARK)
            yield cast(BinaryIO, _OneWay(pipe))
    except BrokenPipeError:
        thread.join()
        if not failed:
            raise
    finally:
        thread.join()
    if failed:
        raise failed[0]


class _OneWay:
    """A pipe as zipfile wants it: it cannot seek nor say where it is."""

    def __init__(self, pipe: BinaryIO) -> None:
        self.pipe = pipe

    def write(self, piece: bytes) -> int:
        return self.pipe.write(piece)

    def tell(self) -> int:
        raise OSError("one way")

    def flush(self) -> None:
        self.pipe.flush()


def _private(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return cast(BinaryIO, _Exact(os.fdopen(handle, "wb", buffering=0)))


class _Exact:
    """Writes all of a piece or fails: an unbuffered file may take less when the disk is nearly full."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def __enter__(self) -> _Exact:
        return self

    def __exit__(self, *problem: object) -> None:
        self.file.close()

    def write(self, piece: bytes) -> int:
        rest = memoryview(piece)
        while rest:
            rest = rest[self.file.write(rest) :]
        return len(piece)

    def flush(self) -> None:
        self.file.flush()

    def fileno(self) -> int:
        return self.file.fileno()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_sealed(path: Path) -> bool:
    """Return whether the file is still an age file."""
    with path.open("rb") as file:
        return file.read(len(backups.SEALED)) == backups.SEALED


@contextmanager
def opened_zip(path: Path, identity: str | None, work: Path) -> Iterator[zipfile.ZipFile]:
    """Yield the zip inside a backup file; a sealed one is opened with `identity` into the private folder `work`."""
    plain = work / (path.name + ".open")
    try:
        if is_sealed(path):
            if identity is None:
                raise Refused(_("%s is sealed. Give the private key's file with --identity.") % path.name)
            with path.open("rb") as source, _private(plain) as target:
                backups.open_backup(source, target, identity)
        else:
            _strip_mark(path, plain)
        with zipfile.ZipFile(plain) as packed:
            yield packed
    except backups.CannotOpen:
        raise Refused(_("%s does not open with this key, or it is damaged.") % path.name) from None
    except zipfile.BadZipFile:
        raise Refused(_("%s is not a backup, or it is damaged.") % path.name) from None
    finally:
        plain.unlink(missing_ok=True)


def _strip_mark(path: Path, plain: Path) -> None:
    with path.open("rb") as source, _private(plain) as target:
        if source.read(len(backups.MARK)) != backups.MARK:
            raise Refused(_("%s is not a backup, or it is damaged.") % path.name)
        while piece := source.read(PIECE):
            target.write(piece)
