"""Public RSA keys to which ODK's encrypted forms are sealed on a phone. No private half is ever here."""

from __future__ import annotations

import base64

from cryptography.exceptions import UnsupportedAlgorithm as UnsupportedKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from atarraya.sealing.encoding import from_b64
from atarraya.sealing.refusals import NotEncoded

KEY_BITS = 3072
EXPONENT = 65537


def is_key(spelled: str) -> bool:
    """Return whether `spelled` is the b64 of an RSA key's SPKI DER, of the size and exponent that circles have."""
    try:
        der = from_b64(spelled)
        key = serialization.load_der_public_key(der)
    except (NotEncoded, ValueError, TypeError, UnsupportedKey):
        return False
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    again = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.key_size == KEY_BITS and key.public_numbers().e == EXPONENT and again == der


def for_form(spelled: str) -> str:
    """Return the key as an XForm's `base64RsaPublicKey` says it: ordinary base64, in one line."""
    return base64.b64encode(from_b64(spelled)).decode("ascii")
