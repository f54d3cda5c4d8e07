"""To whom an inbox's envelopes are sealed: how a list number stands, and how many stanzas it asks for."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from uuid import UUID

from atarraya.network import queries as network
from atarraya.network.models import Inbox, RecipientList

KEPT_SECONDS = 2.0
_kept: dict[tuple[UUID, int], tuple[float, ListFacts]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class ListFacts:
    """How a recipient list is taken now (`current`, `old`, `refused`) and its recipients in stanza order."""

    standing: str
    recipients: tuple[str, ...]


def list_facts(inbox: UUID, number: int) -> ListFacts:
    """Return the facts of list `number` of the inbox with this id, kept for two seconds in each process."""
    key = (inbox, number)
    now = time.monotonic()
    kept = _kept.get(key)
    if kept is not None and now - kept[0] < KEPT_SECONDS:
        return kept[1]
    facts = _read(inbox, number)
    # A refusal is never kept: the list may be stored in the very next moment.
    if facts.standing != "refused":
        with _lock:
            if len(_kept) > 500:
                _kept.clear()
            _kept[key] = (now, facts)
    return facts


def forget_lists() -> None:
    """Read lists anew at the next question."""
    _kept.clear()


def _read(inbox: UUID, number: int) -> ListFacts:
    standing = network.list_standing(Inbox(pk=inbox), number)
    row = RecipientList.objects.filter(inbox=inbox, number=number).values_list("document", flat=True).first()
    if standing == "refused" or row is None:
        return ListFacts("refused", ())
    return ListFacts(standing, tuple(json.loads(row)["recipients"]))
