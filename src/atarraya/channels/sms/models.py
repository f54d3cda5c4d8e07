"""What the platform keeps of SMS: who may hand it in, and sealed things that pass through. No number and no word."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from atarraya.kernel import ids


class Gateway(models.Model):
    """A process beside a phone or modem. Of its token only the hash is here, of its key only the public half."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE"
        REVOKED = "REVOKED"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "name": "administration",
        "inbox": "administration",
        "token_hash": "administration",
        "recipient": "administration",
        "state": "administration",
        "created": "administration",
        "seen": "administration",
        "key_seen": "administration",
        "other_seen": "administration",
        "run": "administration",
        "proved": "administration",
        "other_on": "administration",
        "clock_off": "administration",
        "stuck": "administration",
        "dropped": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=40)
    # Where what it cannot place arrives; its codebooks speak through points of the same inbox.
    inbox = models.ForeignKey("network.Inbox", models.PROTECT, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    recipient = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    created = models.DateField()
    # Its last sign of life, which comes at even intervals and tells nothing of what it carries.
    seen = models.DateTimeField(null=True)
    # The last sign of life of the run that had proved that it holds the key.
    key_seen = models.DateTimeField(null=True)
    # The last sign of another run since then; when the one with the key lives on after it, `other_on` keeps the day.
    other_seen = models.DateTimeField(null=True)
    # The hash of that run's random word, and when it last proved its key: another's proof ends it.
    run = models.CharField(max_length=43, default="", blank=True)
    proved = models.DateTimeField(null=True)
    # The last day on which somebody else called with the same token while that run worked.
    other_on = models.DateField(null=True)
    # By how many minutes its clock is before (or, below zero, behind) this machine's.
    clock_off = models.IntegerField(default=0)
    # How many SMS it has that are refused here and tried again, and how many it had to let go.
    stuck = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0)


class Codebook(models.Model):
    """A collective's own words and what they mean, sealed twice: to the gateway that reads SMS, and to people."""

    class State(models.TextChoices):
        CURRENT = "CURRENT"
        RETIRING = "RETIRING"  # another took its place; it is read for some days more
        BURNT = "BURNT"  # somebody else knows it: it is read no more

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "gateway": "administration",
        "collective": "administration",
        "point": "administration",
        "for_gateway": "sealed",
        "for_people": "sealed",
        "number": "administration",
        "state": "administration",
        "until": "administration",
        "made": "administration",
        "told": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="books")
    collective = models.ForeignKey("network.Collective", models.PROTECT, related_name="+")
    # Its warnings are this point's: of its municipality, and counted with its others.
    point = models.ForeignKey("network.Point", models.PROTECT, related_name="+")
    for_gateway = models.BinaryField()
    for_people = models.BinaryField()
    # The inbox's list of keys that the people's copy was sealed to.
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.CURRENT)
    # The last day on which it is read (retiring) or kept for people to look up (burnt).
    until = models.DateField(null=True)
    made = models.DateField()
    # Members who have not yet read that it was burnt.
    told = models.JSONField(default=list)


class Outgoing(models.Model):
    """An SMS that waits, sealed to the gateway that sends it. Not by whom or about what; the day alone.

    Of a notice it says for which receiver and deliveries it goes, as those rows do; where to is sealed in all.
    """

    class State(models.TextChoices):
        WAITING = "WAITING"
        TAKEN = "TAKEN"  # the run of the gateway in `session` has it
        FAILED = "FAILED"  # it will not be sent; `why` says why

    class Why(models.TextChoices):
        NONE = ""
        REFUSED = "REFUSED"  # the phone or the network refused it
        SIGNAL = "SIGNAL"  # no phone or modem could send it for days
        KEY = "KEY"  # sealed to another key: nobody could ever open it
        NUMBER = "NUMBER"  # its number or text is none that the phone can send
        OLD = "OLD"  # no gateway with its key took it for days

    unordered = True
    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "routing",
        "gateway": "routing",
        "sealed": "sealed",
        "state": "routing",
        "session": "administration",
        "day": "routing",
        "receiver": "administration",
        "told": "administration",
        "why": "routing",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="outgoing")
    sealed = models.BinaryField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    session = models.CharField(max_length=43, default="", blank=True)
    day = models.DateField()
    why = models.CharField(max_length=8, choices=Why.choices, default=Why.NONE, blank=True)
    receiver = models.ForeignKey("notices.Receiver", models.CASCADE, null=True, related_name="+")
    # Deliveries that this one SMS stands for: it says the same however much is new.
    told = models.JSONField(default=list)


class NoticesBySms(models.Model):
    """Whether notices go out by SMS here, and what they say (a single row)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "single": "administration",
        "on": "administration",
        "sentence": "administration",
    }

    single = models.BooleanField(primary_key=True, default=True)
    on = models.BooleanField(default=False)
    sentence = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(single=True), name="one_notices_by_sms")]
