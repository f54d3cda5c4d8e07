"""A push service on this machine: speaks TLS, checks who hands it messages, keeps them, and opens them as browsers do.

with serving(tmp_path) as service:            # and trust `service.certificate`, allow `service.host`
    browser = service.browser()               # an address and keys, as a browser gives them
    ...; browser.opened()                     # the messages it got
"""

from __future__ import annotations

import json
import os
import secrets
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from atarraya.sealing.encoding import from_b64, to_b64
from support.certificates import certificate

POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass
class Message:
    """What the service was handed for one browser."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Browser:
    """A browser that subscribed: only it opens what it is sent."""

    service: Service
    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    messages: list[Message] = field(default_factory=list)

    @property
    def address(self) -> dict[str, str]:
        """What `PushSubscription.toJSON()` says, flat."""
        raw = self.key.public_key().public_bytes(*POINT)
        return {
            "endpoint": f"https://{self.service.host}/wpush/v2/{self.name}",
            "p256dh": to_b64(raw),
            "auth": to_b64(self.auth),
        }

    def opened(self) -> list[dict[str, Any]]:
        """Return every message, opened (RFC 8188 and 8291, read for themselves)."""
        return [json.loads(self._open(message.body)) for message in self.messages]

    def _open(self, body: bytes) -> bytes:
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        theirs, rest = body[21 : 21 + length], body[21 + length :]
        assert len(rest) <= size
        ours = self.key.public_key().public_bytes(*POINT)
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        ikm = HKDF(hashes.SHA256(), 32, self.auth, b"WebPush: info\x00" + ours + theirs).derive(shared)
        cek = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(ikm)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(ikm)
        padded = AESGCM(cek).decrypt(nonce, rest, None).rstrip(b"\x00")
        assert padded[-1] == 2
        return padded[:-1]


@dataclass
class Service:
    """The service: browsers by name, how it answers, and who it takes messages from."""

    certificate: Path
    host: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    # Statuses by browser ("*": all), and headers that come with them.
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    refused: list[str] = field(default_factory=list)

    def browser(self) -> Browser:
        """Return a browser that has just subscribed."""
        made = Browser(self, secrets.token_urlsafe(12))
        self.browsers[made.name] = made
        return made

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Answer one message."""
        name = path.rpartition("/")[2]
        self.asked.append(path)
        status = self.statuses.get(name, self.statuses.get("*", 201))
        if status != 201:
            return status
        if name not in self.browsers:
            return 404
        wrong = self._wrong(headers, body)
        if wrong:
            self.refused.append(wrong)
            return 403
        self.browsers[name].messages.append(Message(headers, body))
        return 201

    def _wrong(self, headers: dict[str, str], body: bytes) -> str:
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        token, _, key = rest.removeprefix("t=").partition(", k=")
        head, claims, signature = token.split(".")
        known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_b64(key))
        raw = from_b64(signature, 64)
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        known.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        said = json.loads(from_b64(claims))
        checks = {
            "scheme": scheme == "vapid",
            "audience": said["aud"] == f"https://{self.host}",
            "contact": said["sub"].startswith(("mailto:", "https:")),
            "ttl": headers.get("ttl", "").isdigit(),
            "encoding": headers.get("content-encoding") == "aes128gcm",
            "size": len(body) <= 4096,
        }
        return next((name for name, sound in checks.items() if not sound), "")


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Service]:
    """Serve on localhost until the block ends."""
    service = Service(certificate(folder, "localhost"))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            service.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = service.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(service.certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.host = f"localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
