"""The process of streams: an ASGI application that tails the table of events and tells that something changed.

It answers one address. A page comes with a signed word (`tokens`), is told from the number it had (`Last-Event-ID`, or
`after` in the address), and is sent away when its member may no longer reach the desk. It takes no body, sets no
cookie, logs no request.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from atarraya.kernel.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.production")
get_wsgi_application()  # prepares Django; the streams themselves are ours
end_with_parent()

from atarraya.channels.live import queries, tokens  # noqa: E402
from atarraya.channels.live.addresses import ADDRESS  # noqa: E402
from atarraya.channels.live.hub import EVERYWHERE, Hub, Stream  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TAIL_EVERY = 1.0
CHECK_EVERY = 10.0  # how long somebody who signed out or was stopped may still hear that something changed
# A proxy or a phone's carrier cuts what is silent for a minute.
KEEP_ALIVE = 25.0
COME_BACK = 5000  # milliseconds; a browser adds nothing of its own
MOST, MOST_EACH = 6000, 12

_SAFE = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]
_STREAM = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *_SAFE]

log = logging.getLogger(__name__)


class Live:
    """The application. Its tail begins with the first stream, in the loop that serves it."""

    def __init__(self) -> None:
        self.hub = Hub(int(os.environ.get("ATARRAYA_LIVE_STREAMS", MOST)), MOST_EACH)
        self.seq = -1
        self.tail: asyncio.Task[None] | None = None
        self.starting = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"] != ADDRESS:
            await _refuse(send, 404)
        elif scope["method"] != "GET":
            await _refuse(send, 405, (b"allow", b"GET"))
        else:
            await self._open(scope, receive, send)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        listener = tokens.listener(asked.get("t", [""])[0])
        if listener is None:
            return await _refuse(send, 401)
        await self._begin()
        stream = self.hub.open(listener)
        if stream is None:
            return await _refuse(send, 503, (b"retry-after", b"60"))
        try:
            await self._catch_up(stream, _number(scope, asked))
            await send({"type": "http.response.start", "status": 200, "headers": _STREAM})
            await send(_piece(f"retry: {COME_BACK}\n\n"))
            await self._flow(stream, receive, send)
        finally:
            self.hub.close(stream)

    async def _begin(self) -> None:
        async with self.starting:
            if self.tail is None or self.tail.done():
                self.seq = await _ask(queries.last)
                self.tail = asyncio.create_task(self._follow())

    async def _catch_up(self, stream: Stream, seen: int | None) -> None:
        """Note what was missed. The tail runs already: what comes meanwhile is noted too, at most twice."""
        if seen is None:
            return
        missed = await _ask(queries.after, seen)
        if len(missed) > queries.AT_ONCE:
            stream.note(EVERYWHERE, missed[-1].seq)
        else:
            stream.tell(missed)

    async def _flow(self, stream: Stream, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_until_gone(receive))
        try:
            while not stream.ended and not gone.done():
                woken = asyncio.create_task(stream.wake.wait())
                await asyncio.wait({woken, gone}, timeout=KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                lines = [f"id: {seq}\nevent: changed\ndata: {place}\n\n" for seq, place in stream.take()]
                await send(_piece("".join(lines) or ":\n\n"))
            if not gone.done():
                await send(_piece("event: ended\ndata:\n\n", more=False))
        finally:
            gone.cancel()

    async def _follow(self) -> None:
        """Tell what changes, second by second, and send away who may not listen any more."""
        since_check = 0.0
        while True:
            await asyncio.sleep(TAIL_EVERY)
            since_check += TAIL_EVERY
            if not self.hub.streams:
                return  # nobody listens: the next one begins it again
            try:
                changes = await _ask(queries.after, self.seq)
                if changes:
                    self.seq = changes[-1].seq
                    self.hub.tell(changes)
                if since_check >= CHECK_EVERY:
                    since_check = 0.0
                    asked = self.hub.listeners()
                    self.hub.keep_only(asked, await _ask(queries.may_listen, asked))
            except Exception as problem:  # the database is away: streams stay open, and hear of it all when it is back
                log.error("the tail of events failed: %s", type(problem).__name__)


async def _ask(question: Callable[..., Any], *given: Any) -> Any:
    return await asyncio.to_thread(_asked, question, given)


def _asked(question: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    close_old_connections()
    try:
        return question(*given)
    finally:
        close_old_connections()


async def _until_gone(receive: Receive) -> None:
    with suppress(Exception):
        while (await receive())["type"] != "http.disconnect":
            pass


def _number(scope: Scope, asked: dict[str, list[str]]) -> int | None:
    """Return the number of the last line the page had, as the browser or the page itself says it."""
    said = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1") or asked.get("after", [""])[0]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _piece(text: str, *, more: bool = True) -> MutableMapping[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    start = {"type": "http.response.start", "status": status, "headers": [*_SAFE, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": b""})


application = Live()
