"""The gateway's machine interface: its operations, and the document that describes them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from atarraya import __version__
from atarraya.alerts.openapi import Caller, Operation, Parameter, document
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.shapes import Done, Half, Id, Received
from atarraya.alerts.views.api.door import Answer, Call, Guard
from atarraya.channels.sms import queries, shapes
from atarraya.channels.sms.refusals import NoGatewayToken
from atarraya.channels.sms.services import arriving, gateways, notices, outgoing, proving
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.web import refusals, verbs

CALLER = Caller(
    "Gateway",
    "What an SMS gateway asks of its platform.",
    "The word Gateway, a space, and the token that a steward was told once.",
)
GATEWAYS = Guard(CALLER, verbs.GATEWAY, gateways.authenticate, NoGatewayToken)
# What the gateway drew at its start; once that run has proved its key, this word stands for the proof.
RUN = "Gateway-Run"
MUST = Parameter(RUN, Half, "The random word of this run of the gateway.", place="header")
MAYBE = replace(MUST, required=False)
# A flood's limit, far above what one phone can receive: a gateway that is refused keeps what it has and asks again.
ENTRIES = Limit(12_000, 3600)


def setup(call: Call) -> Answer:
    """Say what a gateway must know."""
    body = msgspec.json.encode(queries.setup_for(call.access))
    return Answer(body, etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def pulse(call: Call) -> Answer:
    """Hear a sign of life, and say what hour it is here."""
    gateways.heard(call.access, call.body, call.words[RUN])
    return Answer(shapes.Heard(True, int(clock.now().timestamp())))


def challenge(call: Call) -> Answer:
    """Give a word that only the gateway's key opens."""
    return Answer(shapes.Challenge(proving.ask(call.access, call.words[RUN])))


def prove(call: Call) -> Answer:
    """Hear that word back."""
    body: shapes.Proof = call.body
    proving.prove(call.access, call.words[RUN], body.word, again=body.again)
    return Answer(Done(True))


def send(call: Call) -> Answer:
    """Take an SMS. What a codebook read needs the gateway's key; what is sealed for people never does."""
    body: shapes.SmsReport = call.body
    if body.book is not None:
        proving.check(call.access, call.words[RUN])
    ENTRIES.check(call.access.pk)
    received = arriving.keep(call.access, body)
    if received.new:
        ENTRIES.add(call.access.pk)
    return Answer(Received(True, received.board), status=201 if received.new else 200)


def books(call: Call) -> Answer:
    """Give the codebooks in use, each sealed to this gateway."""
    proving.check(call.access, call.words[RUN])
    body = msgspec.json.encode(queries.books_for(call.access))
    return Answer(body, etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def lend(call: Call) -> Answer:
    """Lend what waits to be sent."""
    body: shapes.Have = call.body
    rows = outgoing.lend(call.access, proving.check(call.access, call.words[RUN]), body.have)
    messages = [shapes.Waiting(str(row.pk), bytes(row.sealed)) for row in rows]
    return Answer(shapes.Lent(messages, outgoing.gone(call.access, body.have), notices.sentence()))


def ended(call: Call) -> Answer:
    """Hear what became of a message."""
    body: shapes.Ended = call.body
    run = proving.check(call.access, call.words[RUN])
    outgoing.ended(call.access, run, UUID(call.words["message"]), sent=body.sent, why=body.why)
    return Answer(Done(True))


@cache
def _made() -> bytes:
    return msgspec.json.format(msgspec.json.encode(document(OPERATIONS, __version__, CALLER)), indent=1)


def describe(call: Call) -> Answer:
    """Answer the OpenAPI document."""
    body = _made()
    return Answer(body, etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"')


@verbs.verb("gateway.nothing", verbs.PUBLIC)
@csrf_exempt
def nothing_here(request: HttpRequest, **_path: str) -> HttpResponse:
    """Refuse an address of the interface that does not exist, in words."""
    refusal = NotFound()
    return refusals.problem(refusal.status, refusal.code, str(refusal.message))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/api/gateway/setup.json",
        "gatewaySetup",
        "gateway.setup",
        "What a gateway must know to seal and hand in",
        setup,
        {200: shapes.GatewaySetup},
        cached=True,
    ),
    Operation(
        "POST",
        "/api/gateway/pulse",
        "gatewayPulse",
        "gateway.pulse",
        "A sign of life",
        pulse,
        {200: shapes.Heard},
        takes=shapes.Pulse,
        parameters=(MAYBE,),
    ),
    Operation(
        "GET",
        "/api/gateway/challenge",
        "gatewayChallenge",
        "gateway.challenge",
        "A word for this run, that only the gateway's key opens",
        challenge,
        {200: shapes.Challenge},
        parameters=(MUST,),
    ),
    Operation(
        "POST",
        "/api/gateway/proof",
        "gatewayProof",
        "gateway.proof",
        "The word, opened: this run holds the key, and ends the one before it",
        prove,
        {200: Done},
        takes=shapes.Proof,
        refuses=(403, 409),
        parameters=(MUST,),
    ),
    Operation(
        "POST",
        "/api/gateway/reports",
        "gatewayReport",
        "gateway.send",
        "Hand in an SMS, sealed",
        send,
        {201: Received, 200: Received},
        takes=shapes.SmsReport,
        refuses=(403, 409, 422, 429, 507),
        parameters=(MAYBE,),
    ),
    Operation(
        "GET",
        "/api/gateway/books.json",
        "gatewayBooks",
        "gateway.books",
        "The codebooks in use, sealed to this gateway",
        books,
        {200: list[shapes.BookForGateway]},
        cached=True,
        refuses=(403, 409),
        parameters=(MAYBE,),
    ),
    Operation(
        "POST",
        "/api/gateway/outgoing",
        "gatewayLend",
        "gateway.lend",
        "What waits to be sent, lent to this run of the gateway",
        lend,
        {200: shapes.Lent},
        takes=shapes.Have,
        refuses=(403, 409),
        parameters=(MAYBE,),
    ),
    Operation(
        "POST",
        "/api/gateway/outgoing/{message}",
        "gatewayEnded",
        "gateway.ended",
        "What became of a message",
        ended,
        {200: Done},
        takes=shapes.Ended,
        refuses=(403, 409),
        parameters=(Parameter("message", Id, "The message's id."), MAYBE),
    ),
    Operation(
        "GET",
        "/api/gateway/openapi.json",
        "gatewayDescribe",
        "gateway.describe",
        "This document",
        describe,
        {200: dict[str, Any]},
        signed_in=False,
        cached=True,
    ),
)
