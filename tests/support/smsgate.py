"""A real gateway process beside a real server, and a phone that hands SMS over as SMS Gateway for Android does.

gateway = made(site, folder)              # a steward makes it; its key is born here
with gateway.running(server) as process:  # key typed on standard input; key=False runs it without
    process.phone("e1", "+573001112233", "llegó la panga con plátano")
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atarraya.sealing import gateways
from support import starting
from support.living import COMMAND, Live
from support.server import ROOT, Server, Site, free_port

SIGNING = "clave de firma del teléfono"
SECRET = "secreto-de-la-direccion"
MAKE = """
import sys
import threading
from atarraya.channels.sms.services.gateways import create
from atarraya.network.models import Inbox
print(create("pasarela", Inbox.objects.get(), sys.argv[1], by=None).token)
"""


@dataclass
class Made:
    """A gateway as a steward made it: its token, its key on paper, its folder."""

    site: Site
    folder: Path
    token: str
    identity: str
    recipient: str
    more: str = ""
    port: int = field(default_factory=free_port)

    def write_settings(self, platform: int) -> None:
        """Write its settings file for a platform on this port."""
        self.folder.mkdir(mode=0o700, exist_ok=True, parents=True)
        path = self.folder / "gateway.toml"
        path.write_text(
            f'listen = "127.0.0.1:{self.port}"\n[platform]\nurl = "http://127.0.0.1:{platform}"\n'
            f'token = "{self.token}"\n[[carrier]]\nkind = "android"\nname = "phone"\nsigning_key = "{SIGNING}"\n'
            f"{self.more}\n"
        )
        path.chmod(0o600)

    @contextmanager
    def running(self, server: Server, *, key: bool = True) -> Iterator[Process]:
        """Run it until the block ends."""
        self.write_settings(server.port)
        process = Process(self, key)
        process.start()
        try:
            yield process
        finally:
            process.stop()


@dataclass
class Process:
    """One run of a gateway."""

    made: Made
    key: bool
    process: starting.Process | None = None

    @property
    def log(self) -> Path:
        return self.made.folder.parent / "gateway.log"

    def start(self) -> None:
        """Start it and wait until its door is open."""
        command = [sys.executable, "-m", "atarraya.command", "gateway", "--place", str(self.made.folder)]
        command += ["--key", "stdin" if self.key else "none"]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "ATARRAYA_LANG": "en"}
        reads, writes = os.pipe()
        with open(self.log, "ab") as log, open(reads, "rb") as stdin, open(writes, "wb") as typed:
            self.process = starting.start(command, env=env, stdin=stdin, stdout=log, stderr=log)
            if self.key:
                typed.write(self.made.identity.encode() + b"\n")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            with suppress(OSError):
                if self.ask("GET", "/nothing")[0] == 404:
                    return
            time.sleep(0.05)
        raise AssertionError("the gateway never answered: " + self.log.read_text()[-2000:])

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.made.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def phone(self, id_: str, sender: str, text: str, **more: Any) -> int:
        """Hand an SMS over as the phone's app does; return the status. `event` is another event than a received SMS."""
        body, headers = webhook(id_, sender, text, **more)
        return self.ask("POST", "/android/phone", body, headers)[0]


def webhook(
    id_: str, sender: str, text: str, key: str = SIGNING, old: bool = False, **more: Any
) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of a signed webhook; `old` spells the sender as older apps do."""
    name = more.pop("event", "sms:received")
    payload = {"messageId": "same", "message": text, "phoneNumber" if old else "sender": sender, **more}
    said = {"deviceId": "d", "event": name, "id": id_, "webhookId": "w", "payload": payload}
    body, moment = json.dumps(said).encode(), str(int(time.time()))
    signature = hmac.new(key.encode(), body + moment.encode(), hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "X-Timestamp": moment, "X-Signature": signature}


def made(place: Site, folder: Path, more: str = "") -> Made:
    """Have a steward make a gateway whose key is born now."""
    identity, recipient = gateways.new_key()
    token = place.run(MAKE, recipient).strip()
    return Made(place, folder, token, identity, recipient, more)


def eventually(what: Any, seconds: float = 90) -> Any:
    """Return `what()` once it is true; raise AssertionError when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came true")


