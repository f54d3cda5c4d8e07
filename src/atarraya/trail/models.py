"""Lines of the trail, the heads desks have countersigned, and signed checkpoints."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class Line(models.Model):
    """One act. `at` is the hour for acts of administration and the day for acts about reports.

    `digest` is SHA-256 over the previous digest and this line's canonical JSON, so that a removed or altered line
    shows in every later one.
    """

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "number": "administration",
        "verb": "administration",
        "actor": "administration",
        "subject": "administration",
        "at": "administration",
        "digest": "administration",
    }

    number = models.BigIntegerField(primary_key=True)
    verb = models.CharField(max_length=60)
    actor = models.CharField(max_length=60, blank=True, default="")
    subject = models.CharField(max_length=60, blank=True, default="")
    at = models.CharField(max_length=13)
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["number"]


class Head(models.Model):
    """A head that a desk saw and signed with its member's key: proof against a rewritten trail."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "member": "administration",
        "number": "administration",
        "digest": "administration",
        "signature": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    member = models.UUIDField()
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="one_head_a_member_a_day")]


class Checkpoint(models.Model):
    """Stands for the lines up to `number` that were let go: their last digest, which two desks had signed."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "number": "administration",
        "digest": "administration",
        "lines": "administration",
        "day": "administration",
    }

    number = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField(max_length=32)
    lines = models.BigIntegerField()
    day = models.DateField()
