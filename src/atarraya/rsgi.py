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
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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


class Application:
    """Reads bodies in the event loop, and answers in `ATARRAYA_THREADS` threads."""

    def __init__(self, answer: Callable[..., Iterable[bytes]]) -> None:
        self.answer = answer
        self.most = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        self.larger = dict(settings.LARGER_BODIES)
        self.pool: ThreadPoolExecutor | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, in the process that will serve."""
        self.pool = ThreadPoolExecutor(int(os.environ.get("ATARRAYA_THREADS", "8")), thread_name_prefix="answer")

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
        self.pool.submit(self._in_thread, scope, body, proto, loop, answered)  # type: ignore[union-attr]
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
