"""A slow line between a browser and a server: TCP passed on at a shared rate, with distance, blackouts and cuts.

    shaper.py --to 127.0.0.1:8000 --rate 50kbit --rtt 800ms
    with Shaper(Line(up=50_000, down=50_000, rtt=0.8), to=8000) as line: …line.port…

A browser's own throttling leaves out the trips that opening a connection and TLS cost; here they are paid, because
every byte of them crosses the line. All connections share the two directions, as they share a phone's radio.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import socket
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

SEGMENT = 1400  # bytes handed on at once, about one packet
BUFFER = 16 * 1024  # bytes a sender may push ahead into the line
T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """A line: bits a second each way (0 = no limit), round trip and cost of a new connection in seconds."""

    up: float = 0
    down: float = 0
    rtt: float = 0
    setup: float = 0


SLOW = Line(up=50_000, down=50_000, rtt=0.8)


@dataclass
class _Way:
    """One direction, shared by all connections: when it is free again, and how many bytes it has carried."""

    free_at: float = 0
    carried: int = 0

    def book(self, size: int, rate: float) -> float:
        """Take the next place on the line and return when the last byte has left."""
        now = time.monotonic()
        begin = max(now, self.free_at)
        self.free_at = begin + (size * 8 / rate if rate else 0)
        self.carried += size
        return self.free_at


@dataclass
class _State:
    """What may change while the line is up."""

    line: Line
    up: _Way = field(default_factory=_Way)
    down: _Way = field(default_factory=_Way)
    signal: asyncio.Event = field(default_factory=asyncio.Event)
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    connections: int = 0
    cut_after: int | None = None


class Shaper:
    """Runs the line in a thread of its own. Every method may be called from any thread."""

    def __init__(self, line: Line, *, to: int, host: str = "127.0.0.1", port: int = 0) -> None:
        self.line, self.target, self.port = line, (host, to), port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._state: _State

    def __enter__(self) -> Shaper:
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def url(self) -> str:
        """Return the address a browser is given instead of the server's."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def bytes_up(self) -> int:
        """Return the bytes that have gone to the server."""
        return self._state.up.carried

    @property
    def bytes_down(self) -> int:
        """Return the bytes that have come from the server."""
        return self._state.down.carried

    @property
    def connections(self) -> int:
        """Return how many connections were opened."""
        return self._state.connections

    def change(self, **values: float) -> None:
        """Change the line while it is in use: `change(down=200_000)`."""
        self._state.line = replace(self._state.line, **values)

    def blackout(self) -> None:
        """Let nothing through until `signal()`; connections stay open and hope."""
        self._loop.call_soon_threadsafe(self._state.signal.clear)

    def signal(self) -> None:
        """Let bytes through again."""
        self._loop.call_soon_threadsafe(self._state.signal.set)

    def cut(self) -> None:
        """Break every open connection at once, as walking out of reach does."""
        self._do(self._cut())

    def cut_after(self, size: int) -> None:
        """Break everything once this many more bytes have gone up; new connections then work again."""
        self._state.cut_after = size

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _start(self) -> None:
        self._state = _State(self.line)
        self._state.signal.set()
        listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._accept, sock=listener, limit=BUFFER)

    async def _stop(self) -> None:
        self._server.close()
        await self._cut()
        rest = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=5)

    async def _cut(self) -> None:
        for writer in list(self._state.open):
            writer.transport.abort()
        self._state.open.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state = self._state
        state.connections += 1
        state.open.add(writer)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            # The loopback handshake was free; the line's own costs one round trip.
            await asyncio.sleep(state.line.rtt + state.line.setup)
            await state.signal.wait()
            far_reader, far_writer = await asyncio.open_connection(*self.target, limit=BUFFER)
            state.open.add(far_writer)
            await asyncio.gather(
                self._carry(reader, far_writer, upward=True), self._carry(far_reader, writer, upward=False)
            )
        for each in (writer, locals().get("far_writer")):
            if each is not None:
                state.open.discard(each)
                each.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upward: bool) -> None:
        """Read at the line's rate; deliver half a round trip later, in order."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=256)
        delivery = asyncio.create_task(self._deliver(on_the_way, writer))
        state, way = self._state, self._state.up if upward else self._state.down
        try:
            while chunk := await reader.read(SEGMENT):
                await state.signal.wait()
                left = way.book(len(chunk), state.line.up if upward else state.line.down)
                await asyncio.sleep(max(0.0, left - time.monotonic()))
                if upward and await self._is_cut(len(chunk)):
                    return
                await on_the_way.put((left + state.line.rtt / 2, chunk))
        finally:
            await on_the_way.put((0.0, b""))
            await delivery

    async def _is_cut(self, size: int) -> bool:
        state = self._state
        if state.cut_after is None:
            return False
        state.cut_after -= size
        if state.cut_after > 0:
            return False
        state.cut_after = None
        await self._cut()
        return True

    async def _deliver(self, on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while True:
                at, chunk = await on_the_way.get()
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                await self._state.signal.wait()
                if not chunk:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return
                writer.write(chunk)
                await writer.drain()


def _amount(text: str) -> float:
    """Read `50kbit`, `2mbit`, `800ms`, `1.5s`."""
    match = re.fullmatch(r"([0-9.]+)(kbit|mbit|bit|ms|s)?", text.lower())
    if not match:
        raise argparse.ArgumentTypeError(text)
    units = {"kbit": 1e3, "mbit": 1e6, "bit": 1, "ms": 1e-3, "s": 1, None: 1}
    return float(match.group(1)) * units[match.group(2)]


def main() -> None:
    """Run a line until Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", default="127.0.0.1:8000", help="HOST:PORT of the server")
    parser.add_argument("--port", type=int, default=0, help="where to listen")
    parser.add_argument("--rate", type=_amount, default=_amount("50kbit"), help="each way, as 50kbit")
    parser.add_argument("--rtt", type=_amount, default=_amount("800ms"), help="as 800ms")
    parser.add_argument("--setup", type=_amount, default=0.0, help="further cost of a connection, as 1s")
    options = parser.parse_args()
    host, _, port = options.to.rpartition(":")
    line = Line(up=options.rate, down=options.rate, rtt=options.rtt, setup=options.setup)
    with Shaper(line, to=int(port), host=host, port=options.port) as shaper, contextlib.suppress(KeyboardInterrupt):
        print(shaper.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
