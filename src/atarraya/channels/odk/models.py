"""What is kept of ODK: who may hand in, and the parts of encrypted submissions, sealed once more on arrival.

No row says a file's name (Collect's are clock times), an instanceID, the phone's id or which device sent it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class OdkDevice(models.Model):
    """A phone with Collect or KoboCollect, or several that share its settings. Of its password only a hash is here."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE"
        REVOKED = "REVOKED"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "inbox": "administration",
        "label": "administration",
        "login": "administration",
        "password_hash": "administration",
        "state": "administration",
        "created": "administration",
        "revoked": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    login = models.CharField(max_length=16, unique=True)
    password_hash = models.BinaryField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    created = models.DateField()
    revoked = models.DateField(null=True)


class OdkSubmission(models.Model):
    """One encrypted submission. Its id is made of its instanceID under the server's pepper, so that parts meet."""

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "inbox": "routing",
        "number": "routing",
        "day": "routing",
        "expires": "routing",
    }

    id = models.UUIDField(primary_key=True)
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="+")
    # The number of the inbox's list when its first part came: to those recipients its parts are sealed.
    number = models.PositiveIntegerField()
    day = models.DateField()
    expires = models.DateField()


class OdkPart(models.Model):
    """One file of a submission as it was sent, sealed to the inbox's circles, and once more under its storage key."""

    unordered = True
    # A row may be of two megabytes: each night a few at a time are laid anew in memory.
    laid_at_once = 4
    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "submission": "routing",
        "place": "routing",
        "content_lookup": "routing",
        "body": "sealed",
    }

    # Made of inbox, instanceID and the file's name under the server's pepper: the same file twice is one row.
    id = models.UUIDField(primary_key=True)
    submission = models.ForeignKey(OdkSubmission, models.CASCADE, related_name="parts")
    # 0 is the manifest; then in the order in which the manifest names them.
    place = models.PositiveSmallIntegerField()
    # Whether the same name came with other bytes: a hash that needs instanceID and name, which no row says.
    content_lookup = models.BinaryField(max_length=32)
    body = models.BinaryField()


class OdkPartKey(models.Model):
    """The key whose destruction erases a part, here and (within 35 days) in backups."""

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {"id": "routing", "key": "administration"}

    # The id of the OdkPart it opens; no foreign key, because backups keep keys apart.
    id = models.UUIDField(primary_key=True)
    key = models.BinaryField(max_length=32)
