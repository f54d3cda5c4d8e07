"""The server's own application: whole bodies only, nothing of the client's address, and what WSGI expects."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from atarraya import rsgi


class Headers(dict[str, str]):
    """Headers as granian gives them."""


class Proto:
    """A client that sends `pieces` and remembers what it was answered."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.said = pieces, (0, [], b"")

    async def __call__(self) -> bytes:
        return b"".join(self.pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.said = (status, headers, body)


class Page(list[bytes]):
    closed = False

    def close(self) -> None:
        Page.closed = True


def ask(method: str = "POST", *pieces: bytes, answer: Any = None, **headers: str) -> tuple[Any, list[dict[str, Any]]]:
    """Send a request; return what was answered and the environs the application saw."""
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.append(environ)
        start("201 Created", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return answer if answer is not None else Page([b"o", b"k"])

    app, proto = rsgi.Application(application), Proto(*pieces)
    scope = SimpleNamespace(
        method=method,
        path="/niño/100%25",
        query_string="q=%C3%B1",
        http_version="1.1",
        scheme="http",
        server="127.0.0.1:8000",
        client="203.0.113.9:5555",
        authority=None,
        headers=Headers({name.replace("_", "-"): value for name, value in headers.items()}),
    )

    async def run() -> None:
        loop = asyncio.get_running_loop()
        app.__rsgi_init__(loop)
        await app.__rsgi__(scope, proto)
        app.__rsgi_del__(loop)

    asyncio.run(run())
    return proto.said, seen


def test_a_request_is_what_wsgi_expects() -> None:
    said, (environ,) = ask("POST", b"{}", content_length="2", content_type="text/x", authorization="Point x")
    assert said == (201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"ok") and Page.closed
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/niño/100%25"
    assert (environ["QUERY_STRING"], environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("q=%C3%B1", "text/x", "2")
    assert environ["HTTP_AUTHORIZATION"] == "Point x" and environ["wsgi.input"].read() == b"{}"


def test_no_address_of_a_client_is_handed_on() -> None:
    _said, (environ,) = ask("GET")
    assert "203.0.113.9" not in str(environ) and "REMOTE_ADDR" not in environ


@pytest.mark.parametrize(
    ("pieces", "length", "status"),
    [
        ((b"half",), "8", 400),
        ((b"more than said",), "4", 400),
        ((b"",), "999999999", 413),
        ((b"",), "-1", 413),
        ((b"",), "x", 413),
    ],
)
def test_a_body_that_is_not_what_was_said_never_reaches_the_application(
    pieces: tuple[bytes, ...], length: str, status: int
) -> None:
    said, seen = ask("PUT", *pieces, content_length=length)
    assert (said[0], seen) == (status, [])
    told = dict(said[1])
    assert "default-src 'none'" in told["content-security-policy"]
    assert (told["x-content-type-options"], told["cache-control"]) == ("nosniff", "no-store")


def test_a_header_spelt_with_underscores_is_nobodys() -> None:
    """A proxy that overwrites X-Forwarded-Proto lets X_Forwarded_Proto by; WSGI spells both alike."""
    app_saw = ask("GET", x_forwarded_proto="http")[1][0]
    assert app_saw["HTTP_X_FORWARDED_PROTO"] == "http"
    scope = SimpleNamespace(
        method="GET", path="/", query_string="", http_version="1.1", scheme="http", server="127.0.0.1:1",
        authority=None,
        headers=Headers({"x_forwarded_proto": "https", "x-forwarded-proto": "http", "content_length": "9"}),
    )  # fmt: skip
    environ = rsgi._environ(scope, b"")
    assert (environ["HTTP_X_FORWARDED_PROTO"], environ["CONTENT_LENGTH"]) == ("http", "0")


def test_a_body_in_pieces_is_read_to_its_end_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    _said, (environ,) = ask("POST", b"ab", b"cd", transfer_encoding="chunked")
    assert environ["wsgi.input"].read() == b"abcd" and environ["CONTENT_LENGTH"] == "4"
    monkeypatch.setattr(rsgi.settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 3)
    said, seen = ask("POST", b"ab", b"cd", transfer_encoding="chunked")
    assert (said[0], seen) == (413, [])


def test_a_head_has_no_body() -> None:
    said, _seen = ask("HEAD")
    assert said[2] == b""


def test_a_body_that_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(self: Proto) -> bytes:
        await asyncio.sleep(60)
        return b""

    monkeypatch.setattr(rsgi, "BODY_WITHIN", 0.05)
    monkeypatch.setattr(Proto, "__call__", never)
    said, seen = ask("POST", content_length="4")
    assert (said[0], seen) == (400, [])


def test_work_goes_to_the_thread_that_rested_last() -> None:
    """Else eight threads and eight connections to the database would all be cold for a phone that sends alone."""
    threads, names = rsgi.Threads(8), set()

    def once() -> None:
        names.add(threading.current_thread().name)

    for _ in range(50):
        threads.run(once)
        while len(threads._resting) < len(threads._started):
            time.sleep(0.001)
    threads.end()
    assert names == {"answer_0"}


def test_no_more_threads_than_allowed_and_no_work_is_left_at_the_end() -> None:
    threads, gate, done = rsgi.Threads(3), threading.Event(), list[int]()
    most = [0]

    def wait(number: int) -> None:
        most[0] = max(most[0], len(threads._started))
        gate.wait(10)
        done.append(number)

    for number in range(20):
        threads.run(functools.partial(wait, number))
    gate.set()
    threads.end()
    assert most[0] == 3 and sorted(done) == list(range(20))
    assert not any(thread.is_alive() for thread in threads._started)
