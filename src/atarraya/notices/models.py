"""Rows of the notices room: where notices go, which are wanted, what waits to be told, and each delivery.

Ids, codes and hours only: no row holds a word of an alert, and nothing here is about a sealed report.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids

ALONE = models.Q(member__isnull=True, device__isnull=False, alone_until__isnull=False)
OF_A_MEMBER = models.Q(member__isnull=False, device__isnull=True, alone_until__isnull=True)


class Receiver(models.Model):
    """Where notices for one member or one point's phone go: a browser's push address, or an e-mail address."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "member": "administration",
        "device": "administration",
        "carrier": "administration",
        "address": "administration",
        "mark": "administration",
        "alone_until": "administration",
        "quiet_from": "administration",
        "quiet_to": "administration",
        "now_passes": "administration",
        "last": "administration",
        "confirm_by": "administration",
        "code": "administration",
        "code_due": "administration",
        "code_tries": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    member = models.ForeignKey("network.Member", models.CASCADE, null=True, related_name="+")
    device = models.ForeignKey("network.PointDevice", models.CASCADE, null=True, related_name="+")
    carrier = models.CharField(max_length=16)
    address = models.JSONField(default=dict)
    # SHA-256 of the address, so that one browser is one receiver however often it asks.
    mark = models.BinaryField(max_length=32)
    # The last day on which the answer "this phone is only mine" holds; never of a member.
    alone_until = models.DateField(null=True)
    # Quiet from this hour to that one, in the network's zone; "now" may pass if the person said so.
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_to = models.PositiveSmallIntegerField(null=True)
    now_passes = models.BooleanField(default=False)
    # The hour of the last delivery, which the subscriber sees.
    last = models.DateTimeField(null=True)
    # The last day to type the number that was sent to this address: until then nothing else goes there. None: it was
    # typed, or this way needs none.
    confirm_by = models.DateField(null=True)
    code = models.CharField(max_length=8, blank=True, default="")
    # When the number is to be sent; None: it was.
    code_due = models.DateTimeField(null=True)
    # How often something else was typed.
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ALONE | OF_A_MEMBER, name="receiver_of_one"),
            models.UniqueConstraint(fields=["member", "carrier", "mark"], name="one_receiver_an_address"),
            models.UniqueConstraint(fields=["device", "carrier"], name="one_receiver_a_phone"),
        ]


class Subscription(models.Model):
    """What a receiver wants to hear of. Empty municipality: all one reads; empty kind: every kind."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "receiver": "administration",
        "municipality": "administration",
        "kind": "administration",
        "least": "administration",
        "paused": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    receiver = models.ForeignKey(Receiver, models.CASCADE, related_name="wants")
    municipality = models.CharField(max_length=10, blank=True, default="")
    kind = models.CharField(max_length=32, blank=True, default="")
    # The least urgent that is told, as the board's rank: 0 only NOW, 1 DAYS too, 2 everything.
    least = models.PositiveSmallIntegerField()
    paused = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["municipality", "kind"], name="wanted", condition=models.Q(paused=False))]
        constraints = [
            models.UniqueConstraint(fields=["receiver", "municipality", "kind"], name="one_want"),
            models.CheckConstraint(condition=models.Q(least__lte=2), name="want_of_a_rank"),
        ]


class Outbox(models.Model):
    """An act that people must hear of, written in the transaction that announced it; gone once all have their rows."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "seq": "administration",
        "alert": "administration",
        "version": "administration",
        "act": "administration",
        "cursor": "administration",
    }

    # The number of its event: order of commit.
    seq = models.BigIntegerField(primary_key=True)
    alert = models.ForeignKey("alerts.Alert", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=24)
    # The last receiver that has its row, in the order of ids.
    cursor = models.UUIDField(null=True)


class Delivery(models.Model):
    """That a receiver is to hear, or heard, of a version of an alert. Destroyed 14 days after the alert ended.

    Moments stand only in rows that wait or are being sent; what is settled keeps the hour.
    """

    class State(models.TextChoices):
        WAITING = "W"
        SENT = "S"
        GIVEN_UP = "G"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "receiver": "administration",
        "alert": "administration",
        "version": "administration",
        "carrier": "administration",
        "follows": "administration",
        "state": "administration",
        "tries": "administration",
        "due": "administration",
        "lease": "administration",
        "leased_until": "administration",
        "reason": "administration",
        "hour": "administration",
    }

    id = models.BigAutoField(primary_key=True)
    receiver = models.ForeignKey(Receiver, models.CASCADE, related_name="deliveries")
    alert = models.ForeignKey("alerts.Alert", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    carrier = models.CharField(max_length=16)
    # It corrects what they heard before: told whether or not their subscription still fits.
    follows = models.BooleanField(default=False)
    state = models.CharField(max_length=1, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(null=True)
    # Who is sending it: a worker finishes only what still carries its own mark.
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, blank=True, default="")
    hour = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["carrier", "due"], name="delivery_due", condition=models.Q(state="W")),
            models.Index(fields=["alert"], name="delivery_alert"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["receiver", "alert", "version"], name="told_once_a_version"),
        ]


class Wording(models.Model):
    """The one neutral sentence that every way out carries: what a passer-by may read (a single row)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {"single": "administration", "sentence": "administration"}

    single = models.BooleanField(primary_key=True, default=True)
    sentence = models.CharField(max_length=60)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(single=True), name="one_wording")]
