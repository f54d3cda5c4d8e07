"""Sealed slices of voice notes and photos: taken once each, in any order, resumable, and refused before text is.

Slices lie under random ids that only the sealed account names; no row says which report, point or inbox they are of.
"""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from atarraya.alerts import rules
from atarraya.alerts.models import Chunk, Erasure, StorageKey
from atarraya.alerts.refusals import BadSlice, NotSealed, SliceTaken
from atarraya.alerts.services.receive import keyed, looks_random
from atarraya.alerts.services.rows import insert, insert_new
from atarraya.kernel import clock
from atarraya.kernel.errors import NoRoom
from atarraya.kernel.transactions import write
from atarraya.sealing import storage

# Content in steps of 4 KiB up to 16, so that no length tells a voice; and the 16-byte tag of AES-GCM.
STEP, TAG = 4096, 16
SLICE_BYTES = 4 * STEP + TAG
MAX_SLICES = 400


def slice_id(attachment: UUID, index: int) -> UUID:
    """Return the id of a slice's row: always the same for the same slice, and without any order."""
    digest = hashlib.sha256(attachment.bytes + index.to_bytes(2, "big")).digest()
    return UUID(bytes=digest[:16], version=4)


def keep_slice(attachment: UUID, index: int, body: bytes, erase_hash: str, *, keep: str = "arrival") -> bool:
    """Keep slice `index` (from 0) of an attachment; return False if it was here already.

    `erase_hash` is b64 of SHA-256(HMAC-SHA256(thread key, attachment id)); `keep` a class of rules.KEEP_DAYS.
    Raises BadSlice, NotSealed, SliceTaken or NoRoom.
    """
    _check(index, body)
    row = slice_id(attachment, index)
    key, stored = storage.encrypt(body)
    day = clock.today()
    with write():
        if Erasure.objects.filter(erased=row).exists():
            return False
        new = insert_new(
            Chunk,
            id=row,
            attachment=attachment,
            index=index,
            body=stored,
            erase_hash=keyed(erase_hash),
            day=day,
            expires=day + timedelta(days=rules.KEEP_DAYS[keep]),
        )
        if new:
            insert(StorageKey, id=row, key=key)
        elif _kept_bytes(row) != body:
            raise SliceTaken()
    return new


def have(attachment: UUID) -> list[int]:
    """Return which slices of an attachment are kept, in order."""
    return list(Chunk.objects.filter(attachment=attachment).order_by("index").values_list("index", flat=True))


def slices(attachment: UUID) -> list[tuple[int, bytes]]:
    """Return the sealed slices of an attachment with their numbers, in order: who knows its id may have them."""
    rows = list(Chunk.objects.filter(attachment=attachment).order_by("index"))
    keys = StorageKey.objects.in_bulk([row.pk for row in rows])
    return [(row.index, storage.decrypt(bytes(keys[row.pk].key), bytes(row.body))) for row in rows if row.pk in keys]


def check_room() -> None:
    """Raise NoRoom when the data folder's disk has less left than text must always find."""
    disk = os.statvfs(settings.DATA)
    if disk.f_bavail * disk.f_frsize < settings.MEDIA_RESERVE_BYTES:
        raise NoRoom()


def _check(index: int, body: bytes) -> None:
    check_room()
    if not looks_random(body):
        raise NotSealed()
    # A short slice could be a sentence in some old alphabet; and what is not filled up tells its length.
    if not 0 <= index < MAX_SLICES or len(body) > SLICE_BYTES or len(body) % STEP != TAG or len(body) <= TAG:
        raise BadSlice()


def _kept_bytes(row: UUID) -> bytes | None:
    chunk = Chunk.objects.filter(pk=row).values_list("body", flat=True).first()
    key = StorageKey.objects.filter(pk=row).values_list("key", flat=True).first()
    return None if chunk is None or key is None else storage.decrypt(bytes(key), bytes(chunk))
