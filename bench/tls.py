"""A proxy with TLS before a live server, with a certificate of its own, that counts what crosses."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench import ROOT
from machine import node_parts


@dataclass(frozen=True)
class Answer:
    """One answer that crossed: bodies in bytes as sent; `weight` counts its header lines as text too."""

    method: str
    path: str
    status: int
    up: int
    down: int
    head: int
    asked: int

    @property
    def weight(self) -> int:
        return self.down + self.head


@dataclass
class Front:
    """The running proxy: its port, the pin of its key for browsers, and the answers so far."""

    port: int
    pin: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def since(self, number: int) -> list[Answer]:
        """Return the answers after the first `number`."""
        return self.answers[number:]


def certificate(folder: Path) -> tuple[Path, Path, str]:
    """Make a self-signed EC certificate for 127.0.0.1; return its file, its key's file and the key's pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files = folder / "bench-cert.pem", folder / "bench-key.pem"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return *files, base64.b64encode(hashlib.sha256(public).digest()).decode()


@contextmanager
def front(folder: Path, to: int) -> Iterator[Front]:
    """Run the proxy before the server on port `to`."""
    cert, key, pin = certificate(folder)
    node = node_parts.home() / "bin" / "node"
    process = subprocess.Popen(
        [node, ROOT / "bench" / "tls.mjs", str(to), cert, key],
        env=node_parts.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        running = Front(json.loads(process.stdout.readline())["port"], pin)
        threading.Thread(target=_listen, args=(process, running), daemon=True).start()
        yield running
    finally:
        process.terminate()
        process.wait(10)


def _listen(process: subprocess.Popen[str], running: Front) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        running.answers.append(Answer(**json.loads(line)))
