"""Call chains as the server has them: sealed, with the number of the last save."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class CallChain(models.Model):
    """Who calls whom, sealed to one circle of an inbox with decoys for the others. No row says that it was used."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "inbox": "administration",
        "sealed": "sealed",
        "number": "administration",
        "version": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    # The inbox's list of keys that it was sealed to.
    number = models.PositiveIntegerField()
    # Grows with each save, so that nobody writes over what they have not read.
    version = models.PositiveIntegerField(default=1)
    day = models.DateField()
