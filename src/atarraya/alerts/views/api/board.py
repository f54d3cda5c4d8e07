"""Reading the board, and what a point may tap under an alert of its own municipality."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from atarraya.alerts import shapes
from atarraya.alerts.openapi import Operation, Parameter
from atarraya.alerts.queries.board import board_bytes
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.services import tapping
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.services.seconds import add_second
from atarraya.alerts.views.api.door import Answer, Call

TAPS = Limit(240, 3600)

Since = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Places = Annotated[str, Meta(pattern="^[0-9A-Za-z-]{1,10}(,[0-9A-Za-z-]{1,10})*$", max_length=600)]


def board(call: Call) -> Answer:
    """Answer the point's board, or with `since` what changed."""
    if call.access.previous_link:
        raise OnlyPresentLink()
    followed: str | None = call.words["places"]
    places = tuple(followed.split(",")) if followed else ()
    body, etag = board_bytes(call.access.point, call.words["since"], places)
    return Answer(body, etag=etag)


def still(call: Call) -> Answer:
    """Take *sigue igual*."""
    tapping.still(access=call.access, alert_id=_alert(call))
    return Answer(shapes.Done(True))


def passed(call: Call) -> Answer:
    """Take *ya pasó*: a note, which calms nothing."""
    tapping.passed(access=call.access, alert_id=_alert(call))
    return Answer(shapes.Done(True))


def second(call: Call) -> Answer:
    """Count one more collective that saw the same."""
    body: shapes.SecondSaw = call.body
    add_second(access=call.access, alert_id=_alert(call), seen=body.seen, knew=body.knew)
    return Answer(shapes.Done(True))


def _alert(call: Call) -> UUID:
    TAPS.take(call.access.point.pk)
    return UUID(call.words["alert"])


ALERT = (Parameter("alert", shapes.Id, "An alert's id, as the board says it."),)

OPERATIONS = (
    Operation(
        "GET",
        "/api/point/board.json",
        "board",
        "board.read",
        "What this point may read",
        board,
        {200: shapes.Board},
        parameters=(
            Parameter("since", Since, "The `seq` of the copy held.", "query", required=False),
            Parameter("places", Places, "Municipalities that this phone follows.", "query", required=False),
        ),
        cached=True,
    ),
    Operation(
        "POST",
        "/api/point/alerts/{alert}/still",
        "stillSo",
        "alert.still",
        "Say that an alert goes on, once",
        still,
        {200: shapes.Done},
        refuses=(409, 429),
        parameters=ALERT,
    ),
    Operation(
        "POST",
        "/api/point/alerts/{alert}/passed",
        "itPassed",
        "alert.passed",
        "Note that it passed, once; nothing is calmed by it",
        passed,
        {200: shapes.Done},
        refuses=(409, 429),
        parameters=ALERT,
    ),
    Operation(
        "POST",
        "/api/point/alerts/{alert}/seconds",
        "secondSaw",
        "alert.second",
        "Say that another collective saw the same",
        second,
        {200: shapes.Done},
        takes=shapes.SecondSaw,
        refuses=(409, 422, 429),
        parameters=ALERT,
    ),
)
