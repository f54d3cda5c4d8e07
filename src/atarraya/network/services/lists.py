"""Recipient lists: stored only if they follow from the one before and name the present keys (R3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from atarraya.kernel import clock
from atarraya.network import queries
from atarraya.network.models import Circle, CircleEpoch, Inbox, InboxCircle, RecipientList
from atarraya.network.refusals import Incomplete, ListRefused
from atarraya.network.rules import MAX_CIRCLES
from atarraya.sealing import lists as sealing
from atarraya.sealing import refusals as sealing_refusals


def place_circles(inbox: Inbox, circles: list[Circle]) -> None:
    """Put `circles` in the inbox's places, in order (stanza i of every envelope). Inside an act only."""
    if not 0 < len(circles) <= MAX_CIRCLES or len({circle.pk for circle in circles}) != len(circles):
        raise Incomplete(code="circles")
    InboxCircle.objects.filter(inbox=inbox).delete()
    InboxCircle.objects.bulk_create(
        InboxCircle(inbox=inbox, circle=circle, position=position) for position, circle in enumerate(circles)
    )


def expected(inbox: Inbox) -> dict[str, Any]:
    """Return what the inbox's next document must say, but for its `day`: the browser signs exactly this."""
    epochs = [
        queries.current_epoch(place.circle) for place in inbox.places.select_related("circle").order_by("position")
    ]
    last = RecipientList.objects.filter(inbox=inbox).order_by("-number").first()
    return {
        "v": 1,
        "inbox": str(inbox.pk),
        "number": last.number + 1 if last else 1,
        "recipients": [epoch.recipient for epoch in epochs],
        "signers": [epoch.signing_key for epoch in epochs],
        "previous": sealing.digest(last.document) if last else None,
        **_sms_keys(epochs),
        **_odk_hashes(epochs),
        **_demo_mark(),
    }


def expected_with(circles: list[Circle]) -> dict[str, Any]:
    """Return what list 1 of an inbox served by `circles` must say, but for its `inbox` and `day`."""
    epochs = [queries.current_epoch(circle) for circle in circles]
    return {
        "v": 1,
        "number": 1,
        "recipients": [epoch.recipient for epoch in epochs],
        "signers": [epoch.signing_key for epoch in epochs],
        "previous": None,
        **_sms_keys(epochs),
        **_odk_hashes(epochs),
        **_demo_mark(),
    }


def _sms_keys(epochs: list[CircleEpoch]) -> dict[str, list[str | None]]:
    # Not said where no circle has one, so that such lists stay as they were.
    return {"sms": [epoch.sms_key or None for epoch in epochs]} if any(epoch.sms_key for epoch in epochs) else {}


def _odk_hashes(epochs: list[CircleEpoch]) -> dict[str, list[str | None]]:
    # The hash alone: the key is ten times as long, and the point's page reads every list.
    if not any(epoch.odk_key for epoch in epochs):
        return {}
    return {"odk": [sealing.odk_hash(epoch.odk_key) if epoch.odk_key else None for epoch in epochs]}


def _demo_mark() -> dict[str, bool]:
    # Lists of a demonstration say so inside what is signed, so that no real network takes one (R26).
    return {"demo": True} if queries.the_network().demo else {}


def store(inbox: Inbox, signed: Mapping[str, object]) -> RecipientList:
    """Store the inbox's next list. Inside an act only. Raises ListRefused.

    It must say what `expected` says, carry today's date give or take a day (browsers' clocks), and be signed
    by a key of the list before (list 1 by its own first signer).
    """
    document, signatures = signed.get("document"), signed.get("signatures")
    if not isinstance(document, str) or not isinstance(signatures, list):
        raise ListRefused()
    fields = _read(document)
    day = fields.pop("day", None)
    if fields != expected(inbox) or not _is_about_today(day):
        raise ListRefused()
    last = RecipientList.objects.filter(inbox=inbox).order_by("-number").first()
    _check_signature(last, document, signatures)
    return RecipientList.objects.create(
        inbox=inbox, number=fields["number"], document=document, signatures=signatures, day=clock.today()
    )


def _check_signature(last: RecipientList | None, document: str, signatures: list[Any]) -> None:
    try:
        sealing.verify_next(last.document if last else None, {"document": document, "signatures": signatures})
    except sealing_refusals.ListRefused as refusal:
        raise ListRefused() from refusal


def _read(document: str) -> dict[str, Any]:
    try:
        fields = json.loads(document)
    except ValueError as fault:
        raise ListRefused() from fault
    if not isinstance(fields, dict):
        raise ListRefused()
    return fields


def _is_about_today(day: object) -> bool:
    try:
        written = date.fromisoformat(str(day))
    except ValueError:
        return False
    return abs((written - clock.today()).days) <= 1
