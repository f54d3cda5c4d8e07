"""Reporting points: a collective's link, and the phones it was opened on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class Point(models.Model):
    """A collective's capability to report and to read the board. Only hashes of its secrets are kept."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE"
        PAUSED = "PAUSED"
        REVOKED = "REVOKED"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "collective": "administration",
        "inbox": "administration",
        "municipality": "administration",
        "zone": "administration",
        "label": "administration",
        "link_hash": "administration",
        "previous_hash": "administration",
        "previous_until": "administration",
        "code_hash": "administration",
        "state": "administration",
        "follows": "administration",
        "created": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    collective = models.ForeignKey("network.Collective", models.PROTECT, related_name="points")
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="points")
    municipality = models.CharField(max_length=10)
    # The zone it speaks from, if the network said so: a zone shows at once only where it has three (R15).
    zone = models.ForeignKey("territory.Zone", models.SET_NULL, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=80, blank=True, default="")
    link_hash = models.BinaryField(max_length=32, unique=True)
    # For 45 days the link before still delivers sealed reports; it reads no board and publishes nothing.
    previous_hash = models.BinaryField(max_length=32, null=True, unique=True)
    previous_until = models.DateField(null=True)
    code_hash = models.BinaryField(max_length=32, null=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    follows = models.JSONField(default=list)
    created = models.DateField()


class PointDevice(models.Model):
    """A phone on which a point's link was opened: a random token's hash and the day, nothing of the phone."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "point": "administration",
        "token_hash": "administration",
        "previous_link": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    point = models.ForeignKey(Point, models.CASCADE, related_name="devices")
    token_hash = models.BinaryField(max_length=32, unique=True)
    previous_link = models.BooleanField(default=False)
    day = models.DateField()
