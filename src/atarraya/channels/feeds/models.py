"""Who may read the network's own feed: named tokens, each for ninety days."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class FeedToken(models.Model):
    """An address of the network's own feed, given to one organisation. Only the hash of its secret is kept."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "name": "administration",
        "token_hash": "administration",
        "made": "administration",
        "last_day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    # The organisation it was given to, in the steward's words; never a person.
    name = models.CharField(max_length=60)
    token_hash = models.BinaryField(max_length=32, unique=True)
    made = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["last_day", "name"]
