"""A process that ends with the one that started it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the system end this process (SIGTERM) when its parent ends, killed outright too.

    Does nothing in a process that multiprocessing did not start.
    """
    started_by = multiprocessing.parent_process()
    if started_by is None:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != started_by.pid:  # killed before this line
        os.kill(os.getpid(), signal.SIGTERM)
