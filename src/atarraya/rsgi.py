"""The application as the server process runs it: a request takes a thread only once its whole body has arrived.

A phone on a slow line takes seconds to send a photo's slice, and one that vanishes never ends. If each held a thread
meanwhile, as WSGI servers have it, eight of them would hold up everybody. Here bodies wait in the event loop, which
costs a few kilobytes each, and a body that was cut off never reaches the application.
No address of a client is handed on.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings

from atarraya.wsgi import application as wsgi

# A slice of 16 KiB at 2G speed takes three seconds; nobody honest takes five minutes.
BODY_WITHIN = 300.0
Answer = tuple[int, list[tuple[str, str]], bytes]
# What is refused before the application sees it carries what the middleware would have put on it.
REFUSED = [
    ("content-type", "text/plain"),
    ("connection", "close"),
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
]


# To a client that shows its password only once it was asked: it sends the same again.
ASKED = [("www-authenticate", 'Basic realm="ODK", charset="UTF-8"'), ("x-openrosa-version", "1.0")]


class CutOff(Exception):
    """The client went away, took too long, or sent more than it said: nobody is there to be answered."""


class TooLong(Exception):
    """The body is longer than anything that is read here."""


Work = Callable[[], None]


@dataclass
class _Rest:
    """Where a thread without work waits; with the lock open and no work in it, it is to end."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    work: Work | None = None


class Threads:
    """At most `most` threads; work goes to the one that rested last.

    One phone that sends alone is answered by one thread over one connection to the database, and what both have at
    hand is still warm. Taken in turn, eight threads and eight connections would all be cold. A thread is started
    when there is work and none rests. Work must not raise.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._resting: list[_Rest] = []
        self._waiting: deque[Work] = deque()
        self._started: list[threading.Thread] = []
        self._ending = False

    def run(self, work: Work) -> None:
        """Have a thread do `work`, in the order in which it came."""
        with self._lock:
            if self._resting:
                rest = self._resting.pop()
                rest.work = work
                rest.lock.release()
                return
            self._waiting.append(work)
            if len(self._started) < self.most:
                # A daemon, so that one which hangs does not keep a process from its end; `end` waits for the others.
                thread = threading.Thread(target=self._live, name=f"answer_{len(self._started)}", daemon=True)
                self._started.append(thread)
                thread.start()

    def end(self) -> None:
        """Finish what is begun or waits, and end the threads."""
        with self._lock:
            self._ending = True
            for rest in self._resting:
                rest.lock.release()
            self._resting.clear()
        for thread in self._started:
            thread.join()

    def _live(self) -> None:
        rest = _Rest()
        rest.lock.acquire()
        while (work := self._next(rest)) is not None:
            work()
            del work  # a request's body and environment are not kept until the next one

    def _next(self, rest: _Rest) -> Work | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._ending:
                return None
            self._resting.append(rest)
        rest.lock.acquire()
        work, rest.work = rest.work, None
        return work


class Application:
    """Reads bodies in the event loop, and answers in `ATARRAYA_THREADS` threads."""

    def __init__(self, answer: Callable[..., Iterable[bytes]]) -> None:
        self.answer = answer
        self.most = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        self.larger = dict(settings.LARGER_BODIES)
        self.threads: Threads | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Make ready for threads, in the process that will serve."""
        self.threads = Threads(int(os.environ.get("ATARRAYA_THREADS", "8")))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Finish what is begun before the process ends."""
        if self.threads is not None:
            self.threads.end()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Read the body, then answer in a thread."""
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await self._body(scope, proto)
        except TooLong:
            if scope.path in self.larger and scope.headers.get("authorization") is None:
                proto.response_bytes(401, [*REFUSED, *ASKED], b"password\n")
                return
            proto.response_bytes(413, REFUSED, b"too large\n")
            return
        except (CutOff, TimeoutError):
            proto.response_bytes(400, REFUSED, b"cut off\n")
            return
        loop = asyncio.get_running_loop()
        answered = loop.create_future()
        self.threads.run(partial(self._in_thread, scope, body, proto, loop, answered))  # type: ignore[union-attr]
        await answered

    async def _body(self, scope: Any, proto: Any) -> bytes:
        if scope.method in {"GET", "HEAD"}:
            return b""
        most = self._most(scope)
        said = scope.headers.get("content-length")
        if said is not None and (not said.isdigit() or int(said) > most):
            raise TooLong()
        if said is not None:
            whole: bytes = await proto()
            if len(whole) != int(said):
                raise CutOff()
            return whole
        body = bytearray()
        async for piece in proto:
            body += piece
            if len(body) > most:
                raise TooLong()
        return bytes(body)

    def _most(self, scope: Any) -> int:
        # Only who shows a password may fill more memory than anybody may; whether it is right is asked behind.
        shown = scope.headers.get("authorization") is not None
        return int(self.larger.get(scope.path, self.most)) if shown else self.most

    def _in_thread(
        self, scope: Any, body: bytes, proto: Any, loop: asyncio.AbstractEventLoop, answered: asyncio.Future[None]
    ) -> None:
        """Answer from a thread: the loop is only told that it is done, so nobody waits for its turn."""
        problem: BaseException | None = None
        try:
            status, headers, content = self._answer(_environ(scope, body))
            proto.response_bytes(status, headers, b"" if scope.method == "HEAD" else content)
        except BaseException as raised:
            problem = raised
        with suppress(RuntimeError):  # the loop has ended, and nobody asks any more
            loop.call_soon_threadsafe(_done, answered, problem)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        told: list[Any] = []
        answered = self.answer(environ, lambda status, headers, _error=None: told.extend((status, headers)))
        try:
            content = b"".join(answered)
        finally:
            close = getattr(answered, "close", None)
            if close is not None:
                close()
        return int(told[0].split(" ", 1)[0]), told[1], content


def _done(answered: asyncio.Future[None], problem: BaseException | None) -> None:
    if answered.cancelled():  # the client went away meanwhile
        return
    if problem is None:
        answered.set_result(None)
    else:
        answered.set_exception(problem)


def _environ(scope: Any, body: bytes) -> dict[str, Any]:
    host, _colon, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),  # already decoded; WSGI wants its bytes spelled so
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # WSGI spells hyphens so: "X_Forwarded_Proto" would pass for what the proxy says
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key != "CONTENT_LENGTH":
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


application = Application(wsgi)
