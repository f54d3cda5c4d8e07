"""Talking to a push service: one connection for many messages, no redirect followed, little of its answers read."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass

from atarraya.channels.push.places import Place, connect

TIMEOUT = 15.0
# What is read of an answer, so that the connection can carry the next message; a longer one ends it.
_MOST = 8192


@dataclass(frozen=True)
class Answer:
    """What a push service said: its status, and after how many seconds it may be asked again."""

    status: int
    after: float | None


class _Line(http.client.HTTPSConnection):
    """A connection to exactly the address that was looked at, with the certificate of the name."""

    def __init__(self, place: Place, context: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port, timeout=TIMEOUT, context=context)
        self.place, self.context = place, context

    def connect(self) -> None:
        self.sock = self.context.wrap_socket(connect(self.place, TIMEOUT), server_hostname=self.place.host)


class Services:
    """Connections to push services, kept open while a batch is sent."""

    def __init__(self) -> None:
        self.context = ssl.create_default_context()
        self._lines: dict[str, _Line] = {}

    def post(self, place: Place, body: bytes, headers: dict[str, str]) -> Answer:
        """Hand over one message. Raises OSError or HTTPException when the service does not answer."""
        kept = self._lines.get(place.origin)
        if kept is not None:
            try:
                return self._ask(kept, place, body, headers)
            except (OSError, http.client.HTTPException):
                self._drop(place)  # it may have closed a connection that was long idle: once more on a new one
        fresh = self._lines[place.origin] = _Line(place, self.context)
        try:
            return self._ask(fresh, place, body, headers)
        except (OSError, http.client.HTTPException):
            self._drop(place)
            raise

    def _ask(self, line: _Line, place: Place, body: bytes, headers: dict[str, str]) -> Answer:
        line.request("POST", place.path, body, headers)
        answer = line.getresponse()
        if len(answer.read(_MOST)) == _MOST or answer.will_close:
            self._drop(place)
        return Answer(answer.status, _seconds(answer.headers.get("Retry-After", "")))

    def _drop(self, place: Place) -> None:
        line = self._lines.pop(place.origin, None)
        if line is not None:
            line.close()

    def close(self) -> None:
        """End all connections."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
