"""SMS Gateway for Android, in local mode: a spare phone with a SIM card, beside the laptop.

Its webhooks are JSON, signed with HMAC-SHA256 over the body and `X-Timestamp`. It tries for two days, and its clock
may be wrong, so that no signed call is refused for its hour: an old one is known by its id, and what it says counts as
old (and so goes to people, never to the board).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from atarraya.gateway import calling
from atarraya.gateway.carriers.carrier import Carrier, Failed, Message, Request, same
from atarraya.gateway.record import Sms, Unreadable, moment

RECEIVED, FAILED = "sms:received", "sms:failed"


class Android(Carrier):
    """One phone. Settings: signing_key; to send, send_url, user and password."""

    kind = "android"

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._key = self.setting("signing_key").encode()

    def knows(self, path: str) -> bool:
        """Its address is open: what comes is signed."""
        return path == f"/android/{self.name}"

    def read(self, request: Request) -> Sms | Failed | None:
        """Return the SMS of a signed webhook, or what it could not send; other events are heard and carry none."""
        signed = hmac.new(self._key, request.body + request.headers.get("x-timestamp", "").encode(), hashlib.sha256)
        if not same(signed.hexdigest(), request.headers.get("x-signature", "").lower()):
            raise Unreadable(401)
        try:
            event = json.loads(request.body)
            if event["event"] == FAILED:
                return Failed(str(UUID(event["payload"]["messageId"])))
            if event["event"] != RECEIVED:
                return None
            said = event["payload"]
            sender = said.get("sender") or said.get("phoneNumber")
            return Sms(
                channel=self.name,
                id=str(event["id"]),
                sender=str(sender or ""),
                recipient=str(said.get("recipient") or ""),
                text=str(said["message"]),
                sent=moment(said.get("receivedAt")),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unreadable() from None

    def send(self, message: Message) -> None:
        """Hand a message to the phone, which knows it by its id if it is handed twice."""
        pair = f"{self.setting('user', '')}:{self.setting('password', '')}".encode()
        body = {"id": message.id, "textMessage": {"text": message.text}, "phoneNumbers": [message.to]}
        answer = calling.ask(
            "POST",
            self.setting("send_url"),
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(pair).decode()},
        )
        if answer.status == 409:  # it has this id already
            return
        checked(answer)


def checked(answer: calling.Answered) -> None:
    """Raise Away or Refused unless a message was taken."""
    if answer.status in {200, 201, 202}:
        return
    if 400 <= answer.status < 500 and answer.status not in {401, 403, 408, 425, 429}:
        raise calling.Refused(answer.status)
    raise calling.Away()  # a wrong password is mended by a person: the message waits for it
