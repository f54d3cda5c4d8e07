"""Sealed entries: a routing row, an envelope, and a storage key, each in a table of its own.

A report, a note of those who handle it, a check-in and an empty account look alike here. No row says what an entry
is, who wrote it, which point sent it, or which entries belong together: that is inside the seal.
The finest time is the day. Tables are kept in the order of their random ids (`unordered`); where inside its page a row
lies still tells who came first until `services.mixing` lays a day's rows anew in random order.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """What the server must know of a sealed entry to hand it to the right inbox."""

    class Mark(models.TextChoices):
        NONE = ""
        OLD_SETUP = "OLD_SETUP"  # sealed to a recipient list before the present one
        OLD_LINK = "OLD_LINK"  # came through the link before the present one

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "inbox": "routing",
        "number": "routing",
        "municipality": "routing",
        "urgency": "routing",
        "age": "routing",
        "day": "routing",
        "size": "routing",
        "expires": "routing",
        "mark": "routing",
        "lookup_hash": "routing",
        "erase_hash": "routing",
        "reply": "sealed",
    }

    id = models.UUIDField(primary_key=True)
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="+", db_index=False)
    # The number of the recipient list it was sealed to.
    number = models.PositiveIntegerField()
    municipality = models.CharField(max_length=10, null=True)  # noqa: DJ001 (null = not classified)
    urgency = models.CharField(max_length=4, null=True)  # noqa: DJ001 (null = not classified)
    # How long it waited on the phone, by the phone's own clock: H1, H6, D1, D3, W1, OLD.
    age = models.CharField(max_length=4)
    day = models.DateField()
    # Bytes of the sealed file: one of the legal buckets.
    size = models.PositiveIntegerField()
    expires = models.DateField()
    mark = models.CharField(max_length=10, choices=Mark.choices, default=Mark.NONE, blank=True)
    # Not unique: a refused report would be a lost one, and nobody gains by sharing a receipt.
    lookup_hash = models.BinaryField(max_length=32)
    erase_hash = models.BinaryField(max_length=32)
    # 96 opaque bytes: random at arrival; a desk that handled the entry writes a sealed answer over them.
    reply = models.BinaryField(max_length=96)

    class Meta:
        indexes = [
            models.Index(fields=["inbox", "day", "id"], name="entry_inbox_day"),
            models.Index(fields=["lookup_hash"], name="entry_lookup"),
        ]


class Envelope(models.Model):
    """The sealed file itself, encrypted once more under its storage key."""

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {"entry": "routing", "body": "sealed"}

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="envelope")
    body = models.BinaryField()


class StorageKey(models.Model):
    """The key whose destruction erases an entry or a slice, here and (within 35 days) in backups."""

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {"id": "routing", "key": "administration"}

    # The id of the Entry or the Chunk it opens; no foreign key, because backups keep keys apart.
    id = models.UUIDField(primary_key=True)
    key = models.BinaryField(max_length=32)


class Chunk(models.Model):
    """One sealed slice of an attachment, under a random attachment id that only the seal names."""

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "attachment": "routing",
        "index": "routing",
        "body": "sealed",
        "erase_hash": "routing",
        "day": "routing",
        "expires": "routing",
    }

    # Made from attachment and index (`chunk_id`), so that the same slice twice is one row.
    id = models.UUIDField(primary_key=True)
    attachment = models.UUIDField()
    index = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    erase_hash = models.BinaryField(max_length=32)
    day = models.DateField()
    expires = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["attachment", "erase_hash"], name="chunk_attachment")]


class Erasure(models.Model):
    """That something was erased on a day, so that a restored backup erases it again before it serves."""

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {"id": "routing", "erased": "routing", "day": "routing"}

    id = models.UUIDField(primary_key=True)
    # The id of the Entry or Chunk whose key was destroyed.
    erased = models.UUIDField(unique=True)
    day = models.DateField()
