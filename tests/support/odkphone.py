"""A pretend phone with ODK: the settings it scanned, what it asks and what it sends, through Django's test client.

INVENTED WORDS: do not use them in the field.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client
from lxml import etree

from atarraya.channels.odk import rules
from atarraya.channels.odk.services import devices
from atarraya.network.models import Inbox
from atarraya.sealing import odkform
from support.cast import Person

XFORMS = {"x": "http://www.w3.org/2002/xforms"}
BOUNDARY = "-.-.-orilla-.-.-"
TEXT = "Por el caño subieron en panga y preguntaron por la señora de la ñapa"


def answers(instance: str, text: str = TEXT, version: str = "1-1") -> bytes:
    """Return filled-in answers as a phone writes them before it encrypts."""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{rules.FORM_ID}" version="{version}">'
        f"<kind>CONFINEMENT</kind><municipality>27099</municipality><text>{text}</text>"
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    ).encode()


def multipart(manifest: bytes, files: Mapping[str, bytes], field_name: str = "xml_submission_file") -> bytes:
    """Return the body of one POST as Collect writes it."""
    named = [(field_name, "submission.xml", "text/xml", manifest)]
    named += [(name, name, "application/octet-stream", content) for name, content in files.items()]
    body = b""
    for field_, name, kind, content in named:
        head = f'Content-Disposition: form-data; name="{field_}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        body += f"--{BOUNDARY}\r\n{head}".encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class OdkPhone:
    """A device's login and password, in somebody's hands."""

    login: str
    password: str
    secure: bool = True
    client: Client = field(default_factory=Client)

    @classmethod
    def given(cls, inbox: Inbox, by: Person, label: str = "Tableta tres") -> OdkPhone:
        """Make a device as a steward would."""
        new = devices.create(label, inbox, by=by.member)
        return cls(new.device.login, new.password)

    @property
    def basic(self) -> dict[str, str]:
        shown = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {shown}"}

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, headers=self.basic, secure=self.secure, **more)

    def head(self, path: str = "/odk/submission") -> Any:
        return self.client.head(path, headers=self.basic, secure=self.secure)

    def form(self) -> etree._Element:
        listed = etree.fromstring(self.get("/odk/formList").content)
        url = listed.findtext(".//{*}downloadUrl")
        return etree.fromstring(self.get("/" + url.split("/", 3)[3]).content)

    def encrypted(
        self, instance: str | None = None, text: str = TEXT, media: list[tuple[str, bytes]] | None = None
    ) -> tuple[str, bytes, dict[str, bytes]]:
        """Fetch the form, fill it in and finalise it: (instanceID, manifest, encrypted files)."""
        form = self.form()
        key = form.find(".//x:submission", XFORMS).get("base64RsaPublicKey")
        version = form.find(".//x:instance/x:data", XFORMS).get("version")
        instance = instance or f"uuid:{uuid4()}"
        plain = answers(instance, text, version)
        return instance, *odkform.encrypt(rules.FORM_ID, version, instance, plain, media or [], base64.b64decode(key))

    def post(self, manifest: bytes, files: Mapping[str, bytes], **more: Any) -> Any:
        return self.post_body(multipart(manifest, files), **more)

    def post_body(self, body: bytes, **more: Any) -> Any:
        return self.client.generic(
            "POST",
            "/odk/submission?deviceID=collect%3AinventedPhone",
            body,
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
            headers=self.basic,
            secure=self.secure,
            **more,
        )


def said(response: Any) -> tuple[int, str, str]:
    """Return a response's status, and the nature and sentence of its OpenRosaResponse."""
    message = etree.fromstring(response.content).find("{http://openrosa.org/http/response}message")
    return response.status_code, message.get("nature"), message.text
