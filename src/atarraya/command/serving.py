"""The server process: one web worker with several threads, no access log, and the worker of jobs beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

TARGET = "atarraya.command.served:application"
# Requests taken in at once: slow ones wait in memory, without a thread, until their body is whole (atarraya.rsgi).
# Those beyond wait in the socket's own queue.
BACKPRESSURE = 1024
STOP_WITHIN = 20  # seconds a request may still take when the server is asked to stop
START_AGAIN = 5.0  # seconds before a worker that ended is started again
HEADER_WITHIN = 60_000  # milliseconds: a phone on a slow line takes long to send even its headers


@dataclass(frozen=True)
class Place:
    """Where to listen, how many requests to serve at once, whether to do the jobs too, and where streams listen."""

    host: str
    port: int
    threads: int
    jobs: bool
    live: int = 0  # port of the process of live streams; 0: none


def serve(place: Place, home: Path) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress are finished first."""
    os.environ["ATARRAYA_THREADS"] = str(place.threads)
    server = Server(
        TARGET,
        address=place.host,
        port=place.port,
        interface=Interfaces.RSGI,
        workers=1,
        loop=Loops.uvloop,  # each request wakes the loop three times, and this one wakes at a third of the cost
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_WITHIN),
        websockets=False,
        backpressure=BACKPRESSURE,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN,
    )
    beside = [Beside(home, "worker")] if place.jobs else []
    if place.live:
        settings.LIVE = True  # the web process, forked from this one, tells pages that there are streams
        beside.append(Beside(home, "live", "--port", str(place.live)))
    for process in beside:
        server.on_startup(process.start)
        server.on_shutdown(process.stop)
    connections.close_all()  # the web worker is forked from here and must open its own
    server.serve()


class Beside:
    """Keeps one command of ours alive in a process of its own."""

    def __init__(self, home: Path, *words: str) -> None:
        self.command = [sys.executable, "-m", "atarraya.command", "--data", str(home), *words]
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and watch over it."""
        self._launch()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        self.stopping.set()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _launch(self) -> None:
        # It watches ATARRAYA_PARENT, so that killing the server outright leaves no worker behind.
        environ = os.environ | {"ATARRAYA_PARENT": str(os.getpid())}
        self.process = subprocess.Popen(self.command, env=environ, start_new_session=True)  # nosec B603 # our own

    def _watch(self) -> None:
        while not self.stopping.wait(START_AGAIN):
            if self.process is not None and self.process.poll() is not None and not self.stopping.is_set():
                self._launch()
