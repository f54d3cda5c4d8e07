"""Web push: a message that only one browser opens (RFC 8291, aes128gcm), and the server's name for itself (RFC 8292).

The browser's maker carries the message and sees its size: every one has the same.
"""

from __future__ import annotations

import json
import os
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from atarraya.sealing.encoding import to_b64

CURVE = ec.SECP256R1()
# The order of P-256: a private key is a number below it, and not zero.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT, AUTH = 65, 16  # bytes of a browser's public key and of its secret
# What every message holds before it is closed, however little it says, and its bytes on the way.
SIZE = 512
WIRE = 16 + 4 + 1 + POINT + SIZE + 1 + 16
_RECORD = 4096


class TooLong(ValueError):
    """The message would not fit in the one size that all have."""


def is_point(key: bytes) -> bool:
    """Return whether these are the 65 bytes of a point of P-256."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key)
    except ValueError:
        return False
    return len(key) == POINT


def seal(
    message: bytes,
    browser: bytes,
    auth: bytes,
    *,
    size: int = SIZE,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Close a message for a browser's public key (65 bytes) and its secret (16 bytes), padded to `size` bytes.

    `salt` and `key` are drawn anew unless a test gives them. Raises TooLong.
    """
    if len(message) > size:
        raise TooLong()
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(CURVE)
    ours = _bytes_of(key.public_key())
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser))
    together = _derive(shared, auth, b"WebPush: info\0" + browser + ours, 32)
    secret = _derive(together, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(together, salt, b"Content-Encoding: nonce\0", 12)
    padded = message + b"\x02" + bytes(size - len(message))
    head = salt + struct.pack("!IB", _RECORD, len(ours)) + ours
    return head + AESGCM(secret).encrypt(nonce, padded, None)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _bytes_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(secret) % (_ORDER - 1) + 1, CURVE)


def public_name(secret: bytes) -> bytes:
    """Return the public half (65 bytes) of the key that a server's 32 secret bytes make: what browsers subscribe to."""
    return _bytes_of(_key(secret).public_key())


def voucher(secret: bytes, *, audience: str, contact: str, until: int) -> str:
    """Return the Authorization header with which the server shows a push service that it is the one subscribed to.

    `audience` is the service's origin, `contact` a mailto: or https: address, `until` seconds since 1970, at most a
    day ahead.
    """
    claims = {"aud": audience, "exp": until, "sub": contact}
    said = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
    r, s = decode_dss_signature(_key(secret).sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    signature = to_b64(r.to_bytes(32) + s.to_bytes(32))
    return f"vapid t={said}.{signature}, k={to_b64(public_name(secret))}"


def _part(part: dict[str, object]) -> str:
    return to_b64(json.dumps(part, separators=(",", ":")).encode())
