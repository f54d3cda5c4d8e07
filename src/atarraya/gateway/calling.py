"""Requests that the gateway makes: to its platform, and to the phone or modem that sends. No redirect is followed."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30.0
MOST = 4 * 1024 * 1024


class Away(Exception):
    """Nobody answers, or somebody answers that it cannot just now: the same may be asked again."""


class Refused(Exception):
    """It was understood and refused: asking the same again changes nothing. `code` is the refusal's own word."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Answered:
    """A status and a body."""

    status: int
    body: bytes
    etag: str = ""
    date: datetime | None = None

    def json(self) -> Any:
        """Return the body as JSON; raise Away for anything else (a proxy's page, a cut line)."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Away() from None


def ask(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None, authority: str = ""
) -> Answered:
    """Send one request and return the answer whatever its status; raise Away when none comes."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=authority or None)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=PATIENCE, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(connection):
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            date = _date(answer.headers.get("Date", ""))
            return Answered(answer.status, answer.read(MOST), answer.headers.get("ETag", ""), date)
        except (OSError, http.client.HTTPException):
            raise Away() from None


def _date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Platform:
    """The platform's gateway interface, asked by one run. `on_date` hears each answer's hour, and how long it took."""

    def __init__(self, url: str, token: str, authority: str = "", run: str = "") -> None:
        self.url, self.token, self.authority, self.run = url, token, authority, run
        self.on_date: Callable[[datetime, float], None] = lambda _date, _took: None

    def get(self, path: str, etag: str = "") -> Answered:
        """Return what an address says; status 304 when it is what `etag` names. Raises Away or Refused."""
        return self._checked(self._ask("GET", path, None, {"If-None-Match": etag} if etag else {}))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send a body and return the JSON answer. Raises Away or Refused."""
        sent = json.dumps(body, separators=(",", ":")).encode()
        return self._checked(self._ask("POST", path, sent, {"Content-Type": "application/json"})).json()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answered:
        ours = {"Authorization": f"Gateway {self.token}", "Gateway-Run": self.run, **headers}
        begun = time.monotonic()
        answer = ask(method, f"{self.url}/api/gateway/{path}", body, ours, self.authority)
        if answer.date is not None and answer.status < 400:
            self.on_date(answer.date, time.monotonic() - begun)
        return answer

    def _checked(self, answer: Answered) -> Answered:
        if answer.status in {200, 201, 304}:
            return answer
        if answer.status == 429 or answer.status >= 500 or answer.status in {301, 302, 307, 308}:
            raise Away()
        try:
            code = str(json.loads(answer.body).get("title", ""))
        except (ValueError, AttributeError):
            raise Away() from None  # something stands between: the platform refuses with a reason
        raise Refused(answer.status, code)
