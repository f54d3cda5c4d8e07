"""Opening small age files with X25519 keys, stanza by stanza, as static/sealing does.

pyrage is not used for envelopes: it gives up a whole file for one spoilt stanza, which whoever writes could put in
front of a good one, so that the desk opens a report and this machine does not.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from atarraya.sealing import bech32, envelopes
from atarraya.sealing.refusals import NotAnEnvelope, NotEncoded

_STANZA = re.compile(rb"^-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n", re.MULTILINE)
_MAC_LINE = 4 + 43 + 1  # "--- ", the code, a line's end
_ZERO_NONCE = bytes(12)
_LAST_CHUNK = bytes(11) + b"\x01"
_CHUNK, _TAG = 64 * 1024, 16
_IDENTITY = "age-secret-key-"


class Damaged(Exception):
    """Bytes that are no such file, or were altered."""


@dataclass(frozen=True, repr=False)
class Secret:
    """A private key in memory, and its public half as bytes and as text.

    `sms`: a circle's key of sealed SMS; `odk`: of ODK's encrypted forms; `signing`: the b64 seed
    with which it signs lists, and reports made of ODK forms. All of the same epoch.
    """

    private: X25519PrivateKey
    public: bytes
    recipient: str
    sms: X25519PrivateKey | None = None
    odk: RSAPrivateKey | None = None
    signing: str = ""

    @classmethod
    def of(cls, value: bytes) -> Secret:
        """Take 32 bytes."""
        private = X25519PrivateKey.from_private_bytes(value)
        public = private.public_key().public_bytes_raw()
        return cls(private, public, bech32.encode("age", public))

    @classmethod
    def read(cls, identity: str) -> Secret:
        """Take AGE-SECRET-KEY-1…; raise NotEncoded."""
        return cls.of(bech32.decode(_IDENTITY, identity.lower()))


@dataclass(frozen=True)
class Sealed:
    """An age file taken apart: what its header signs, its stanzas (share, wrapped key), its code, what follows."""

    signed: bytes
    stanzas: tuple[tuple[bytes, bytes], ...]
    mac: bytes
    body: bytes


def read(blob: bytes) -> Sealed:
    """Take an age file apart; raise Damaged for anything but X25519 stanzas and one grease."""
    try:
        _count, follows = envelopes.read_header(blob)
    except NotAnEnvelope:
        raise Damaged() from None
    header, body = blob[: len(blob) - follows], blob[len(blob) - follows :]
    stanzas = tuple((_raw(share), _raw(wrapped)) for share, wrapped in _STANZA.findall(header))
    signed, mac = header[: -_MAC_LINE + 3], _raw(header[-_MAC_LINE + 4 : -1])
    return Sealed(signed, stanzas, mac, body)


def _raw(line: bytes) -> bytes:
    return base64.b64decode(line + b"=")


def unwrap(stanza: tuple[bytes, bytes], secret: Secret) -> bytes | None:
    """Return the file key if this stanza is for `secret`."""
    share, wrapped = stanza
    try:
        shared = secret.private.exchange(X25519PublicKey.from_public_bytes(share))
        key = _hkdf(shared, share + secret.public, b"age-encryption.org/v1/X25519")
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, wrapped, None)
    except (InvalidTag, ValueError):
        return None


def open_with(sealed: Sealed, file_key: bytes) -> bytes:
    """Return the plaintext of a file of one chunk; raise Damaged."""
    code = hmac.digest(_hkdf(file_key, None, b"header"), sealed.signed, "sha256")
    if not hmac.compare_digest(code, sealed.mac):
        raise Damaged()
    nonce, payload = sealed.body[:16], sealed.body[16:]
    try:
        return ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload")).decrypt(_LAST_CHUNK, payload, None)
    except (InvalidTag, ValueError):
        raise Damaged() from None


def open_small(blob: bytes, secret: Secret) -> bytes | None:
    """Return the plaintext of a small age file, None if it is for others; raise Damaged."""
    sealed = read(blob)
    for stanza in sealed.stanzas:
        file_key = unwrap(stanza, secret)
        if file_key is not None:
            return open_with(sealed, file_key)
    return None


def open_long(sealed: Sealed, file_key: bytes) -> bytes:
    """Return the plaintext of a file of any number of chunks; raise Damaged."""
    code = hmac.digest(_hkdf(file_key, None, b"header"), sealed.signed, "sha256")
    if not hmac.compare_digest(code, sealed.mac):
        raise Damaged()
    nonce, payload = sealed.body[:16], sealed.body[16:]
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    pieces = [payload[at : at + _CHUNK + _TAG] for at in range(0, len(payload), _CHUNK + _TAG)]
    try:
        opened = [
            cipher.decrypt(at.to_bytes(11, "big") + bytes([at == len(pieces) - 1]), piece, None)
            for at, piece in enumerate(pieces)
        ]
    except (InvalidTag, ValueError):
        raise Damaged() from None
    if not opened or (len(opened) > 1 and not opened[-1]):
        raise Damaged()
    return b"".join(opened)


def _hkdf(secret: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def is_recipient(text: str) -> bool:
    """Return whether a text is a public X25519 recipient (age1…)."""
    try:
        return len(bech32.decode("age", text)) == 32
    except NotEncoded:
        return False
