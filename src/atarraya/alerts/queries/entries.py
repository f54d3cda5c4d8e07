"""Which sealed entries a member's desk may be handed, and what its queue would show.

A member is handed an entry if a circle of theirs serves its inbox, they serve its municipality (unclassified ones are
served by all), and the list it was sealed to names a key that was wrapped to them. Which of these they can open, their
device finds out. Reading only: `services.handing` counts what is handed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, Count, Max, Min, Q, QuerySet
from django.db.models.functions import Cast

from atarraya.alerts.models import Entry, Look, StorageKey
from atarraya.alerts.refusals import NotMine
from atarraya.network import queries as network
from atarraya.network.models import Inbox, Member, RecipientList
from atarraya.sealing import storage

PAGE = 50


@dataclass(frozen=True)
class Handed:
    """A sealed entry as its desk gets it. `envelope` is the age file as it was sent."""

    id: UUID
    number: int
    municipality: str | None
    urgency: str | None
    age: str
    day: date
    size: int
    mark: str
    envelope: bytes


@dataclass(frozen=True)
class Page:
    """Entries of one day in the order of their random ids; `cursor` asks for the next page (None: no more)."""

    entries: list[Handed]
    cursor: UUID | None


@dataclass(frozen=True)
class Group:
    """How many entries of one inbox, municipality, urgency and day a desk may ask for."""

    inbox: UUID
    municipality: str | None
    urgency: str | None
    day: date
    count: int


def served_inbox(member: Member, inbox: Inbox) -> None:
    """Raise NotMine unless the member works and one of their circles serves the inbox."""
    if not member.may_work or not network.inboxes_of(member).filter(pk=inbox.pk).exists():
        raise NotMine()


def open_to(member: Member) -> QuerySet[Entry]:
    """Return the entries the member may be handed."""
    if not member.may_work:
        return Entry.objects.none()
    held = {wrapped.epoch.recipient for wrapped in network.wrapped_for(member)}
    inboxes = [inbox.pk for inbox in network.inboxes_of(member)]
    mine = Q(pk__in=[])
    lists = RecipientList.objects.filter(inbox__in=inboxes).values_list("inbox", "number", "document")
    by_inbox: dict[UUID, list[int]] = {}
    for inbox, number, document in lists:
        if held & set(json.loads(document)["recipients"]):
            by_inbox.setdefault(inbox, []).append(number)
    for inbox, numbers in by_inbox.items():
        mine |= Q(inbox=inbox, number__in=numbers)
    place = Q(municipality=None) | Q(municipality__in=member.municipalities)
    return Entry.objects.filter(mine & place)


def rows(member: Member, inbox: Inbox, municipality: str | None, day: date, cursor: UUID | None) -> Page:
    """Return a page of one inbox, municipality (None: unclassified) and day, with the storage layer taken off.

    Raises NotMine. Call `services.handing.page`, which counts, instead of this.
    """
    served_inbox(member, inbox)
    if not member.serves(municipality):
        raise NotMine()
    query = open_to(member).filter(inbox=inbox, municipality=municipality, day=day).order_by("id")
    if cursor is not None:
        query = query.filter(id__gt=cursor)
    found = list(query.select_related("envelope")[: PAGE + 1])
    keys = StorageKey.objects.in_bulk([entry.pk for entry in found[:PAGE]])
    handed = [_handed(entry, keys[entry.pk]) for entry in found[:PAGE] if entry.pk in keys]
    return Page(handed, found[PAGE - 1].pk if len(found) > PAGE else None)


def _handed(entry: Entry, key: StorageKey) -> Handed:
    return Handed(
        id=entry.pk,
        number=entry.number,
        municipality=entry.municipality,
        urgency=entry.urgency,
        age=entry.age,
        day=entry.day,
        size=entry.size,
        mark=entry.mark,
        envelope=storage.decrypt(bytes(key.key), bytes(entry.envelope.body)),
    )


def handable(member: Member, wanted: Collection[UUID]) -> list[UUID]:
    """Return which of `wanted` the member may be handed."""
    return list(open_to(member).filter(pk__in=list(wanted)).values_list("pk", flat=True))


def overview(member: Member) -> list[Group]:
    """Return how many entries wait, by inbox, municipality, urgency and day, newest day first."""
    groups = (
        open_to(member)
        .values_list("inbox", "municipality", "urgency", "day")
        .annotate(count=Count("id"))
        .order_by("-day", "inbox", "municipality", "urgency")
    )
    return [Group(*group) for group in groups]


def fingerprint(member: Member) -> str:
    """Return a short text that changes whenever the member's queue would: a cheap source of ETags."""
    as_text = Cast("id", CharField())  # PostgreSQL before 18 has no least and greatest uuid
    groups = (
        open_to(member)
        .values_list("inbox", "municipality", "urgency", "day")
        .annotate(count=Count("id"), first=Min(as_text), last=Max(as_text))
        .order_by("day", "inbox", "municipality", "urgency")
    )
    text = "\n".join(" ".join(map(str, group)) for group in groups)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def last_look(inbox: Inbox) -> datetime | None:
    """Return when somebody of the team last looked at an inbox, to the minute; None if nobody ever did."""
    return Look.objects.filter(inbox=inbox).values_list("at", flat=True).first()
