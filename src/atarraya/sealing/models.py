"""The transport keys: what opens the outer seal of a phone's outbox, and nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class TransportKey(models.Model):
    """A week's key. The secret is destroyed on `expires`; outboxes older than that can't be delivered."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "number": "administration",
        "public": "administration",
        "secret": "administration",
        "day": "administration",
        "expires": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    number = models.PositiveIntegerField(unique=True)
    public = models.CharField(max_length=62)
    secret = models.BinaryField(max_length=128)
    day = models.DateField()
    expires = models.DateField()

    class Meta:
        ordering = ["-number"]
