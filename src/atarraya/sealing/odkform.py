"""Encrypted forms as ODK's phones write them: for the demonstration and tests. Nothing here opens one.

One AES key for each submission goes, RSA-OAEP with SHA-256, to the key that the form carries. Each file is AES-256-CFB
over PKCS #7 padding. Nothing authenticates a file by itself: the manifest closes over the digests of all of them, but
whoever knows the public key could write a manifest of their own. The scheme is ODK's and cannot be chosen here.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr  # nosec B406

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_der_public_key

from atarraya.sealing.refusals import NotEncoded

ENCRYPTED = "http://www.opendatakit.org/xforms/encrypted"
OPENROSA = "http://openrosa.org/xforms"
SUBMISSION, ENDING = "submission.xml", ".enc"
KEY_BYTES, BLOCK = 32, 16

OAEP_SHA256 = OAEP(MGF1(hashes.SHA256()), hashes.SHA256(), None)


def starts(instance_id: str, key: bytes) -> Iterator[bytes]:
    """Yield the 16-byte start value of each file in turn: media in the manifest's order, then the answers."""
    value = bytearray(_md5(instance_id.encode() + key))
    at = 0
    while True:
        value[at % BLOCK] = (value[at % BLOCK] + 1) % 256
        yield bytes(value)
        at += 1


def cipher(key: bytes, start: bytes) -> Cipher[CFB]:
    """Return the cipher of one file, without its padding."""
    return Cipher(AES(key), CFB(start))


def signed_digest(
    form_id: str, version: str, wrapped: str, instance_id: str, files: Sequence[tuple[str, bytes]]
) -> bytes:
    """Return the 16 bytes that the manifest seals as its signature. `files`: (name without .enc, content), in order.

    `wrapped`: the AES key as the manifest writes it. An empty version is left out.
    """
    lines = [form_id, *([version] if version else []), wrapped, instance_id]
    lines += [f"{name}::{_md5(content).hex()}" for name, content in files]
    return _md5("".join(f"{line}\n" for line in lines).encode())


def encrypt(
    form_id: str, version: str, instance_id: str, xml: bytes, media: Sequence[tuple[str, bytes]], spki_der: bytes
) -> tuple[bytes, dict[str, bytes]]:
    """Return (manifest, {name with .enc: encrypted bytes}) of one finalised form.

    `xml`: the answers; `media`: (name, content) in the order that the manifest will have; `spki_der`: the form's RSA
    key. Raise NotEncoded (code `odk_key`) for what is no RSA public key.
    """
    public = _public(spki_der)
    key = os.urandom(KEY_BYTES)
    wrapped = _b64(public.encrypt(key, OAEP_SHA256))
    files = [*media, (SUBMISSION, xml)]
    values = starts(instance_id, key)
    parts = {name + ENDING: _closed(key, next(values), content) for name, content in files}
    digest = signed_digest(form_id, version, wrapped, instance_id, files)
    names = [name for name, _content in media]
    return _manifest(form_id, version, instance_id, wrapped, names, _b64(public.encrypt(digest, OAEP_SHA256))), parts


def _public(spki_der: bytes) -> RSAPublicKey:
    try:
        public = load_der_public_key(spki_der)
    except ValueError as fault:
        raise NotEncoded(code="odk_key") from fault
    if not isinstance(public, RSAPublicKey):
        raise NotEncoded(code="odk_key")
    return public


def _closed(key: bytes, start: bytes, content: bytes) -> bytes:
    padder = PKCS7(BLOCK * 8).padder()
    closing = cipher(key, start).encryptor()
    closed: bytes = closing.update(padder.update(content) + padder.finalize()) + closing.finalize()
    return closed


def _manifest(form_id: str, version: str, instance_id: str, wrapped: str, media: list[str], signature: str) -> bytes:
    versioned = f" version={quoteattr(version)}" if version else ""
    named = "".join(f"<media><file>{escape(name + ENDING)}</file></media>\n" for name in media)
    return (
        f'<data xmlns="{ENCRYPTED}" id={quoteattr(form_id)}{versioned} encrypted="yes">'
        f"<base64EncryptedKey>{wrapped}</base64EncryptedKey>"
        f'<orx:meta xmlns:orx="{OPENROSA}"><orx:instanceID>{escape(instance_id)}</orx:instanceID></orx:meta>\n'
        f"{named}<encryptedXmlFile>{SUBMISSION}{ENDING}</encryptedXmlFile>"
        f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature></data>"
    ).encode()


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _md5(value: bytes) -> bytes:
    return hashlib.md5(value, usedforsecurity=False).digest()
