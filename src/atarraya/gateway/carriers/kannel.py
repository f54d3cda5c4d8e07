"""Kannel, by `post-url` with X-Kannel headers. It gives no id: who, to whom, when and what make a message the same.

Its smsbox lets go of a message before it has our answer, so it must be told to try again very often (see the guide).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from atarraya.gateway import calling
from atarraya.gateway.carriers.android import checked
from atarraya.gateway.carriers.carrier import Carrier, Message, Request, same, text_of
from atarraya.gateway.record import Sms


class Kannel(Carrier):
    """Settings: secret; to send, send_url (…/cgi-bin/sendsms), user and password."""

    kind = "kannel"

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._secret = self.setting("secret")

    def knows(self, path: str) -> bool:
        """Its address carries its secret."""
        return same(path, f"/kannel/{self.name}/{self._secret}")

    def read(self, request: Request) -> Sms | None:
        """Return the SMS of a post-url call."""
        headers = request.headers
        charset = headers.get("content-type", "").partition("charset=")[2].strip().strip('"')
        return Sms(
            channel=self.name,
            id=None,
            sender=headers.get("x-kannel-from", ""),
            recipient=headers.get("x-kannel-to", ""),
            text=text_of(request.body, charset),
            sent=_when(headers.get("x-kannel-time", "")),
            here=True,  # bearerbox's own clock, where the operator gives no hour
        )

    def send(self, message: Message) -> None:
        """Hand a message to smsbox. Its password travels in a header, so that no address in a log holds it."""
        headers = {
            "Content-Type": "text/plain",
            "X-Kannel-Username": self.setting("user"),
            "X-Kannel-Password": self.setting("password"),
            "X-Kannel-To": message.to,
            "X-Kannel-Coding": "0",  # the alphabet of plain SMS: whoever sends has written it so
            "X-Kannel-Charset": "UTF-8",
        }
        checked(calling.ask("POST", self.setting("send_url"), message.text.encode(), headers))


def _when(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
