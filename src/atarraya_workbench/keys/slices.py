"""Attachments: slices sealed under a key that only the account names, put together again; and made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotEncoded
from atarraya_workbench.folder import MOST_SLICES, Export

SLICE, STEP = 16384, 4096


@dataclass(frozen=True)
class Attachment:
    """One attachment. `content` is None unless every slice is here and opens; `why`: "", `missing` or `damaged`."""

    kind: str
    type: str
    content: bytes | None
    why: str


def opened(export: Export, named: object) -> Attachment:
    """Return the attachment that an account names. Never raises: an account may name anything."""
    if not isinstance(named, dict):
        return Attachment("", "", None, "damaged")
    kind, type_ = (value if isinstance(value := named.get(name), str) else "" for name in ("kind", "type"))
    count, size = named.get("chunks"), named.get("size")
    if not _is_count(count, MOST_SLICES) or not _is_count(size, MOST_SLICES * 16384):
        return Attachment(kind, type_, None, "damaged")
    sealed = export.slices(str(named.get("id")), count)
    pieces = [piece for piece in sealed if piece is not None]
    if len(pieces) < count:
        return Attachment(kind, type_, None, "missing")
    try:
        content = b"".join(_slice(named, index, piece) for index, piece in enumerate(pieces))
    except (InvalidTag, NotEncoded, ValueError, KeyError, TypeError):
        return Attachment(kind, type_, None, "damaged")
    if len(content) < size:
        return Attachment(kind, type_, None, "missing")
    return Attachment(kind, type_, content[:size], "")


def _is_count(value: Any, most: int) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= most


def _slice(named: dict[str, Any], index: int, sealed: bytes) -> bytes:
    place = index.to_bytes(4, "big")
    known = str(named["id"]).encode() + place
    return AESGCM(from_b64(named["key"], 32)).decrypt(bytes(8) + place, sealed, known)


def sealed(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return (what an account says of a new attachment: id, key, size, chunks; its sealed slices, in order)."""
    named: dict[str, Any] = {"id": str(uuid4()), "key": to_b64(os.urandom(32))}
    filled = content + bytes(-len(content) % STEP)
    pieces = [filled[at : at + SLICE] for at in range(0, len(filled), SLICE)]
    key = AESGCM(from_b64(named["key"], 32))
    places = [(at.to_bytes(4, "big"), piece) for at, piece in enumerate(pieces)]
    closed = [key.encrypt(bytes(8) + place, piece, named["id"].encode() + place) for place, piece in places]
    return {**named, "size": len(content), "chunks": len(closed)}, closed
