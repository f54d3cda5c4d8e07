"""Key bundles, made and sealed: for the demonstration and tests. Members make their own in the browser.

Nothing here opens a sealed bundle, and nothing that serves requests may import this module.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import pyrage
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from atarraya.sealing import agefile, odk_keys, words
from atarraya.sealing.encoding import from_b64, from_checked, grouped, plain_crockford, to_b64, to_checked
from atarraya.sealing.refusals import NotEncoded

PHRASE_WORDS = 7
CODE_BYTES = 20
_WORK_FACTOR = 15  # what a phone can pay; the phrase has 77 bits, the code 160

Bundle = dict[str, Any]


def new_bundle() -> Bundle:
    """Return {"v": 1, "age": AGE-SECRET-KEY-1…, "ed25519": b64 seed}."""
    return {"v": 1, "age": str(pyrage.x25519.Identity.generate()), "ed25519": to_b64(os.urandom(32))}


def new_circle_bundle(odk: str | None = None) -> Bundle:
    """Return a bundle for a circle's epoch: with "sms", the b64 X25519 key of sealed SMS, and "odk" (`new_odk_key`).

    `odk` is a key made before; making one takes part of a second.
    """
    return {**new_bundle(), "sms": to_b64(os.urandom(32)), "odk": odk or new_odk_key()}


def new_odk_key() -> str:
    """Return an RSA key to which ODK's encrypted forms are sealed: b64 of its PKCS#8 DER."""
    key = rsa.generate_private_key(public_exponent=odk_keys.EXPONENT, key_size=odk_keys.KEY_BITS)
    return to_b64(
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def public_half(bundle: Bundle) -> dict[str, str]:
    """Return {"age": age1…, "ed25519": b64 public key}, and where the bundle has them "sms" (b64 public key) and "odk"
    (b64 of the public key's SPKI DER)."""
    seed = Ed25519PrivateKey.from_private_bytes(from_b64(bundle["ed25519"], 32))
    half = {
        "age": str(pyrage.x25519.Identity.from_str(bundle["age"]).to_public()),
        "ed25519": to_b64(seed.public_key().public_bytes_raw()),
    }
    if "sms" in bundle:
        secret = X25519PrivateKey.from_private_bytes(from_b64(bundle["sms"], 32))
        half["sms"] = to_b64(secret.public_key().public_bytes_raw())
    if "odk" in bundle:
        # Nothing is opened with it here, and trying its primes takes most of a second on a small machine.
        der = from_b64(bundle["odk"])
        key = serialization.load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        half["odk"] = to_b64(key.public_key().public_bytes(serialization.Encoding.DER, spki))
    return half


def new_phrase() -> str:
    """Return seven words, 77 bits."""
    return " ".join(words.draw(PHRASE_WORDS))


def new_code() -> str:
    """Return a recovery code: 160 bits and a check character, in groups."""
    return to_checked(os.urandom(CODE_BYTES))


def seal_for_phrase(bundle: Bundle, phrase: str) -> bytes:
    """Return the copy that the key phrase opens in the browser; raise NotEncoded when it isn't seven listed words."""
    plain = words.plain(phrase)
    if len(plain) != PHRASE_WORDS or words.unknown(plain):
        raise NotEncoded(code="phrase_words")
    return agefile.seal_with_secret(_written(bundle), " ".join(plain), _WORK_FACTOR)


def seal_for_code(bundle: Bundle, code: str) -> bytes:
    """Return the copy that the recovery code opens; raise NotEncoded on a slip."""
    from_checked(code, CODE_BYTES)
    return agefile.seal_with_secret(_written(bundle), grouped(plain_crockford(code)), _WORK_FACTOR)


def seal_to(bundle: Bundle, recipients: Sequence[str]) -> bytes:
    """Return one file that any of `recipients` (age1…) opens."""
    return agefile.seal_to(_written(bundle), recipients)


def _written(bundle: Bundle) -> bytes:
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()
