"""Circles of people who hold a key together, inboxes they serve, and the custody of their wrapped keys.

Only public halves and age files are kept here; no row opens anything without a person's phrase or paper.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class Circle(models.Model):
    """People who hold a key together. Its offline identity exists only on three printed sheets."""

    class Purpose(models.TextChoices):
        VERIFIERS = "VERIFIERS"
        WOMEN = "WOMEN"
        RESPONDERS = "RESPONDERS"
        CARE = "CARE"
        LEGAL = "LEGAL"
        COUNCIL = "COUNCIL"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "name": "administration",
        "purpose": "administration",
        "offline_recipient": "administration",
        "created": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=80, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    offline_recipient = models.CharField(max_length=80)
    created = models.DateField()


class CircleEpoch(models.Model):
    """One key of a circle. A removal begins the next epoch."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "circle": "administration",
        "number": "administration",
        "recipient": "administration",
        "signing_key": "administration",
        "sms_key": "administration",
        "odk_key": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="epochs")
    number = models.PositiveIntegerField()
    recipient = models.CharField(max_length=80)
    signing_key = models.CharField(max_length=48)
    # Empty for epochs that began before circles had one.
    sms_key = models.CharField(max_length=48, blank=True, default="")
    # Of ODK forms: b64 of the RSA key's SPKI DER.
    odk_key = models.CharField(max_length=600, blank=True, default="")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="one_epoch_a_number")]


class WrappedKey(models.Model):
    """An epoch's key bundle as an age file to one member, or (member null) to the offline identity."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "epoch": "administration",
        "member": "administration",
        "sealed": "sealed",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    epoch = models.ForeignKey(CircleEpoch, models.CASCADE, related_name="wrapped")
    member = models.ForeignKey("network.Member", models.CASCADE, null=True, related_name="wrapped")
    sealed = models.BinaryField(max_length=8192)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["epoch", "member"], name="one_wrapping_a_member"),
            models.UniqueConstraint(fields=["epoch"], condition=models.Q(member=None), name="one_offline_wrapping"),
        ]


class NameList(models.Model):
    """Names that no published text may carry, sealed to the circle that keeps them."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {"circle": "administration", "sealed": "sealed", "day": "administration"}

    circle = models.OneToOneField(Circle, models.CASCADE, primary_key=True, related_name="names")
    sealed = models.BinaryField(max_length=40_000)
    day = models.DateField()


class CircleMember(models.Model):
    """Who belongs to a circle, from when, until when. Told by day."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "circle": "administration",
        "member": "administration",
        "since": "administration",
        "until": "administration",
        "first_epoch": "administration",
        "last_epoch": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="memberships")
    member = models.ForeignKey("network.Member", models.PROTECT, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    # The oldest and newest epochs wrapped to this member: their wrappings are destroyed when the member goes,
    # and what they could have read must still be known.
    first_epoch = models.PositiveIntegerField()
    last_epoch = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "member"], condition=models.Q(until=None), name="one_open_membership"
            )
        ]


class Inbox(models.Model):
    """Where the reports of some points arrive. Several circles serve it."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "name": "administration",
        "created": "administration",
        "sms_lines": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=80, unique=True)
    created = models.DateField()
    # The network's own numbers, to which points may write an SMS; nobody else's is ever here.
    sms_lines = models.JSONField(default=list)


class InboxCircle(models.Model):
    """A circle's place among the recipients of an inbox (stanza i of every envelope)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "inbox": "administration",
        "circle": "administration",
        "position": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="places")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="places")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["inbox", "position"], name="one_circle_a_position"),
            models.UniqueConstraint(fields=["inbox", "circle"], name="one_position_a_circle"),
            models.CheckConstraint(condition=models.Q(position__lt=6), name="six_circles_at_most"),
        ]


class RecipientList(models.Model):
    """A numbered list of an inbox's recipients, signed by a key of the list before. Public keys only."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "inbox": "administration",
        "number": "administration",
        "document": "administration",
        "signatures": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="lists")
    number = models.PositiveIntegerField()
    document = models.TextField()
    signatures = models.JSONField(default=list)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "number"], name="one_list_a_number")]
