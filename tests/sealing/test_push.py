"""Web push against its published example, and opened by another implementation in another language."""

from __future__ import annotations

import base64
import json
import os
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from atarraya.sealing import push
from atarraya.sealing.encoding import from_b64, to_b64
from machine import node_parts

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = from_b64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
BROWSER = from_b64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
AUTH = from_b64("BTBZMqHH6r4Tts7J_aSIgg")
SALT = from_b64("DGv6ra1nlYgDCS1FRnbzlw")
CLOSED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
OPEN = """
const { privateKey, publicKey, auth, body } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const bytes = (text) => Buffer.from(text, "base64url");
const { subtle } = globalThis.crypto || require("crypto").webcrypto;
(async () => {
  const sealed = bytes(body), ours = bytes(publicKey);
  const salt = sealed.subarray(0, 16), length = sealed[20], theirs = sealed.subarray(21, 21 + length);
  const jwk = { kty: "EC", crv: "P-256", d: privateKey, x: ours.subarray(1, 33).toString("base64url"),
    y: ours.subarray(33).toString("base64url") };
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const mine = await subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]);
  const other = await subtle.importKey("raw", theirs, curve, false, []);
  const derive = async (secret, salt, info, size) => Buffer.from(await subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt, info }, await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]),
    8 * size));
  const shared = Buffer.from(await subtle.deriveBits({ name: "ECDH", public: other }, mine, 256));
  const info = Buffer.concat([Buffer.from("WebPush: info\\0"), ours, theirs]);
  const together = await derive(shared, bytes(auth), info, 32);
  const secret = await derive(together, salt, Buffer.from("Content-Encoding: aes128gcm\\0"), 16);
  const iv = await derive(together, salt, Buffer.from("Content-Encoding: nonce\\0"), 12);
  const key = await subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
  const open = Buffer.from(await subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.subarray(21 + length)));
  process.stdout.write(open.subarray(0, open.lastIndexOf(2)));
})();
"""


def browser() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    raw = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return key, raw


def test_the_published_example() -> None:
    key = ec.derive_private_key(int.from_bytes(SENDER), ec.SECP256R1())
    assert to_b64(push.seal(PLAIN, BROWSER, AUTH, size=len(PLAIN), salt=SALT, key=key)) == CLOSED


@pytest.mark.parametrize("message", [b"", b"Hay algo nuevo.", b"x" * push.SIZE])
def test_a_browser_opens_it_and_all_are_of_one_size(message: bytes) -> None:
    key, raw = browser()
    auth = os.urandom(16)
    sealed = push.seal(message, raw, auth)
    assert len(sealed) == push.WIRE
    said = {
        "privateKey": to_b64(key.private_numbers().private_value.to_bytes(32)),
        "publicKey": to_b64(raw),
        "auth": to_b64(auth),
        "body": to_b64(sealed),
    }
    node = str(node_parts.home() / "bin" / "node")
    done = subprocess.run([node, "-e", OPEN], input=json.dumps(said).encode(), capture_output=True, check=True)
    assert done.stdout == message


def test_no_two_are_alike() -> None:
    _, raw = browser()
    assert push.seal(b"x", raw, AUTH) != push.seal(b"x", raw, AUTH)


def test_what_would_show_by_its_size_is_refused() -> None:
    with pytest.raises(push.TooLong):
        push.seal(b"x" * (push.SIZE + 1), BROWSER, AUTH)


@pytest.mark.parametrize("key", [b"", b"\x04" + bytes(64), BROWSER[:-1], b"\x05" + BROWSER[1:], BROWSER + b"x"])
def test_what_is_no_point_of_the_curve(key: bytes) -> None:
    assert push.is_point(BROWSER) and not push.is_point(key)


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32, bytes(range(32))])
def test_a_voucher_is_signed_by_the_name_that_browsers_know(secret: bytes) -> None:
    header = push.voucher(secret, audience="https://push.example", contact="mailto:a@b.example", until=1_800_000_000)
    token, _, name = header.removeprefix("vapid t=").partition(", k=")
    head, claims, signature = token.split(".")
    assert from_b64(name) == push.public_name(secret)
    assert json.loads(_plain(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(_plain(claims)) == {
        "aud": "https://push.example",
        "exp": 1_800_000_000,
        "sub": "mailto:a@b.example",
    }
    raw = from_b64(signature, 64)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_b64(name))
    known.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def _plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
