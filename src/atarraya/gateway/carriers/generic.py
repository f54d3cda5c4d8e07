"""Any service that speaks plain HTTP, in the shape of RapidPro's external channel: most aggregators can be made to."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from atarraya.gateway import calling
from atarraya.gateway.carriers.android import checked
from atarraya.gateway.carriers.carrier import Carrier, Message, Request, Said, same
from atarraya.gateway.record import Sms, Unreadable, moment
from atarraya.gateway.settings import Wrong

_PLACE = re.compile(r"\{\{(id|to|to_no_plus|text)\}\}")
FORM, PLAIN = "application/x-www-form-urlencoded", "text/plain"
JSON, XML = "application/json", "text/xml"


class Generic(Carrier):
    """Settings: secret; to send, send_url, send_method, send_body, send_type, send_authorization, sent_when."""

    kind = "generic"

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._secret = self.setting("secret")
        self._type = _Type.read(self.setting("send_type", FORM))
        if self._type is None:
            raise Wrong(f"carrier {self.name}: send_type")

    def knows(self, path: str) -> bool:
        """Its address carries its secret, as that convention has it."""
        return same(path, f"/generic/{self.name}/{self._secret}/receive")

    def read(self, request: Request) -> Sms | None:
        """Return the SMS of a form or JSON: `from` or `sender`, `text`, and maybe `date` or `time`, `to` and `id`."""
        said = self._fields(request)
        sender = said.get("from") or said.get("sender")
        if not sender or "text" not in said:
            raise Unreadable()
        id_ = said.get("id")
        return Sms(
            channel=self.name,
            id=str(id_) if id_ else None,
            sender=str(sender),
            recipient=str(said.get("to") or ""),
            text=str(said["text"]),
            sent=moment(said.get("date") or said.get("time")),
        )

    def _fields(self, request: Request) -> dict[str, Any]:
        if "json" not in request.headers.get("content-type", ""):
            return dict(request.form())
        try:
            said = json.loads(request.body)
        except ValueError:
            raise Unreadable() from None
        if not isinstance(said, dict):
            raise Unreadable()
        return said

    def taken(self) -> Said:
        """Answer what the service was told to look for."""
        return Said(body=self.setting("answer", "").encode())

    def send(self, message: Message) -> None:
        """Fill the service's own address and body with the message."""
        kind, method = self._type, self.setting("send_method", "POST").upper()
        assert kind is not None
        url = filled(self.setting("send_url"), message, FORM)
        template = self.setting("send_body", "id={{id}}&to={{to}}&text={{text}}")
        body = None if method == "GET" else kind.written(filled(template, message, kind.way, kind.charset))
        headers = {"Content-Type": self.setting("send_type", FORM)} if body is not None else {}
        if self.said.get("send_authorization"):
            headers["Authorization"] = self.setting("send_authorization")
        answer = calling.ask(method, url, body, headers)
        checked(answer)
        if self.setting("sent_when", "") not in answer.body.decode("utf-8", "replace"):
            raise calling.Away()


@dataclass(frozen=True)
class _Type:
    """How a body is written: `way` is one of FORM, JSON, XML and PLAIN."""

    way: str
    charset: str

    @classmethod
    def read(cls, written: str) -> _Type | None:
        """Return what a Content-Type asks for (`application/json; charset=utf-8`); None for one not known here."""
        name, _semicolon, rest = written.partition(";")
        name, charset = name.strip().lower(), rest.partition("charset=")[2].split(";")[0].strip(" \"'") or "utf-8"
        ways = {FORM: FORM, PLAIN: PLAIN, "json": JSON, "xml": XML}
        way = ways.get(name) or ways.get(re.split(r"[/+]", name)[-1])
        try:
            codecs.lookup(charset)
        except LookupError:
            return None
        return cls(way, charset) if way is not None else None

    def written(self, body: str) -> bytes:
        """Return a filled template in its alphabet; XML spells what the alphabet lacks."""
        return body.encode(self.charset, "xmlcharrefreplace" if self.way == XML else "replace")


def filled(template: str, message: Message, way: str, charset: str = "utf-8") -> str:
    """Return a template with {{id}}, {{to}}, {{to_no_plus}} and {{text}} written as its kind of text needs."""
    values = {"id": message.id, "to": message.to, "to_no_plus": message.to.lstrip("+"), "text": message.text}
    return _PLACE.sub(lambda place: _escaped(values[place[1]], way, charset), template)


def _escaped(value: str, way: str, charset: str) -> str:
    if way == FORM:
        return quote(value, safe="", encoding=charset, errors="replace")
    if way == JSON:
        return json.dumps(value)  # with its quotation marks: a template says {"to": {{to}}}
    if way == XML:
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return value
