"""Attachments: slices sealed under a key that only the account names, put together again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from atarraya.sealing.encoding import from_b64
from atarraya.sealing.refusals import NotEncoded
from atarraya_workbench.folder import MOST_SLICES, Export


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
