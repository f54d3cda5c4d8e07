"""The deployment itself and the collectives that speak in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class Network(models.Model):
    """The one network of this installation (a single row)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "single": "administration",
        "id": "public",
        "name": "shared",
        "page_name": "public",
        "icon": "public",
        "color": "public",
        "language": "public",
        "team_hours": "shared",
        "demo": "public",
        "municipalities": "public",
        "neighbours": "shared",
        "policy": "shared",
        "public_delay_hours": "public",
        "second_factor": "administration",
        "created": "administration",
    }

    single = models.BooleanField(primary_key=True, default=True)
    id = models.UUIDField(default=ids.new_id, unique=True)
    name = models.CharField(max_length=80)
    page_name = models.CharField(max_length=24, default="Cuaderno")
    icon = models.CharField(max_length=16, default="leaf")
    color = models.CharField(max_length=7, default="#0a4f5a")
    language = models.CharField(max_length=2, default="es")
    team_hours = models.CharField(max_length=120, blank=True, default="")
    demo = models.BooleanField(default=False)
    municipalities = models.JSONField(default=list)
    # Whose warnings reach whom: {"code": ["code of a neighbour", …]}, kept the same in both directions.
    neighbours = models.JSONField(default=dict)
    # Kinds whose publishing policy the network made stricter: {"KIND": "AT_ONCE|ONE|TWO|NEVER"}.
    policy = models.JSONField(default=dict)
    public_delay_hours = models.PositiveSmallIntegerField(default=72)
    # Whether a password alone lets nobody in: a passkey, or a password and a code.
    second_factor = models.BooleanField(default=True)
    created = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(single=True), name="one_network")]


class PolicyChange(models.Model):
    """A stricter policy for one kind, waiting for (or made by) a second steward."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "kind": "administration",
        "policy": "administration",
        "proposer": "administration",
        "second": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    kind = models.CharField(max_length=32)
    policy = models.CharField(max_length=8)
    proposer = models.ForeignKey("network.Member", models.PROTECT, related_name="+")
    second = models.ForeignKey("network.Member", models.PROTECT, related_name="+", null=True)
    day = models.DateField()


class Collective(models.Model):
    """A community council, resguardo, board, network: the subject that speaks. Never a person."""

    class Tier(models.TextChoices):
        LOCAL = "LOCAL"
        MAYOR = "MAYOR"
        NETWORK = "NETWORK"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "name": "shared",
        "kind": "administration",
        "municipality": "shared",
        "tier": "administration",
        "parent": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=32, default="OTHER")
    municipality = models.CharField(max_length=10)
    tier = models.CharField(max_length=8, choices=Tier.choices, default=Tier.LOCAL)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
