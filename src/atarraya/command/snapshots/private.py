"""Private folders of a backup or a restore: what lies open in one never outlives the command, killed or not.

One at a time for an installation: whoever holds the lock on its folder may sweep away what another left.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atarraya.command.folder import WORK


@contextmanager
def private_folder(home: Path) -> Iterator[Path]:
    """Yield a private folder (0700) on the installation's own disk, removed with all it holds.

    Waits while another command has one, and first removes those of commands that were killed.
    """
    with _held(home, fcntl.LOCK_EX):
        _remove(home)
        work = Path(tempfile.mkdtemp(prefix=WORK, dir=home))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def sweep(home: Path) -> int:
    """Remove private folders that nobody uses any more; return how many."""
    try:
        with _held(home, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return _remove(home)
    except BlockingIOError:  # one is in use; whoever has it removed the others
        return 0


def _remove(home: Path) -> int:
    left = list(home.glob(f"{WORK}*"))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


@contextmanager
def _held(home: Path, how: int) -> Iterator[None]:
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
