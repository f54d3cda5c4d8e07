"""A process that ends with the one that started it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with_parent(started_by: int | None = None) -> None:
    """Have the system end this process (SIGTERM) when its parent ends, killed outright too.

    `started_by` is the parent's process id; without it, the one that multiprocessing knows, and nothing in a process
    that nobody started so.
    """
    if started_by is None:
        parent = multiprocessing.parent_process()
        started_by = parent.pid if parent is not None else None
    if started_by is None:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != started_by:  # killed before this line
        os.kill(os.getpid(), signal.SIGTERM)
