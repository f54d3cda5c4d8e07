"""The application as `atarraya serve` runs it: its process ends when the server that started it asks, and with it.

Ctrl-C in a terminal reaches every process at once. Only the server acts on it, so that the end is always orderly; and
a server that is killed outright leaves nobody behind to hold its port.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import multiprocessing
import os
import signal

from atarraya.command.malloc import give_memory_back
from atarraya.rsgi import Application
from atarraya.wsgi import application as wsgi

PR_SET_PDEATHSIG = 1


class Served(Application):
    """Answers as `atarraya.rsgi` does, in a process that belongs to its server."""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start, and be bound to the server's life."""
        super().__rsgi_init__(loop)
        # What was loaded by now stays: without this the collector walks all of it, and somebody waits meanwhile.
        gc.collect()
        gc.freeze()
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        started_by = multiprocessing.parent_process()
        if started_by is not None and os.getppid() != started_by.pid:  # killed before this line
            os.kill(os.getpid(), signal.SIGTERM)


give_memory_back()
application = Served(wsgi)
