"""What the worker does besides its jobs: tells what the outbox holds, each way out in a thread of its own.

A way that answers slowly keeps no other waiting. Several workers may do this at once, on one machine or on many that
share a PostgreSQL: each leases what it sends.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial

from django.db import close_old_connections, connection

from atarraya.command.words import _
from atarraya.notices import carriers
from atarraya.notices.services import delivering, fanning

LOOK = 0.5  # seconds between looks at the outbox
# Seconds between a way's own looks, for what was put off: what is new is said by whoever wrote it, unless that was
# another process.
LOOK_AGAIN = 1.0
AFTER_FAULT = 10.0  # seconds before a thread that failed looks again
STOP_WITHIN = 15.0  # seconds a message already begun may still take


class Deliverers:
    """One thread that writes deliveries, and one for each way out."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []
        self.wakes: list[threading.Event] = []

    def start(self) -> None:
        """Start all threads."""
        for carrier in carriers.sending():
            self._launch(carrier.name, partial(delivering.step, carrier, self.stopping), LOOK_AGAIN)
        self._launch("outbox", self._fan_out, LOOK)

    def stop(self) -> None:
        """Finish what is on its way, give the rest back, and end."""
        self.stopping.set()
        self._wake()
        for thread in self.threads:
            thread.join(STOP_WITHIN)

    def _launch(self, name: str, act: Callable[[], bool], every: float) -> None:
        wake = threading.Event()
        self.wakes.append(wake)
        thread = threading.Thread(target=self._loop, args=(name, act, every, wake), name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _fan_out(self) -> bool:
        wrote = fanning.step()
        if wrote:
            self._wake()
        return wrote

    def _wake(self) -> None:
        for wake in self.wakes:
            wake.set()

    def _loop(self, name: str, act: Callable[[], bool], every: float, wake: threading.Event) -> None:
        while not self.stopping.is_set():
            wake.clear()  # before the look, so that what comes during it is seen at once after it
            pause = every
            try:
                close_old_connections()
                if act():
                    continue
            except Exception as problem:  # the database may be away for a while
                _tell(name, problem)
                pause = AFTER_FAULT
            wake.wait(pause)
        connection.close()


def _tell(name: str, problem: Exception) -> None:
    # Only the kind: a message could hold a value of a row.
    told = f"{name} ({type(problem).__name__})"
    print(_("Notices could not be sent: %s; it will be tried again.") % told, file=sys.stderr, flush=True)


def once(stop: threading.Event) -> None:
    """Tell what waits and send what is due, then return (`worker --once`)."""
    while not stop.is_set() and fanning.step():
        pass
    for carrier in carriers.sending():
        try:
            while not stop.is_set() and delivering.step(carrier, stop):
                pass
        except Exception as problem:  # of this way: the others are told all the same
            _tell(carrier.name, problem)
