"""Sending: reports as JSON or as a phone's outbox holds them, and slices of attachments."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from django.conf import settings
from msgspec import Meta

from atarraya.alerts import shapes
from atarraya.alerts.openapi import Operation, Parameter, Raw
from atarraya.alerts.services import attachments, transport_keys
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.services.receive import receive_from_phone, receive_report
from atarraya.alerts.views.api.door import Answer, Call, Malformed

# An assembly of a hundred phones behind one link passes in one breath; nobody else's point is counted with it.
ENTRIES = Limit(settings.POINT_ENTRIES_AN_HOUR, 3600)
SLICES = Limit(4000, 3600)

Index = Annotated[int, Meta(ge=0, le=9999)]
MOST_OUTBOX = 48 * 1024


def send(call: Call) -> Answer:
    """Take a report."""
    body: shapes.Report = call.body
    return _receive(call, body, body.sealed)


def send_sealed(call: Call) -> Answer:
    """Take a report as the phone's outbox holds it."""
    fields, envelope = transport_keys.open_outbox(call.body)
    try:
        header = msgspec.convert(fields, shapes.ReportHeader)
    except msgspec.ValidationError:
        raise Malformed() from None
    # How long it waited is known when it leaves; the header inside was closed when it was written.
    waited = call.words["Waited"]
    return _receive(call, msgspec.structs.replace(header, age=waited) if waited else header, envelope)


def send_at_once(call: Call) -> Answer | None:
    """Take a new report of a phone in one journey to the database; None when that cannot be."""
    if not ENTRIES.leaves_all():
        return None
    body: shapes.Report = call.body
    point = receive_from_phone(token=call.access, header=body, envelope=body.sealed)
    if point is None:
        return None
    ENTRIES.add(point)
    return Answer(shapes.Received(True), status=201)


def _receive(call: Call, header: shapes.ReportHeader, envelope: bytes) -> Answer:
    point = call.access.point.pk
    ENTRIES.check(point)
    received = receive_report(access=call.access, header=header, envelope=envelope)
    if received.new:
        ENTRIES.add(point)
    return Answer(shapes.Received(True, received.board), status=201 if received.new else 200)


def put_slice(call: Call) -> Answer:
    """Take one slice of an attachment."""
    point = call.access.point.pk
    SLICES.check(point)
    words = call.words
    new = attachments.keep_slice(UUID(words["attachment"]), words["index"], call.body, words["Erase-Hash"])
    if new:
        SLICES.add(point)
    return Answer(shapes.Kept(True), status=201 if new else 200)


def have(call: Call) -> Answer:
    """Say which slices of an attachment are here."""
    return Answer(shapes.Have(attachments.have(UUID(call.words["attachment"]))))


ATTACHMENT = Parameter("attachment", shapes.Id, "The attachment's random id, named only inside the sealed account.")

OPERATIONS = (
    Operation(
        "POST",
        "/api/point/reports",
        "sendReport",
        "report.send",
        "Send a sealed report",
        send,
        {201: shapes.Received, 200: shapes.Received},
        takes=shapes.Report,
        at_once=send_at_once,
        refuses=(409, 422, 429, 507),
    ),
    Operation(
        "POST",
        "/api/point/sealed",
        "sendSealed",
        "report.send",
        "Send a report as the phone's outbox holds it",
        send_sealed,
        {201: shapes.Received, 200: shapes.Received},
        takes=Raw(200, MOST_OUTBOX),
        refuses=(409, 410, 422, 429, 507),
        parameters=(
            Parameter(
                "Waited", shapes.Age, "How long it waited, in place of the header's `age`.", "header", required=False
            ),
        ),
    ),
    Operation(
        "PUT",
        "/api/point/attachments/{attachment}/{index}",
        "putSlice",
        "attachment.send",
        "Send one sealed slice of an attachment",
        put_slice,
        {201: shapes.Kept, 200: shapes.Kept},
        takes=Raw(17, attachments.SLICE_BYTES),
        refuses=(409, 422, 429, 507),
        parameters=(
            ATTACHMENT,
            Parameter("index", Index, "The slice's number, from 0."),
            Parameter("Erase-Hash", shapes.Half, "SHA-256(HMAC-SHA256(thread key, attachment id)).", "header"),
        ),
    ),
    Operation(
        "GET",
        "/api/point/attachments/{attachment}",
        "haveSlices",
        "attachment.have",
        "Which slices of an attachment are here",
        have,
        {200: shapes.Have},
        parameters=(ATTACHMENT,),
    ),
)
