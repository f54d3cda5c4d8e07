"""The outbox's outer seal (R9): to a key of the server that changes weekly and opens nothing but outboxes.

Inside: length of the header (4 bytes, big-endian) ‖ routing header, JSON filled with spaces ‖ the envelope as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyrage

from atarraya.sealing import agefile
from atarraya.sealing.envelopes import read_header
from atarraya.sealing.refusals import NotAnEnvelope, NotForThisKey

STEP = 768
MOST_HEADER = 8 * STEP


def new_key() -> tuple[str, bytes]:
    """Return (public recipient age1…, secret) of a fresh transport key."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity).encode()


def seal_for_transport(header: Mapping[str, object], envelope: bytes, recipient: str) -> bytes:
    """Return what a phone's outbox holds. For the demonstration and tests."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % STEP)
    return agefile.seal_to(len(text).to_bytes(4, "big") + text + envelope, [recipient])


def open_transport(blob: bytes, secret: bytes) -> tuple[dict[str, Any], bytes]:
    """Return (routing header, envelope) of an outbox file; the envelope is not checked here.

    Raise NotAnEnvelope if it is no such file, NotForThisKey if this key doesn't open it.
    """
    stanzas, _ = read_header(blob)
    if stanzas != 1 or len(blob) > agefile.CHUNK:
        raise NotAnEnvelope()
    try:
        plaintext = pyrage.decrypt(bytes(blob), [pyrage.x25519.Identity.from_str(bytes(secret).decode())])
    except pyrage.DecryptError as fault:
        raise NotForThisKey() from fault
    length = int.from_bytes(plaintext[:4], "big")
    if len(plaintext) < 4 or length > min(MOST_HEADER, len(plaintext) - 4):
        raise NotAnEnvelope()
    try:
        header = json.loads(plaintext[4 : 4 + length])
    except (ValueError, RecursionError) as fault:
        raise NotAnEnvelope() from fault
    if not isinstance(header, dict):
        raise NotAnEnvelope()
    return header, plaintext[4 + length :]
