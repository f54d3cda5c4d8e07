"""What the network shares: alerts in codes, their versions, the events that announce them, and counts."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models

from atarraya.alerts import rules
from atarraya.kernel import ids

Row = TypeVar("Row", bound=models.Model)


class Alert(models.Model):
    """A warning: codes, and at most a summary that two people approved. Times are cut to the hour."""

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
        "still": "shared",
        "passed": "shared",
        "seconders": "shared",
        "responsible_role": "shared",
        "news_at": "shared",
        "next_news_at": "shared",
        "outcome": "shared",
        "answer": "shared",
        "merged_into": "shared",
        "corrected": "shared",
        "top_until": "shared",
        "public_at": "public",
        "public_day": "public",
        "public_summary": "public",
        "open": "shared",
        "seq": "shared",
        "published_at": "administration",
        "announce_at": "administration",
        "point": "administration",
        "collective": "administration",
        "issuer": "administration",
        "held": "administration",
        "newcomer": "administration",
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
    # When it was, as the reporter's phone knew (server time minus the age band).
    at = models.DateTimeField()
    shows_from = models.DateTimeField()
    # Null: no clock runs (mines, expired, settled).
    expires_at = models.DateTimeField(null=True)
    # How many points said "still so", how many "it passed" (a note only); how many more collectives saw it.
    still = models.PositiveSmallIntegerField(default=0)
    passed = models.PositiveSmallIntegerField(default=0)
    seconders = models.PositiveSmallIntegerField(default=0)
    responsible_role = models.CharField(max_length=12, default="VERIFIER")
    # The hour of the last news, and the hour by which the responsible role said there would be more (R19).
    news_at = models.DateTimeField()
    next_news_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, blank=True, default="")
    # The neutral phrase its reporters were told.
    answer = models.CharField(max_length=32, blank=True, default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    corrected = models.BooleanField(default=False)
    # Corrected or settled not long ago: it stands first, for those who hold what was said before.
    top_until = models.DateTimeField(null=True)
    # From when the public may read of it, and the day it is told to have been: never the hour.
    public_at = models.DateTimeField(null=True)
    public_day = models.DateField(null=True)
    public_summary = models.CharField(max_length=280, blank=True, default="")
    # False once it is settled: it leaves the board and stays in the municipality's history.
    open = models.BooleanField(default=True)
    # Number of its last event; 0 while nothing was announced (held, or waiting for its hour).
    seq = models.BigIntegerField(default=0)
    # The hour it came, and the hour at which a delayed one is announced.
    published_at = models.DateTimeField()
    announce_at = models.DateTimeField(null=True)
    # Kept only until the alert is settled or expired; then only the collective.
    point = models.ForeignKey("network.Point", models.SET_NULL, null=True, related_name="+")
    collective = models.ForeignKey("network.Collective", models.PROTECT, null=True, related_name="+")
    issuer = models.CharField(max_length=8, default="POINT")
    # Received but waiting for a member (a point's fourth warning in a day).
    held = models.BooleanField(default=False)
    # It came in a code from a number not yet known, or a member wrote it down: it spends nothing of what its point may
    # warn in a day. Forgotten after that day.
    newcomer = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "rank", "-at"],
                name="alert_board",
                condition=models.Q(open=True, held=False),
            ),
            models.Index(fields=["municipality", "-at"], name="alert_history"),
            models.Index(fields=["seq"], name="alert_seq"),
            # Each of these holds only the rows a clock or a page is waiting for, so they stay small for ever.
            models.Index(fields=["expires_at"], name="alert_expiry", condition=models.Q(expires_at__isnull=False)),
            models.Index(fields=["announce_at"], name="alert_due", condition=models.Q(announce_at__isnull=False)),
            models.Index(
                fields=["municipality", "top_until"],
                name="alert_top",
                condition=models.Q(top_until__isnull=False),
            ),
            models.Index(
                fields=["municipality", "-public_day", "-id"],
                name="alert_public",
                condition=models.Q(public_at__isnull=False),
            ),
            models.Index(
                fields=["municipality"],
                name="alert_public_open",
                condition=models.Q(open=True, public_at__isnull=False),
            ),
            models.Index(
                fields=["point", "-published_at"], name="alert_point", condition=models.Q(point__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=rules.STATES), name="alert_known_state"),
            models.CheckConstraint(
                condition=models.Q(rank=0, urgency="NOW")
                | models.Q(rank=1, urgency="DAYS")
                | models.Q(rank=2, urgency="KNOW"),
                name="alert_rank_is_urgency",
            ),
        ]


class AppendOnly(models.QuerySet[Row]):
    """Rows that are written once. The database refuses an update too (see `alerts.apps`)."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("written once")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError("written once")


class WrittenOnce(models.Model):
    """Base of the histories: a saved row is never saved again."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("written once")
        super().save(*args, **{**kwargs, "force_insert": True})


class AlertVersion(WrittenOnce):
    """What an alert said at each version. Never changed, never removed before retention takes the alert."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        # A random number that nothing else shows: the feeds name messages by it.
        "id": "public",
        "alert": "shared",
        "number": "shared",
        "act": "shared",
        "codes": "shared",
        "at": "shared",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=24)
    codes = models.JSONField()
    at = models.DateTimeField()
    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["alert", "number"], name="one_version_a_number")]


class Sequence(models.Model):
    """The one row from which event numbers are taken, locked in the publishing transaction."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {"name": "administration", "value": "administration"}

    name = models.CharField(primary_key=True, max_length=16)
    value = models.BigIntegerField(default=0)


class Event(WrittenOnce):
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
    act = models.CharField(max_length=24)
    at = models.DateTimeField()
    objects = AppendOnly.as_manager()


class Counter(models.Model):
    """How many announced alerts of a kind are in a state, by municipality and month.

    Kept in the transaction that changes the alert, and equal to a recount.
    """

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
    """That a point spoke on a day: a published code or a check-in. Never a sealed report.

    Unordered like entries: the order of these rows beside that of entries would say whose entry is whose.
    """

    unordered = True
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
        indexes = [models.Index(fields=["day", "municipality"], name="spoken_lately")]
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


class Tap(models.Model):
    """That a point or a member said "still so", or a point "it passed": once each.

    The point is forgotten when the alert is settled or expires, like the alert's own (R24).
    """

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "alert": "administration",
        "what": "administration",
        "point": "administration",
        "collective": "administration",
        "member": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="taps")
    what = models.CharField(max_length=6, choices=[(what, what) for what in rules.TAPS])
    point = models.ForeignKey("network.Point", models.SET_NULL, null=True, related_name="+")
    collective = models.ForeignKey("network.Collective", models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey("network.Member", models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "what", "point"], name="one_tap_a_point"),
            models.UniqueConstraint(fields=["alert", "what", "member"], name="one_tap_a_member"),
        ]
