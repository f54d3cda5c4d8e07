"""Reading the board."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from atarraya.alerts import shapes
from atarraya.alerts.openapi import Operation, Parameter
from atarraya.alerts.queries.board import board_bytes
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.views.api.door import Answer, Call

Since = Annotated[int, Meta(ge=0, le=2**53 - 1)]


def board(call: Call) -> Answer:
    """Answer the point's board, or with `since` what changed."""
    if call.access.previous_link:
        raise OnlyPresentLink()
    body, etag = board_bytes(call.access.point, call.words["since"])
    return Answer(body, etag=etag)


OPERATIONS = (
    Operation(
        "GET",
        "/api/point/board.json",
        "board",
        "board.read",
        "What this point may read",
        board,
        {200: shapes.Board},
        parameters=(Parameter("since", Since, "The `seq` of the copy held.", "query", required=False),),
        cached=True,
    ),
)
