"""Asking and erasing with a receipt's five words, from any phone. Right and wrong words are answered alike.

A phone that a link opened counts with its point. Any other counts with those whose look-up begins alike, so that a
flood must be some thousand times larger before it delays one person; and it erases one at a time, because erasing
walks the whole inbox.
"""

from __future__ import annotations

import threading
import time

from atarraya.alerts import shapes
from atarraya.alerts.openapi import Operation
from atarraya.alerts.services import erasing, receipts
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.views.api.door import Answer, Call, point_if_any
from atarraya.kernel.errors import TooMany
from atarraya.sealing.encoding import to_b64

ASKED = Limit(120, 3600)
ERASED = Limit(30, 3600)
# Answers come on these beats (seconds), so that the work behind them is not heard.
ALIKE = 2
# Of those without a link one erases and one waits; the rest are refused at once, so that no flood of them holds the
# threads that everybody's reports need.
ABOUT_TO_ERASE = 2
_turn = threading.Lock()
_places = threading.BoundedSemaphore(ABOUT_TO_ERASE)
ASK_BEAT = 0.02
ERASE_BEAT = 0.25


def ask(call: Call) -> Answer:
    """Answer each lookup with 96 bytes that only the receipt's words open."""
    began = time.monotonic()
    body: shapes.Lookups = call.body
    ASKED.take(point_if_any(call.request) or body.lookups[0][:ALIKE])
    answer = Answer(shapes.Replies([to_b64(reply) for reply in receipts.replies(body.lookups)]))
    _on_the_beat(began, ASK_BEAT)
    return answer


def erase(call: Call) -> Answer:
    """Erase what the words name, if they name anything."""
    began = time.monotonic()
    body: shapes.Erase = call.body
    point = point_if_any(call.request)
    ERASED.take(point or body.lookup[:ALIKE])
    if point is not None:
        erasing.erase(body.lookup, body.erase, body.thread)
        _on_the_beat(began, ERASE_BEAT)
    elif _places.acquire(blocking=False):
        try:
            with _turn:
                erasing.erase(body.lookup, body.erase, body.thread)
            _on_the_beat(began, ERASE_BEAT)
        finally:
            _places.release()
    else:
        raise TooMany()
    return Answer(shapes.Done(True))


def _on_the_beat(began: float, beat: float) -> None:
    spent = time.monotonic() - began
    time.sleep(beat - spent % beat)


OPERATIONS = (
    Operation(
        "POST",
        "/api/point/receipt",
        "askReceipt",
        "receipt.ask",
        "Ask what became of a report",
        ask,
        {200: shapes.Replies},
        takes=shapes.Lookups,
        refuses=(401, 403, 429),
        signed_in=False,
    ),
    Operation(
        "POST",
        "/api/point/erase",
        "eraseReport",
        "receipt.erase",
        "Erase a report, its attachments and the notes about it",
        erase,
        {200: shapes.Done},
        takes=shapes.Erase,
        refuses=(401, 403, 429),
        signed_in=False,
    ),
)
