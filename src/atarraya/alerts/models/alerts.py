"""What the network shares: alerts in codes, their versions, the events that announce them, and counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.alerts import rules
from atarraya.kernel import ids


class Alert(models.Model):
    """A published warning. Codes, and at most a summary that two people approved. Times are cut to the hour."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "shared",
        "kind": "shared",
        "municipality": "shared",
        "zone": "shared",
        "zone_hidden": "shared",
        "urgency": "shared",
        "rank": "shared",
        "state": "shared",
        "doubt": "shared",
        "version": "shared",
        "seen": "shared",
        "when_part": "shared",
        "summary": "shared",
        "summary_hidden": "shared",
        "advice": "shared",
        "reach": "shared",
        "at": "shared",
        "shows_from": "shared",
        "expires_at": "shared",
        "renewals": "shared",
        "responsible_role": "shared",
        "next_news_at": "shared",
        "outcome": "shared",
        "merged_into": "shared",
        "public_at": "public",
        "open": "shared",
        "point": "administration",
        "collective": "administration",
        "issuer": "administration",
        "held": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    kind = models.CharField(max_length=32)
    municipality = models.CharField(max_length=10)
    zone = models.ForeignKey("territory.Zone", models.PROTECT, null=True, related_name="+")
    zone_hidden = models.BooleanField(default=False)
    urgency = models.CharField(max_length=4)
    # 0 NOW, 1 DAYS, 2 KNOW: what the board sorts by.
    rank = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=rules.STATE_CHOICES)
    # In doubt: one person asked to calm it and the second has not agreed yet, or its point was paused.
    doubt = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    seen = models.CharField(max_length=4, default="TOLD")
    when_part = models.CharField(max_length=12, default="")
    summary = models.CharField(max_length=280, blank=True, default="")
    summary_hidden = models.BooleanField(default=False)
    advice = models.CharField(max_length=32)
    # Who sees it: NEAR (its municipality and listed neighbours), NETWORK.
    reach = models.CharField(max_length=8, default="NETWORK")
    at = models.DateTimeField()
    shows_from = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    renewals = models.JSONField(default=list)
    responsible_role = models.CharField(max_length=12, default="VERIFIER")
    next_news_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, blank=True, default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    public_at = models.DateTimeField(null=True)
    # False once it is settled: it leaves the board and stays in the municipality's history.
    open = models.BooleanField(default=True)
    # Kept only until the alert is settled or expired; then only the collective.
    point = models.ForeignKey("network.Point", models.SET_NULL, null=True, related_name="+")
    collective = models.ForeignKey("network.Collective", models.PROTECT, null=True, related_name="+")
    issuer = models.CharField(max_length=8, default="POINT")
    # Received but waiting for a member (a point's fourth warning in a day).
    held = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "rank", "-at"], name="alert_board", condition=models.Q(open=True, held=False)
            ),
            models.Index(fields=["municipality", "-at"], name="alert_history"),
            models.Index(fields=["expires_at"], name="alert_expiry", condition=models.Q(open=True)),
            models.Index(fields=["public_at"], name="alert_public", condition=models.Q(public_at__isnull=False)),
            models.Index(fields=["point", "-at"], name="alert_point", condition=models.Q(point__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=rules.STATES), name="alert_known_state"),
            models.CheckConstraint(
                condition=models.Q(rank=0, urgency="NOW") | models.Q(rank=1, urgency="DAYS") | models.Q(rank=2, urgency="KNOW"),
                name="alert_rank_is_urgency",
            ),
        ]


class AlertVersion(models.Model):
    """What an alert said at each version. Never changed, never removed before retention takes the alert."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "shared",
        "alert": "shared",
        "number": "shared",
        "act": "shared",
        "codes": "shared",
        "at": "shared",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=16)
    codes = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["alert", "number"], name="one_version_a_number")]


class Sequence(models.Model):
    """The one row from which event numbers are taken, locked in the publishing transaction."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {"name": "administration", "value": "administration"}

    name = models.CharField(primary_key=True, max_length=16)
    value = models.BigIntegerField(default=0)


class Event(models.Model):
    """Something changed in an alert. Order of `seq` is order of commit."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "seq": "shared",
        "alert": "shared",
        "municipality": "shared",
        "act": "shared",
        "at": "shared",
    }

    seq = models.BigIntegerField(primary_key=True)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events")
    municipality = models.CharField(max_length=10)
    act = models.CharField(max_length=16)
    at = models.DateTimeField()


class Counter(models.Model):
    """How many alerts of a kind are in a state, by municipality and month. Kept in the publishing transaction."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "shared",
        "municipality": "shared",
        "kind": "shared",
        "state": "shared",
        "month": "shared",
        "count": "shared",
    }

    id = models.BigAutoField(primary_key=True)
    municipality = models.CharField(max_length=10)
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=10)
    month = models.CharField(max_length=7)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "state", "month", "kind"], name="one_counter"),
        ]


class Spoken(models.Model):
    """That a point spoke on a day: a published code or a check-in. Never a sealed report."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "point": "administration",
        "municipality": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    point = models.ForeignKey("network.Point", models.CASCADE, related_name="+")
    municipality = models.CharField(max_length=10)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "day"], name="spoke_once_a_day")]


class Second(models.Model):
    """A second collective says that it saw the same. Changes no state, reach or expiry."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "alert": "administration",
        "collective": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="seconds")
    collective = models.ForeignKey("network.Collective", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "collective"], name="one_second_a_collective")]