_READ = """
import base64, json
from atarraya.alerts.models import Entry, Envelope, StorageKey
from atarraya.sealing import storage
rows = []
entries = list(Entry.objects.select_related("envelope"))  # before the keys, for entries come in meanwhile
keys = {key.pk: bytes(key.key) for key in StorageKey.objects.all()}
for entry in entries:
    body = storage.decrypt(keys[entry.pk], bytes(entry.envelope.body))
    rows.append([str(entry.pk), entry.municipality, entry.urgency, entry.age, base64.b64encode(body).decode()])
print(json.dumps(rows))
"""


def entries(place: Site) -> list[dict[str, Any]]:
    """Return every entry of the platform: its routing, and its envelope."""
    import base64

    return [
        {"id": row[0], "municipality": row[1], "urgency": row[2], "age": row[3], "envelope": base64.b64decode(row[4])}
        for row in json.loads(place.run(_READ))
    ]


class Phone:
    """A phone that sends: it keeps what it was handed, and can be told to refuse."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.status = 202
        phone = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if phone.status == 202:
                    phone.sent.append(json.loads(body))
                self.send_response(phone.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.setting = f'send_url = "http://127.0.0.1:{self.server.server_address[1]}/message"\n'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def said(self) -> list[tuple[str, str]]:
        """(number, text) of every message, each once however often it was handed over."""
        once = {one["id"]: (one["phoneNumbers"][0], one["textMessage"]["text"]) for one in self.sent}
        return list(once.values())

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


_BOOK = """
import json, sys
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import books
from atarraya.network.models import Member, Point
from atarraya.network import queries
from atarraya.sealing import envelopes, gateways
said = json.loads(sys.argv[1])
gateway = Gateway.objects.get(recipient=said["gateway"])
member = Member.objects.get(pk=said["by"])
payload = {"v": 1, "type": "codebook", **said["inside"]}
recipients = json.loads(queries.current_list(gateway.inbox).document)["recipients"]
book = books.make(gateway, Point.objects.get(pk=said["point"]), gateways.seal(payload, gateway.recipient),
                  envelopes.seal(payload, recipients, [True, False, False]), queries.current_list(gateway.inbox).number,
                  by=member)
print(book.pk)
"""

# Invented words: do not use them in the field.
WORDS = [
    {"say": "panga", "sort": "kind", "value": "ARMED_PRESENCE"},
    {"say": "canasto", "sort": "kind", "value": "THREAT"},
    {"say": "plátano", "sort": "urgency", "value": "NOW"},
    {"say": "yuca", "sort": "urgency", "value": "DAYS"},
    {"say": "abuela", "sort": "duress", "value": "1"},
]


def book(gateway: Made, point: str, words: list[dict[str, str]] | None = None, **inside: Any) -> str:
    """Have a verifier make a codebook for a point's collective; return its id."""
    facts = gateway.site.facts
    said = {
        "gateway": gateway.recipient,
        "point": facts["points"][point]["id"],
        "by": facts["people"]["verifier"]["id"],
        "inside": {"entries": WORDS if words is None else words, **inside},
    }
    return gateway.site.run(_BOOK, json.dumps(said)).strip()


def alerts(place: Site) -> list[dict[str, Any]]:
    """Return every alert of the platform."""
    code = (
        "import json; from atarraya.alerts.models import Alert;"
        "print(json.dumps(list(Alert.objects.values('kind', 'municipality', 'urgency', 'held', 'state')), default=str))"
    )
    return list(json.loads(place.run(code)))


CHOOSE = """
import sys
from atarraya.channels.sms.services.gateways import create
from atarraya.network.models import Inbox
inbox = Inbox.objects.get()
Inbox.objects.update(sms_lines=[sys.argv[2]])
print(create("pasarela", inbox, sys.argv[1], by=None).token)
"""


def told_to_points(live: Live, folder: Path, number: str) -> Made:
    """Make a gateway of a live network, and tell its number to points."""
    identity, recipient = gateways.new_key()
    code = f"import django; django.setup()\n{CHOOSE}"
    env = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
    said = live.home.run([COMMAND[0], "-c", code, recipient, number], **env).stdout
    return Made(None, folder, said.split()[-1], identity, recipient)  # type: ignore[arg-type]
