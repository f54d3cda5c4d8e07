"""A table that is not used: transport keys lie in files, apart from the database (`alerts.services.transport_keys`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class TransportKey(models.Model):
    """Not used, and empty: a key that lay here would be in every backup. Goes with the next change of the schema."""

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
