"""Notes of those who handle a report: entries like any other, whose author is inside the seal (R6)."""

from __future__ import annotations

from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.models import Entry
from atarraya.alerts.queries import entries as queries
from atarraya.alerts.queries.recipients import list_facts
from atarraya.alerts.refusals import ListRefused, NotMine, PlaceTaken
from atarraya.alerts.services.receive import Sealed, checked_size, keyed, store
from atarraya.kernel import ids
from atarraya.kernel.transactions import write
from atarraya.network.models import Inbox, Member
from atarraya.sealing import receipts


def add_note(
    member: Member,
    inbox: Inbox,
    number: int,
    envelope: bytes,
    lookup: str,
    erase_hash: str,
    municipality: str | None,
    urgency: str | None,
    keep: str,
    *,
    note_id: UUID | None = None,
    reply: bytes | None = None,
) -> UUID:
    """Keep a sealed note and return its id. Nothing stored says who wrote it or what it is about.

    `lookup` and `erase_hash` are b64 of 32 bytes; the latter is made from the thread key and `note_id`. `keep` is a
    class of rules.KEEP_DAYS. `reply` is 96 bytes: an answer that whoever reported finds by `lookup`, or random ones.
    Raises NotMine, ListRefused (only the present list is taken), NotSealed, or PlaceTaken.
    """
    stanzas = _allowed(member, inbox, number, municipality, urgency, keep)
    entry = Sealed(
        id=note_id or ids.new_id(),
        inbox_id=inbox.pk,
        number=number,
        municipality=municipality,
        urgency=urgency,
        age="H1",
        lookup=lookup,
        erase_hash=erase_hash,
        envelope=envelope,
        size=checked_size(envelope, stanzas),
        keep_days=rules.KEEP_DAYS[keep],
        reply=receipts.empty_reply() if reply is None else reply,
    )
    with write():
        if Entry.objects.filter(lookup_hash=keyed(lookup)).exclude(pk=entry.id).exists():
            raise PlaceTaken()
        store(entry)
    return entry.id


def _allowed(
    member: Member, inbox: Inbox, number: int, municipality: str | None, urgency: str | None, keep: str
) -> int:
    """Return how many stanzas the note must have; raise NotMine or ListRefused."""
    queries.served_inbox(member, inbox)
    if not member.serves(municipality) or keep not in rules.KEEP_DAYS or urgency not in {*rules.URGENCIES, None}:
        raise NotMine()
    facts = list_facts(inbox.pk, number)
    if facts.standing != "current":
        raise ListRefused()
    return len(facts.recipients)
