"""Talking to a push service: one connection for many messages, no redirect followed, little of its answers read."""

from __future__ import annotations

import http.client
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass

from atarraya.channels.push.places import Place, connect

# Seconds for each step of an exchange: connecting, closing it to others, asking, hearing.
TIMEOUT = 10.0
# What is read of an answer, so that the connection can carry the next message; a longer one ends it.
_MOST = 8192


@dataclass(frozen=True)
class Answer:
    """What a push service said: its status, and after how many seconds it may be asked again."""

    status: int
    after: float | None


class _Line(http.client.HTTPSConnection):
    """A connection to exactly the address that was looked at, with the certificate of the name."""

    def __init__(self, place: Place, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(place.host, place.port, timeout=timeout, context=context)
        self.place, self.context, self.within = place, context, timeout

    def connect(self) -> None:
        self.sock = self.context.wrap_socket(connect(self.place, self.within), server_hostname=self.place.host)


class Service:
    """The connection to one push service, kept open while a batch is sent. Only `cut` may come from another thread."""

    def __init__(self, context: ssl.SSLContext, patience: float = TIMEOUT) -> None:
        self.context, self.timeout = context, min(patience, TIMEOUT)
        self._line: _Line | None = None
        self._cut = False

    def post(self, place: Place, body: bytes, headers: dict[str, str]) -> Answer:
        """Hand over one message. Raises OSError or HTTPException when the service does not answer."""
        kept = self._line
        if kept is not None:
            try:
                return self._ask(kept, place, body, headers)
            except TimeoutError:
                self.close()
                raise
            except (OSError, http.client.HTTPException):
                self.close()  # it may have ended a connection that was long idle: once more on a new one
        fresh = self._line = _Line(place, self.context, self.timeout)
        try:
            return self._ask(fresh, place, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def _ask(self, line: _Line, place: Place, body: bytes, headers: dict[str, str]) -> Answer:
        if self._cut:
            raise ConnectionAbortedError(place.host)
        line.request("POST", place.path, body, headers)
        answer = line.getresponse()
        if len(answer.read(_MOST)) == _MOST or answer.will_close:
            self.close()
        return Answer(answer.status, _seconds(answer.headers.get("Retry-After", "")))

    def cut(self) -> None:
        """End what is on its way, from another thread: its next step there fails."""
        self._cut = True
        line = self._line
        if line is not None and line.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(line.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection."""
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
