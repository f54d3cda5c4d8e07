"""Asking and erasing with a receipt's five words. Right and wrong words are answered alike."""

from __future__ import annotations

import time

from atarraya.alerts import shapes
from atarraya.alerts.openapi import Operation
from atarraya.alerts.services import erasing, receipts
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.views.api.door import Answer, Call
from atarraya.sealing.encoding import to_b64

ASKED = Limit(120, 3600)
ERASED = Limit(30, 3600)
# Answers come on these beats (seconds), so that the work behind them is not heard.
ASK_BEAT = 0.02
ERASE_BEAT = 0.25


def ask(call: Call) -> Answer:
    """Answer a lookup with 96 bytes that only the receipt's words open."""
    began = time.monotonic()
    ASKED.take(call.access.point.pk)
    body: shapes.Lookup = call.body
    answer = Answer(shapes.Reply(to_b64(receipts.reply(body.lookup))))
    _on_the_beat(began, ASK_BEAT)
    return answer


def erase(call: Call) -> Answer:
    """Erase what the words name, if they name anything."""
    began = time.monotonic()
    ERASED.take(call.access.point.pk)
    body: shapes.Erase = call.body
    erasing.erase(body.lookup, body.erase, body.thread)
    _on_the_beat(began, ERASE_BEAT)
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
        {200: shapes.Reply},
        takes=shapes.Lookup,
        refuses=(429,),
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
        refuses=(429,),
    ),
)
