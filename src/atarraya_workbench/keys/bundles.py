"""Key bundles, opened: with words, with the recovery code, or with another key."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pyrage
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from atarraya.sealing.encoding import from_b64, from_checked, grouped, plain_crockford
from atarraya.sealing.refusals import NotEncoded
from atarraya_workbench.keys import agefiles
from atarraya_workbench.keys.agefiles import Damaged, Secret

CODE_BYTES = 20
MOST_WORK = 17  # 2**17 is 128 MiB; our own files take 15
_HEAD = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n")


def with_phrase(file: bytes, words: list[str]) -> Secret | None:
    """Return the key of a member's file if these are its words; raise Damaged."""
    return _with_secret(file, " ".join(words))


def with_code(file: bytes, code: str) -> Secret | None:
    """Return the key of a member's file if this is its recovery code; raise NotEncoded on a slip, Damaged."""
    from_checked(code, CODE_BYTES)
    return _with_secret(file, grouped(plain_crockford(code)))


def with_key(file: bytes, secret: Secret) -> Secret | None:
    """Return the key in a file that is wrapped to `secret`, None if it is to others; raise Damaged."""
    plaintext = agefiles.open_small(file, secret)
    return None if plaintext is None else _read(plaintext)


def _with_secret(file: bytes, secret: str) -> Secret | None:
    head = _HEAD.match(file)
    if head is None or int(head[1]) > MOST_WORK:
        raise Damaged()
    try:
        plaintext = pyrage.passphrase.decrypt(file, secret)
    except pyrage.DecryptError:
        return None
    return _read(plaintext)


def _read(plaintext: bytes) -> Secret:
    try:
        bundle = json.loads(plaintext)
        if bundle["v"] == 1:
            secret = replace(Secret.read(bundle["age"]), signing=_seed(bundle))
            if "sms" in bundle:
                secret = replace(secret, sms=X25519PrivateKey.from_private_bytes(from_b64(bundle["sms"], 32)))
            return replace(secret, odk=_rsa(bundle["odk"])) if "odk" in bundle else secret
    except (ValueError, KeyError, TypeError, AttributeError, NotEncoded, UnsupportedAlgorithm):
        raise Damaged() from None
    raise Damaged()


def _seed(bundle: dict[str, str]) -> str:
    from_b64(bundle["ed25519"], 32)
    return bundle["ed25519"]


def _rsa(text: str) -> RSAPrivateKey:
    key = load_der_private_key(from_b64(text), None)
    if not isinstance(key, RSAPrivateKey):
        raise Damaged()
    return key
