"""Erasing: the storage key is destroyed, the rows go, and a line stays that makes a restored backup erase again.

Right and wrong words do the same work and are answered alike. What became a warning is not touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from django.db import connection

from atarraya.alerts.models import Chunk, Entry, Envelope, Erasure, StorageKey
from atarraya.alerts.services.receive import keyed
from atarraya.alerts.services.rows import insert_new
from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.sealing import receipts
from atarraya.sealing.encoding import from_b64

BATCH = 400


def erase(lookup: str, erase_half: str, thread: str) -> int:
    """Erase what a receipt's words name: its account, its attachments and the notes about it; return how many rows.

    The three are b64 of 32 bytes. The account goes if `lookup` and `erase_half` belong together; notes and slices if
    `thread` was made from `erase_half` and made their erase hash: readers of the account know `thread` and may not
    erase with it. The whole inbox is walked in either case, so that no answer is faster.
    """
    secret = from_b64(erase_half, 32)
    erase_hash = receipts.keyed(receipts.erase_hash(secret))
    found = set(Entry.objects.filter(lookup_hash=keyed(lookup), erase_hash=erase_hash).values_list("pk", flat=True))
    # A thread key that is not this secret's names nothing: the same walk is done with a key that nobody has.
    key = from_b64(thread, 32) if from_b64(thread, 32) == receipts.thread_key(secret) else os.urandom(32)
    found |= {pk for pk, kept in Entry.objects.values_list("pk", "erase_hash").iterator() if _made(key, pk, kept)}
    attachments = {
        attachment
        for attachment, kept in Chunk.objects.values_list("attachment", "erase_hash").distinct().iterator()
        if _made(key, attachment, kept)
    }
    found |= set(Chunk.objects.filter(attachment__in=attachments).values_list("pk", flat=True))
    destroy(found)
    return len(found)


def destroy(rows: Iterable[UUID]) -> None:
    """Destroy the storage keys and rows of entries and slices, and remember their ids for restored backups."""
    with write():
        for batch in _batches(rows):
            _delete(batch)
            for pk in batch:
                insert_new(Erasure, id=ids.new_id(), erased=pk, day=clock.today())
    forget_journal()


def erasures() -> Iterator[UUID]:
    """Return the ids of everything that was erased: what a backup must be told before it serves."""
    return Erasure.objects.values_list("erased", flat=True).iterator()


def replay_erasures(more: Iterable[UUID] = ()) -> int:
    """Erase again, in a restored database, what it and `more` say was erased; return how many rows were there.

    Must run before a restored installation serves.
    """
    wanted = {*erasures(), *more}
    gone = 0
    with write():
        for batch in _batches(wanted):
            gone += StorageKey.objects.filter(pk__in=batch).count()
        for batch in _batches(wanted):
            _delete(batch)
            for pk in batch:
                insert_new(Erasure, id=ids.new_id(), erased=pk, day=clock.today())
    forget_journal()
    return gone


def forget_journal() -> None:
    """On SQLite, fold the write-ahead log into the file and empty it: it still holds pages from before erasing.

    Waits at most a fifth of a second for others; the daily retention tries again.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute("PRAGMA busy_timeout = 20000")


def _delete(batch: list[UUID]) -> None:
    StorageKey.objects.filter(pk__in=batch).delete()
    Envelope.objects.filter(pk__in=batch).delete()
    Entry.objects.filter(pk__in=batch).delete()
    Chunk.objects.filter(pk__in=batch).delete()


def _batches(rows: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _made(thread: bytes, row: UUID, kept: bytes | memoryview) -> bool:
    return receipts.keyed(receipts.thread_erase_hash(thread, row)) == bytes(kept)
