"""What every carrier can do: know its address, read a request, answer it, and send."""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from atarraya.gateway.record import Sms, Unreadable
from atarraya.gateway.settings import Wrong


@dataclass(frozen=True)
class Request:
    """What came to the gateway's door. Header names are in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """Return the fields of the query and of a form in the body; the first of each name."""
        text = self.query
        if "form" in self.headers.get("content-type", "") or not self.headers.get("content-type"):
            text += "&" + self.body.decode("utf-8", "replace")
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@dataclass(frozen=True)
class Message:
    """A message to send."""

    id: str
    to: str
    text: str


@dataclass(frozen=True)
class Failed:
    """A message (its id) that a phone had taken and could not send, and why: REFUSED or SIGNAL."""

    id: str
    why: str = "REFUSED"


@dataclass(frozen=True)
class Said:
    """What the carrier is answered."""

    status: int = 200
    type: str = "text/plain; charset=utf-8"
    body: bytes = field(default=b"")


class Carrier(ABC):
    """One carrier. Its address at the gateway is /KIND/NAME, with a secret behind it where nothing signs."""

    kind = ""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.name = str(said["name"])

    def setting(self, name: str, default: str | None = None) -> str:
        """Return a text of the carrier's table; raise Wrong when it is missing and has no default."""
        value = self.said.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise Wrong(f"carrier {self.name}: {name}")
        return value

    @abstractmethod
    def knows(self, path: str) -> bool:
        """Return whether an address is this carrier's, secret and all."""

    @abstractmethod
    def read(self, request: Request) -> Sms | Failed | None:
        """Return what a request carries: an SMS, that one could not be sent, or nothing. Raise Unreadable."""

    def collect(self, take: Callable[[Sms], object]) -> None:
        """Hand over what lies where this carrier leaves it; most carriers call instead. `take` may raise NotReady."""
        return

    def tidy(self, waits: Callable[[], Collection[str]]) -> list[Failed]:
        """Empty what this carrier keeps of messages that wait no more, and return those that it could not send.

        `waits` says which ids still wait to be sent; it is asked after looking.
        """
        return []

    def missing(self) -> list[str]:
        """Return what of this carrier's settings names something that is not there."""
        return []

    def taken(self) -> Said:
        """Return what is answered once the SMS is durable."""
        return Said()

    @property
    def sends(self) -> bool:
        """Return whether this carrier can send."""
        return bool(self.said.get("send_url"))

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand a message to the phone or modem; raise calling.Away (try again) or calling.Refused (do not)."""


def same(one: str, other: str) -> bool:
    """Compare two secrets in the same time whatever they are."""
    return hmac.compare_digest(one.encode(), other.encode())


def text_of(body: bytes, charset: str) -> str:
    """Return the text of bytes in a declared alphabet; raise Unreadable for an unknown one."""
    try:
        return body.decode(charset or "utf-8")
    except LookupError:
        raise Unreadable(415) from None
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace")
