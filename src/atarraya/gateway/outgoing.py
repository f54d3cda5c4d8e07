"""What the platform has to send: taken over sealed, kept here until a phone has it, and told back."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from atarraya.gateway.calling import Away, Platform, Refused
from atarraya.gateway.spool import Spool

# The fact under which the sentence of notices is kept, for a time without a line.
SENTENCE = "sentence"


def exchange(spool: Spool, platform: Platform, session: str) -> None:
    """Tell what was sent, then take over what waits. Raises Away or Refused."""
    for id_, state in spool.to_tell():
        try:
            platform.post(f"outgoing/{id_}", {"session": session, "sent": state == "SENT"})
        except Refused as refusal:
            if refusal.status != 409:
                raise
            # Lent to an earlier run of ours: it is lent again below, and told in the next turn.
            continue
        spool.told(id_)
    today = datetime.now(UTC).date()
    lent = platform.post("outgoing", {"session": session})
    if isinstance(lent.get("sentence"), str):
        spool.keep_fact(SENTENCE, lent["sentence"])
    for message in lent["messages"]:
        try:
            sealed = base64.b64decode(message["sealed"], validate=True)
        except (binascii.Error, KeyError, TypeError):
            raise Away() from None
        spool.queue(str(message["id"]), today, sealed, theirs=True)
