"""What the platform has to send: taken over sealed, kept here until a phone has it, and told back."""

from __future__ import annotations

import base64
import binascii
from datetime import date

from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.spool import Spool

WHYS = ("REFUSED", "SIGNAL", "KEY", "NUMBER")
# The fact under which the sentence of notices is kept, for a time without a line.
SENTENCE = "sentence"
MOST = 1000  # ids in one request


def exchange(spool: Spool, platform: Platform, today: date) -> None:
    """Tell what was sent and what never will be, then take over what waits. Raises Away or Refused.

    What this gateway has and the platform has not (any more) is dropped: another run sent it, or its days are over.
    """
    tell(spool, platform)
    take(spool, platform, today)


def tell(spool: Spool, platform: Platform) -> None:
    """Tell what was sent and what never will be. Raises Away or Refused."""
    for id_, state in spool.to_tell():
        try:
            why = {} if state == "SENT" else {"why": state if state in WHYS else "REFUSED"}
            platform.post(f"outgoing/{id_}", {"sent": not why, **why})
        except Refused as refusal:
            if refusal.code != "lent":
                raise
            # Lent to an earlier run of ours: it is lent again below, and told in the next turn.
            continue
        spool.told(id_)


def take(spool: Spool, platform: Platform, today: date) -> None:
    """Take over what waits, and drop what is not to be sent any more. Raises Away or Refused."""
    said = platform.post("outgoing", {"have": spool.have()[:MOST]})
    try:
        messages = [(str(one["id"]), base64.b64decode(one["sealed"], validate=True)) for one in said["messages"]]
        gone = [str(one) for one in said["gone"]]
    except (binascii.Error, KeyError, TypeError):
        raise Away() from None
    spool.drop(gone)
    if isinstance(said.get("sentence"), str):
        spool.keep_fact(SENTENCE, said["sentence"])
    for id_, sealed in messages:
        spool.queue(id_, today, sealed, theirs=True)
