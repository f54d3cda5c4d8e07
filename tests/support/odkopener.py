"""What tests know of ODK's encrypted forms on their own: keys made once, and opening by the scheme's own text.

It repeats nothing of `atarraya.sealing.odkform` nor of the workbench: where all three agree, the scheme is kept.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from xml.sax.saxutils import escape, unescape

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

FORM = "atarraya-alerta"


def key(number: int = 0) -> rsa.RSAPrivateKey:
    """Return a key of 3072 bits, the same for the whole process: making one takes a second."""
    return _made(number)


@cache
def _made(_number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


def public(number: int = 0) -> bytes:
    """Return the SPKI DER of `key(number)`."""
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key(number).public_key().public_bytes(serialization.Encoding.DER, spki)


def private(number: int = 0) -> bytes:
    """Return the PKCS #8 DER of `key(number)`, as a circle's bundle holds it."""
    how = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key(number).private_bytes(serialization.Encoding.DER, *how)


def answers(instance: str, **said: str) -> bytes:
    """Return a filled report form; a name with two underscores is inside a group (`when__day`)."""
    inside: dict[str, str] = {}
    for name, value in said.items():
        group, _mark, member = name.rpartition("__")
        inside[group] = inside.get(group, "") + f"<{member}>{escape(value)}</{member}>"
    plain = inside.pop("", "") + "".join(f"<{group}>{members}</{group}>" for group, members in inside.items())
    space = "http://openrosa.org/xforms"
    meta = f'<orx:meta xmlns:orx="{space}"><orx:instanceID>{instance}</orx:instanceID></orx:meta>'
    return f'<?xml version="1.0"?><data id="{FORM}" version="1-1">{plain}{meta}</data>'.encode()


def opened(manifest: bytes, parts: dict[str, bytes], private: rsa.RSAPrivateKey) -> tuple[dict[str, bytes], bool]:
    """Return (name without .enc → content, whether the manifest's signature is that of these contents)."""
    text = manifest.decode()
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    wrapped = _between(text, "base64EncryptedKey")
    aes = private.decrypt(base64.b64decode(wrapped), oaep)
    instance = _between(text, "orx:instanceID")
    names = [*re.findall("<file>(.*?)</file>", text), _between(text, "encryptedXmlFile")]
    seed = int.from_bytes(hashlib.md5(instance.encode() + aes).digest(), "big")
    contents: dict[str, bytes] = {}
    for at, name in enumerate(names):
        seed = _one_up(seed, at % 16)
        padded = Cipher(algorithms.AES256(aes), CFB(seed.to_bytes(16, "big"))).decryptor().update(parts[name])
        contents[name.removesuffix(".enc")] = padded[: -padded[-1]]
    lines = [*re.search('id="(.*?)" version="(.*?)"', text).groups(), wrapped, instance]  # type: ignore[union-attr]
    lines += [f"{name}::{hashlib.md5(content).hexdigest()}" for name, content in contents.items()]
    said = private.decrypt(base64.b64decode(_between(text, "base64EncryptedElementSignature")), oaep)
    return contents, said == hashlib.md5(("\n".join(lines) + "\n").encode()).digest()


def _between(text: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", text)
    assert found is not None, name
    return unescape(found[1])


def _one_up(seed: int, place: int) -> int:
    """Return the 16 bytes with byte `place` one higher, without carrying."""
    shift = 8 * (15 - place)
    byte = seed >> shift & 255
    return seed - (byte << shift) + ((byte + 1) % 256 << shift)
