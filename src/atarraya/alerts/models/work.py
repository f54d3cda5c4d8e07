"""Work in progress between people: proposals that wait for a second person, and limits on handing over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class Proposal(models.Model):
    """An act that one member asked for and another must agree to. Its text is sealed until then.

    `commitment` is SHA-256(salt ‖ canonical text). The approver's device opens the sealed draft and sends text and
    salt; the server acts only if they match. Nothing here says which report it came from.
    """

    class State(models.TextChoices):
        WAITING = "WAITING"
        DONE = "DONE"
        REFUSED = "REFUSED"
        WITHDRAWN = "WITHDRAWN"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "act": "routing",
        "alert": "shared",
        "inbox": "routing",
        "number": "routing",
        "municipality": "routing",
        "proposer": "administration",
        "commitment": "routing",
        "draft": "sealed",
        "needs": "routing",
        "version": "routing",
        "device": "administration",
        "state": "routing",
        "day": "routing",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    act = models.CharField(max_length=24)
    alert = models.ForeignKey("alerts.Alert", models.CASCADE, null=True, related_name="proposals")
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    municipality = models.CharField(max_length=10)
    proposer = models.ForeignKey("network.Member", models.PROTECT, related_name="+")
    commitment = models.BinaryField(max_length=32)
    draft = models.BinaryField()
    # How many others must agree: 1, or 2 for the gravest kinds.
    needs = models.PositiveSmallIntegerField(default=1)
    # The alert's version when it was written: agreed to later, it must still be that one.
    version = models.PositiveIntegerField(default=0)
    # SHA-256 of the proposer's browser mark: nobody agrees from the same browser.
    device = models.BinaryField(max_length=32)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["state", "municipality"], name="proposal_waiting")]
        constraints = [models.UniqueConstraint(fields=["commitment"], name="one_proposal_a_commitment")]


class Approval(models.Model):
    """One other member's agreement to a proposal."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "proposal": "administration",
        "member": "administration",
        "device": "administration",
        "overrides": "administration",
        "reason": "sealed",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="approvals")
    member = models.ForeignKey("network.Member", models.PROTECT, related_name="+")
    device = models.BinaryField(max_length=32)
    # Guards this person set aside, and why: an envelope to the proposal's inbox, never read here.
    overrides = models.JSONField(default=list)
    reason = models.BinaryField(default=b"")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "member"], name="one_approval_a_member")]


class Look(models.Model):
    """When somebody of the team last looked at an inbox. Says nobody's name."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {"inbox": "routing", "at": "routing"}

    inbox = models.OneToOneField("network.Inbox", models.CASCADE, primary_key=True, related_name="look")
    at = models.DateTimeField()


class HandOver(models.Model):
    """How many envelopes were handed to a member in an hour: a number, never which."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "member": "administration",
        "hour": "administration",
        "count": "administration",
        "older": "administration",
        "told": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    member = models.ForeignKey("network.Member", models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    older = models.PositiveIntegerField(default=0)
    # Members who were told that this hour went over the limit.
    told = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "hour"], name="one_count_an_hour")]


class OldGrant(models.Model):
    """That a second member agreed to hand a member entries older than 30 days, of one inbox, for two days (R11)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "inbox": "administration",
        "member": "administration",
        "second": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    inbox = models.ForeignKey("network.Inbox", models.CASCADE, related_name="+")
    member = models.ForeignKey("network.Member", models.CASCADE, related_name="+")
    second = models.ForeignKey("network.Member", models.CASCADE, null=True, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "member", "day"], name="one_grant_a_day")]


class RetentionNotice(models.Model):
    """That entries of an inbox and municipality reach their last day; which members have been told."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "inbox": "routing",
        "municipality": "routing",
        "last_day": "routing",
        "count": "routing",
        "urgent": "routing",
        "told": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    inbox = models.ForeignKey("network.Inbox", models.CASCADE, related_name="+")
    municipality = models.CharField(max_length=10, blank=True, default="")
    last_day = models.DateField()
    count = models.PositiveIntegerField()
    urgent = models.PositiveIntegerField()
    told = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "municipality", "last_day"], name="one_notice_a_day")]
