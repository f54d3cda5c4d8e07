"""The application as `atarraya serve` runs it: its process ends when the server that started it asks, and with it.

Ctrl-C in a terminal reaches every process at once. Only the server acts on it, so that the end is always orderly; and
a server that is killed outright leaves nobody behind to hold its port.
"""

from __future__ import annotations

import asyncio
import gc
import signal

from atarraya.command.malloc import give_memory_back
from atarraya.kernel.processes import end_with_parent
from atarraya.rsgi import Application
from atarraya.wsgi import application as wsgi


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
        end_with_parent()


give_memory_back()
application = Served(wsgi)
