"""What phones and desks seal in the browser, made in Python: for the demonstration. Nothing that serves imports it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from uuid import UUID

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from atarraya.sealing.encoding import from_b64

SLICE = 16 * 1024
FILL = 4096
ANSWER = 68


def seal_reply(reply: str, answer: Mapping[str, str]) -> bytes:
    """Return the 96 bytes of an answer slot that the receipt's words open; `reply` is b64 of 32 bytes."""
    text = json.dumps(dict(answer), separators=(",", ":")).encode().ljust(ANSWER)
    nonce = os.urandom(12)
    return nonce + AESGCM(from_b64(reply, 32)).encrypt(nonce, text, None)


def seal_slices(attachment: UUID, key: bytes, content: bytes) -> list[bytes]:
    """Return a file's sealed slices: 16 KiB each, the last filled to a multiple of 4 KiB."""
    filled = content + bytes(-len(content) % FILL)
    pieces = [filled[at : at + SLICE] for at in range(0, len(filled), SLICE)]
    sealed = []
    for index, piece in enumerate(pieces):
        place = index.to_bytes(4, "big")
        sealed.append(AESGCM(key).encrypt(bytes(8) + place, piece, str(attachment).encode() + place))
    return sealed


def new_sheets() -> tuple[str, str]:
    """Return (identity, recipient) such as a circle's three sheets of paper hold."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())
