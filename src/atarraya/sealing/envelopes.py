"""Envelopes as the server sees them: a shape and a size. It can make one; nothing here opens one.

An envelope is a binary age v1 file with one X25519 stanza for each circle of its inbox, in order (R4), over a
plaintext of exactly 2,048, 8,192 or 32,768 bytes. Who is addressed does not show: the others' stanzas are decoys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from atarraya.sealing import agefile, bech32
from atarraya.sealing.refusals import NotAnEnvelope, NotEncoded

BUCKETS = (2048, 8192, 32768)
MOST_STANZAS = 6
_NONCE_AND_TAG = 32
# 32 bytes. The last bits of their last character are zero: one envelope must have one spelling.
_HALF = rb"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"
_STANZA = re.compile(rb"-> X25519 " + _HALF + rb"\n" + _HALF + rb"\n")
# Some writers of the format add one stanza of nonsense so that readers stay tolerant; its type ends in -grease.
_GREASE = re.compile(rb"-> [!-~]{1,60}-grease(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n")
_MAC = re.compile(rb"--- " + _HALF + rb"\n")
_MOST_HEADER = 4096


def check(blob: bytes, stanzas: int) -> int:
    """Return the bucket in bytes if `blob` is an envelope with exactly `stanzas` places; raise NotAnEnvelope.

    What it can't tell is whether the bytes open: only the circles' devices can.
    """
    found, payload = read_header(blob)
    if found != stanzas or not 1 <= found <= MOST_STANZAS or payload - _NONCE_AND_TAG not in BUCKETS:
        raise NotAnEnvelope()
    return payload - _NONCE_AND_TAG


def read_header(blob: bytes) -> tuple[int, int]:
    """Return how many X25519 stanzas an age file has and how many bytes follow its header.

    Any other stanza but one grease raises NotAnEnvelope, and so does base64 with stray bits.
    """
    head = bytes(blob[:_MOST_HEADER])
    if not head.startswith(agefile.VERSION):
        raise NotAnEnvelope()
    at, found, grease = len(agefile.VERSION), 0, 0
    while head.startswith(b"-> ", at):
        stanza = _STANZA.match(head, at)
        match = stanza or _GREASE.match(head, at)
        if match is None:
            raise NotAnEnvelope()
        at = match.end()
        if stanza is None:
            grease += 1
        else:
            found += 1
    mac = _MAC.match(head, at)
    if mac is None or grease > 1:
        raise NotAnEnvelope()
    return found, len(blob) - mac.end()


def seal(payload: Mapping[str, object], recipients: Sequence[str], addressed: Sequence[bool]) -> bytes:
    """Return an envelope of `payload` ({"v": 1, "type": …}) in the inbox's order of `recipients` (age1…).

    A circle that is not addressed gets a decoy; all False is an envelope that nobody opens. Raise NotAnEnvelope for
    more than six circles, a payload over 32 KiB, or recipients that are not plain X25519.
    """
    if not 1 <= len(recipients) <= MOST_STANZAS or len(addressed) != len(recipients):
        raise NotAnEnvelope(code="recipients_count")
    places = [recipient if real else _decoy() for recipient, real in zip(recipients, addressed, strict=True)]
    try:
        return agefile.seal_to(_pad(payload), places)
    except NotEncoded as fault:
        raise NotAnEnvelope(code=fault.code) from fault


def _decoy() -> str:
    """Return a recipient whose secret nobody kept."""
    return bech32.encode("age", X25519PrivateKey.generate().public_key().public_bytes_raw())


def _pad(payload: Mapping[str, object]) -> bytes:
    if payload.get("v") != 1 or not isinstance(payload.get("type"), str):
        raise NotAnEnvelope(code="payload_shape")
    try:
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as fault:
        raise NotAnEnvelope(code="payload_shape") from fault
    for bucket in BUCKETS:
        if len(text) + 4 <= bucket:
            return (len(text).to_bytes(4, "big") + text).ljust(bucket, b"\0")
    raise NotAnEnvelope(code="envelope_too_long")
