"""Writing small age v1 files, byte for byte within the format that static/sealing uses.

pyrage is not used for writing: it adds a stanza of random size ("grease") to each file, so that what the server seals
would differ in size from what a phone seals, and it chooses a scrypt cost that phones cannot pay.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from atarraya.sealing import bech32
from atarraya.sealing.refusals import NotEncoded

VERSION = b"age-encryption.org/v1\n"
CHUNK = 64 * 1024  # of STREAM
_ZERO_NONCE = bytes(12)


@dataclass(frozen=True)
class Stanza:
    """One wrapping of the file key: arguments (the first is its type) and a body of 32 bytes."""

    args: tuple[bytes, ...]
    body: bytes


def b64(value: bytes) -> bytes:
    """Return standard base64 without padding, as age headers use."""
    return base64.b64encode(value).rstrip(b"=")


def _hkdf(secret: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def seal_to(plaintext: bytes, recipients: Iterable[str], *, long: bool = False) -> bytes:
    """Return a binary age file for X25519 `recipients` (age1…), one stanza each, in order. Raise NotEncoded.

    Only a `long` one may be of more than one chunk: nothing that travels as an envelope is.
    """
    file_key = os.urandom(16)
    return _write(plaintext, file_key, [_x25519(recipient, file_key) for recipient in recipients], long=long)


def seal_with_secret(plaintext: bytes, secret: str, work_factor: int) -> bytes:
    """Return a binary age file that `secret` opens, at a scrypt cost of 2**`work_factor` (15 is 32 MiB)."""
    file_key = os.urandom(16)
    salt = os.urandom(16)
    kdf = Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, n=2**work_factor, r=8, p=1)
    body = ChaCha20Poly1305(kdf.derive(secret.encode())).encrypt(_ZERO_NONCE, file_key, None)
    return _write(plaintext, file_key, [Stanza((b"scrypt", b64(salt), b"%d" % work_factor), body)])


def _x25519(recipient: str, file_key: bytes) -> Stanza:
    public = bech32.decode("age", recipient)
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    try:
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as fault:  # a point of low order gives no secret
        raise NotEncoded(code="recipient_kind") from fault
    key = _hkdf(secret, share + public, b"age-encryption.org/v1/X25519")
    return Stanza((b"X25519", b64(share)), ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None))


def _write(plaintext: bytes, file_key: bytes, stanzas: list[Stanza], *, long: bool = False) -> bytes:
    if len(plaintext) > CHUNK and not long:
        raise NotEncoded(code="too_long")
    lines = [b"-> " + b" ".join(stanza.args) + b"\n" + b64(stanza.body) + b"\n" for stanza in stanzas]
    header = VERSION + b"".join(lines) + b"---"
    mac = hmac.HMAC(_hkdf(file_key, None, b"header"), hashes.SHA256())
    mac.update(header)
    nonce = os.urandom(16)
    payload = b"".join(_chunks(ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload")), plaintext))
    return header + b" " + b64(mac.finalize()) + b"\n" + nonce + payload


def _chunks(cipher: ChaCha20Poly1305, plaintext: bytes) -> Iterator[bytes]:
    last = max(0, len(plaintext) - 1) // CHUNK
    for number in range(last + 1):
        piece = plaintext[number * CHUNK : (number + 1) * CHUNK]
        yield cipher.encrypt(number.to_bytes(11, "big") + bytes([number == last]), piece, None)
