"""`atarraya live`: the process of live streams. `atarraya serve --live-port` starts it; a proxy hands `/vivo` to it."""

from __future__ import annotations

import argparse
import os

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from atarraya.command import listening
from atarraya.command.words import _
from atarraya.kernel.processes import end_with_parent
from atarraya.terminal.codes import DONE

TARGET = "atarraya.channels.live.asgi:application"
STOP_WITHIN = 10
# Streams wait in the loop and hold no thread: as many may be open as the application lets in.
BACKLOG = 8192


def run(args: argparse.Namespace) -> int:
    """Serve streams until asked to stop, or until the server that started this process is gone."""
    if "ATARRAYA_PARENT" in os.environ:
        end_with_parent(int(os.environ["ATARRAYA_PARENT"]))
    listening.check_free("127.0.0.1", args.port)
    print(_("Live streams on http://127.0.0.1:%s, for the proxy in front.") % args.port, flush=True)
    server = Server(
        TARGET,
        address="127.0.0.1",
        port=args.port,
        interface=Interfaces.ASGI,
        workers=1,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN,
    )
    server.serve()
    return DONE
