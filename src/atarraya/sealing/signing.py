"""Ed25519 over a text with its purpose in front, so that a signature made for one purpose serves no other."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotEncoded


def _message(purpose: str, text: str) -> bytes:
    return f"atarraya {purpose} v1\n{text}".encode()


def sign_text(purpose: str, text: str, seed: str) -> dict[str, str]:
    """Return {"key", "signature"} (b64) of `text` under a 32-byte b64 `seed`. For members' machines, demo and tests."""
    secret = Ed25519PrivateKey.from_private_bytes(from_b64(seed, 32))
    return {
        "key": to_b64(secret.public_key().public_bytes_raw()),
        "signature": to_b64(secret.sign(_message(purpose, text))),
    }


def verify_text(purpose: str, text: str, signed: Mapping[str, object]) -> bool:
    """Return whether `signed` ({"key", "signature"}, b64) holds; False for anything malformed."""
    key, signature = signed.get("key"), signed.get("signature")
    if not isinstance(key, str) or not isinstance(signature, str):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(from_b64(key, 32))
        public.verify(from_b64(signature, 64), _message(purpose, text))
    except (NotEncoded, InvalidSignature, ValueError, UnicodeEncodeError):
        return False
    return True
