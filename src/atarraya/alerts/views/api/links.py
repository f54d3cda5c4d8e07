"""A point's link on a phone: opening it, what its page must know, how many phones, changing it."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from django.core import signing
from msgspec import Meta

from atarraya.alerts import shapes
from atarraya.alerts.openapi import Operation, Parameter
from atarraya.alerts.queries.setup import setup_for
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.services import transport_keys
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.views.api.door import Answer, Call
from atarraya.kernel.errors import Conflict
from atarraya.network.refusals import LinkRefused
from atarraya.network.services import points
from atarraya.network.services.secrets import as_written

# A link opened more often than this in an hour is a flood, not a village.
OPENINGS = Limit(200, 3600)
# Wrong codes that begin alike. Whoever tries codes at random meets no limit and has 2^50 to try; whoever saw half of a
# card does. Nobody else's code begins so, and nobody else is delayed.
WRONG_CODES = Limit(20, 3600)
CODE_PREFIX = 5
CONFIRM_SECONDS = 600
CONFIRM_SALT = "point.change_link"

From = Annotated[int, Meta(ge=0, le=2**31 - 1)]


def redeem(call: Call) -> Answer:
    """Open a link on this phone."""
    body: shapes.Redeem = call.body
    access = points.authenticate(body.token)
    OPENINGS.take(access.point.pk)
    return Answer(shapes.Device(points.redeem(body.token)))


def redeem_code(call: Call) -> Answer:
    """Open a point by the short code of its card."""
    body: shapes.Code = call.body
    prefix = as_written(body.code)[:CODE_PREFIX]
    WRONG_CODES.check(prefix)
    try:
        return Answer(shapes.Device(points.redeem_code(body.code)))
    except LinkRefused:
        WRONG_CODES.add(prefix)
        raise


def setup(call: Call) -> Answer:
    """Say what the page must know, with an ETag."""
    made = setup_for(call.access, transport_keys.public_key(), call.words["from"] or 0)
    body = msgspec.json.encode(made)
    return Answer(body, etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def phones(call: Call) -> Answer:
    """Say on how many phones the present link was opened."""
    _present(call)
    return Answer(shapes.Phones(points.phones(call.access.point)))


def change_link(call: Call) -> Answer:
    """Change the link in two taps: the first answers a mark, the second brings it back."""
    _present(call)
    body: shapes.ChangeLink = call.body
    point = call.access.point
    said = {"point": str(point.pk), "link": bytes(point.link_hash).hex()}
    if body.confirm is None:
        return Answer(shapes.LinkChange(confirm=signing.dumps(said, salt=CONFIRM_SALT)))
    try:
        agreed = signing.loads(body.confirm, salt=CONFIRM_SALT, max_age=CONFIRM_SECONDS)
    except signing.BadSignature:
        raise Conflict() from None
    if agreed != said:
        raise Conflict()
    new = points.change_link(point, from_point=True)
    return Answer(shapes.LinkChange(token=new.link_token, code=new.short_code))


def _present(call: Call) -> None:
    if call.access.previous_link:
        raise OnlyPresentLink()


OPERATIONS = (
    Operation(
        "POST",
        "/api/point/redeem",
        "redeem",
        "point.open",
        "Open a link on this phone",
        redeem,
        {200: shapes.Device},
        takes=shapes.Redeem,
        refuses=(401, 403, 429),
        signed_in=False,
    ),
    Operation(
        "POST",
        "/api/point/code",
        "redeemCode",
        "point.open",
        "Open a point by the short code of its card",
        redeem_code,
        {200: shapes.Device},
        takes=shapes.Code,
        refuses=(401, 403, 429),
        signed_in=False,
    ),
    Operation(
        "GET",
        "/api/point/setup.json",
        "setup",
        "point.setup",
        "What a page must know to write, seal and send",
        setup,
        {200: shapes.Setup},
        parameters=(Parameter("from", From, "The number of the recipient list held.", "query", required=False),),
        cached=True,
    ),
    Operation(
        "GET",
        "/api/point/phones",
        "phones",
        "point.phones",
        "On how many phones the present link was opened",
        phones,
        {200: shapes.Phones},
    ),
    Operation(
        "POST",
        "/api/point/change-link",
        "changeLink",
        "point.change_link",
        "Change the link, in two taps",
        change_link,
        {200: shapes.LinkChange},
        takes=shapes.ChangeLink,
        refuses=(409,),
    ),
)
