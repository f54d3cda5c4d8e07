"""What is asked of ODK: the form of an inbox, devices, and what waits for the workbench."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Model, QuerySet

from atarraya.channels.odk import rules
from atarraya.channels.odk.models import OdkDevice, OdkPart, OdkPartKey, OdkSubmission
from atarraya.channels.odk.refusals import NoKeyYet
from atarraya.network import queries as network
from atarraya.network.models import Circle, Inbox
from atarraya.sealing import odk_keys, storage
from atarraya.territory import queries as territory


@dataclass(frozen=True)
class Form:
    """The form of one inbox: its version, and its bytes."""

    version: str
    body: bytes

    @property
    def md5(self) -> str:
        """Return the hash that a form list says; OpenRosa knows no other."""
        return md5(self.body)


@dataclass(frozen=True)
class Waiting:
    """How many submissions of an inbox wait for the workbench, and since when."""

    count: int
    oldest: date


def md5(body: bytes) -> str:
    """Return the hex MD5 of bytes, with which OpenRosa tells versions apart. It protects nothing."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


@cache
def _template() -> str:
    return resources.files("atarraya.channels.odk").joinpath("form", "alerta.xml").read_text(encoding="utf-8")


def key_of(inbox: Inbox) -> str:
    """Return the ODK key (b64) to which an inbox's forms are encrypted; raise NoKeyYet.

    As with sealed SMS: that of the first of those who check, in the inbox's order, that has one. Where nobody checks,
    of the first of the others; never that of the women's team, whose matters do not go this way.
    """
    circles = [place.circle for place in inbox.places.select_related("circle").order_by("position")]
    team = [circle for circle in circles if circle.purpose == Circle.Purpose.VERIFIERS]
    team = team or [circle for circle in circles if circle.purpose != Circle.Purpose.WOMEN]
    key = next((epoch.odk_key for epoch in map(network.current_epoch, team) if epoch.odk_key), None)
    if key is None:
        raise NoKeyYet()
    return key


def form_of(inbox: Inbox) -> Form:
    """Return the form of an inbox, encrypted to its team's key; raise NoKeyYet."""
    key = key_of(inbox)
    version = f"{rules.FORM_VERSION}-{network.current_list(inbox).number}"
    text = _template().replace("PUBLICKEY", odk_keys.for_form(key)).replace('version="VERSION"', f'version="{version}"')
    return Form(version, text.encode())


def places() -> bytes:
    """Return the network's municipalities as the CSV file that the form chooses from."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("name", "label"))
    named = [(code, str(name)) for code, name in territory.names(network.municipalities()).items()]
    for code, name in sorted(named, key=lambda row: row[1]):
        rows.writerow((code, name))
    return out.getvalue().encode()


def devices() -> QuerySet[OdkDevice]:
    """Return devices that work, then those that were ended, each by name."""
    return OdkDevice.objects.select_related("inbox").order_by("state", "label", "login")


def waiting(inboxes: Iterable[Inbox]) -> Waiting | None:
    """Return what waits in these inboxes for the workbench, or None."""
    found = OdkSubmission.objects.filter(inbox__in=list(inboxes)).aggregate(count=Count("id"), oldest=Min("day"))
    return Waiting(found["count"], found["oldest"]) if found["count"] else None


def sealed_parts(submission: OdkSubmission) -> list[bytes]:
    """Return a submission's parts in order, each an age file to the inbox's circles."""
    rows = list(submission.parts.order_by("place"))
    keys = OdkPartKey.objects.in_bulk([row.pk for row in rows])
    return [storage.decrypt(bytes(keys[row.pk].key), bytes(row.body)) for row in rows if row.pk in keys]


def recent_rows(since: date) -> list[tuple[type[Model], list[UUID]]]:
    """Return the ids of what came since a day, by table: their order is forgotten at night."""
    whole: list[Any] = list(OdkSubmission.objects.filter(day__gte=since).values_list("pk", flat=True))
    parts: list[Any] = list(OdkPart.objects.filter(submission__day__gte=since).values_list("pk", flat=True))
    return [(OdkPartKey, parts), (OdkSubmission, whole), (OdkPart, parts)]
