"""The one act in which every way in meets: keep a sealed report, and publish its codes if they may be published.

It guarantees that what it answers is kept (durable before it returns, once however often it is sent), that nothing
which is not an envelope is ever stored, and that no row ties an entry to its point or to the warning it carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.models import Entry, Envelope, Erasure, StorageKey
from atarraya.alerts.queries.recipients import list_facts
from atarraya.alerts.refusals import ForeignInbox, IdTaken, ListRefused, NotSealed, UnknownMunicipality
from atarraya.alerts.services import publishing, spoken
from atarraya.alerts.services.rows import Row, insert_new_if_opened, insert_new_unless
from atarraya.alerts.shapes import CHECKIN, ReportHeader, Share
from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.kernel.transactions import write
from atarraya.network import queries as network
from atarraya.network.services.points import PointAccess, opened_by_phone
from atarraya.sealing import envelopes, receipts, storage
from atarraya.sealing.refusals import NotAnEnvelope

Board = Literal["shown", "held", "team"]
_ALL_VALUES = bytes(range(256))


@dataclass(frozen=True)
class Received:
    """What became of a report: whether it was new, and where its codes went (None when none came)."""

    new: bool
    board: Board | None = None

    @property
    def held(self) -> bool | None:
        """Whether published codes wait for a member; None when nothing was published."""
        return None if self.board in {None, "team"} else self.board == "held"


@dataclass(frozen=True)
class Sealed:
    """One sealed entry on its way into the tables."""

    id: UUID
    inbox_id: UUID
    number: int
    municipality: str | None
    urgency: str | None
    age: str
    lookup: str
    erase_hash: str
    envelope: bytes
    # The bucket of its text in bytes, as `envelopes.check` found it; the file's own length tells who made it.
    size: int
    mark: str = Entry.Mark.NONE
    keep_days: int = rules.KEEP_DAYS["arrival"]
    # 96 bytes: the sealed answer that a note carries for whoever reported, random in every other entry.
    reply: bytes = field(default_factory=receipts.empty_reply)


@dataclass(frozen=True)
class InboxAccess:
    """A way into an inbox that is no point's: what comes through it is sealed, and publishes nothing."""

    inbox_id: UUID
    previous_link: bool = False


def receive_report(
    *,
    access: PointAccess | InboxAccess,
    header: ReportHeader,
    envelope: bytes,
    beside: Sequence[tuple[ReportHeader, bytes]] = (),
    hold: bool = False,
) -> Received:
    """Keep a report that came through a point; publish its codes or mark its check-in in the same transaction.

    `beside` are sealed entries that come with it, all or none; what they would share is not read. With `hold`, codes
    that could be shown wait for a member. The same id again is answered as kept without keeping it twice. Raises
    ForeignInbox, ListRefused, UnknownMunicipality, NotSealed or IdTaken; then nothing was kept.
    """
    ready = made_ready(_checked(access, header, envelope))
    others = [made_ready(_checked(access, *one)) for one in beside]
    if header.share is None and not others:
        return Received(new=put(ready))
    with write():
        if not put(ready):
            return Received(new=False)
        for other in others:
            put(other)
        return Received(new=True, board=_share(access, header, hold))


def receive_from_phone(*, token: str, header: ReportHeader, envelope: bytes) -> UUID | None:
    """Keep a new sealed report of a phone, asking in the same statement what its token opens; return its point.

    None: nothing was kept, and `authenticate` and `receive_report` say why, or do what this does not (codes to share, a
    repeated report, a link of before, a database that has no such statement). Raises as `receive_report` does.
    """
    inbox = UUID(header.inbox)
    opened = opened_by_phone(token, inbox)
    if header.share is not None or opened is None:
        return None
    ready = made_ready(_checked(InboxAccess(inbox), header, envelope))
    return insert_new_if_opened(ready.entry, ready.others, unless=Row.of(Erasure, erased=ready.id), opened=opened)


@dataclass(frozen=True)
class Ready:
    """The rows of one entry, sealed once more and made ready before anybody waits for them."""

    id: UUID
    lookup_hash: bytes
    entry: Row
    others: tuple[Row, Row]


def store(entry: Sealed) -> bool:
    """Write an entry's rows, all or none; return False if they are, or were, there."""
    return put(made_ready(entry))


def made_ready(entry: Sealed) -> Ready:
    """Return the rows of an entry: itself, its storage key, its envelope under that key."""
    key, body = storage.encrypt(entry.envelope)
    day = clock.today()
    lookup_hash = keyed(entry.lookup)
    row = Row.of(
        Entry,
        id=entry.id,
        inbox_id=entry.inbox_id,
        number=entry.number,
        municipality=entry.municipality,
        urgency=entry.urgency,
        age=entry.age,
        day=day,
        size=entry.size,
        expires=day + timedelta(days=entry.keep_days),
        mark=entry.mark,
        lookup_hash=lookup_hash,
        erase_hash=keyed(entry.erase_hash),
        reply=entry.reply,
    )
    others = (Row.of(StorageKey, id=entry.id, key=key), Row.of(Envelope, entry_id=entry.id, body=body))
    return Ready(entry.id, lookup_hash, row, others)


def put(ready: Ready) -> bool:
    """Write rows made ready, all or none; return False if they are, or were, there.

    An id that was erased is not kept again: a phone may repeat what it sent before. Raises IdTaken for an id that is
    another's.
    """
    if insert_new_unless(ready.entry, ready.others, unless=Row.of(Erasure, erased=ready.id)):
        return True
    if not Erasure.objects.filter(erased=ready.id).exists():
        _must_be_the_same(ready.id, ready.lookup_hash)
    return False


def keyed(half: str) -> bytes:
    """Return what is kept of a receipt's half (b64 of 32 bytes): its hash under the server's pepper."""
    return receipts.keyed_text(half)


def _checked(access: PointAccess | InboxAccess, header: ReportHeader, envelope: bytes) -> Sealed:
    inbox = access.inbox_id if isinstance(access, InboxAccess) else access.point.inbox_id
    if UUID(header.inbox) != inbox:
        raise ForeignInbox()
    facts = list_facts(inbox, header.number)
    if facts.standing == "refused":
        raise ListRefused()
    if header.municipality is not None and header.municipality not in network.municipalities():
        raise UnknownMunicipality()
    return Sealed(
        id=UUID(header.id),
        inbox_id=inbox,
        number=header.number,
        municipality=header.municipality,
        urgency=header.urgency,
        age=header.age,
        lookup=header.lookup,
        erase_hash=header.erase_hash,
        envelope=envelope,
        size=checked_size(envelope, len(facts.recipients)),
        mark=_mark(access, facts.standing),
    )


def checked_size(envelope: bytes, stanzas: int) -> int:
    """Return the text bucket of an envelope in bytes; raise NotSealed for anything that could be read here."""
    try:
        size = envelopes.check(envelope, stanzas)
    except NotAnEnvelope:
        raise NotSealed() from None
    if not looks_random(envelope[-size:]):
        raise NotSealed()
    return size


def looks_random(body: bytes) -> bool:
    """Return whether bytes could be sealed ones: text in any alphabet or base64 uses far fewer values.

    2,048 sealed bytes miss about one value in ten thousand; to miss thirty-two is beyond any luck. Short ones are only
    asked not to be UTF-8.
    """
    if len(body) >= 2048:
        return 256 - len(_ALL_VALUES.translate(None, body)) > 224
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def _mark(access: PointAccess | InboxAccess, standing: str) -> str:
    # The list's number says by itself that it is an old one; that the link is old is said nowhere else.
    if access.previous_link:
        return Entry.Mark.OLD_LINK
    return Entry.Mark.OLD_SETUP if standing == "old" else Entry.Mark.NONE


def _must_be_the_same(entry_id: UUID, lookup_hash: bytes) -> None:
    kept = Entry.objects.filter(pk=entry_id).values_list("lookup_hash", flat=True).first()
    if kept is None or bytes(kept) != lookup_hash:
        raise IdTaken()


def _share(access: PointAccess | InboxAccess, header: ReportHeader, hold: bool) -> Board | None:
    share = header.share
    if share is None:
        return None
    if isinstance(access, InboxAccess):
        return "team"
    if share.kind == CHECKIN:
        if not access.previous_link:
            spoken.speak(access.point, header.age)
        return None
    return _publish(access, header, share, hold)


def _publish(access: PointAccess, header: ReportHeader, share: Share, hold: bool) -> Board:
    try:
        with write():
            alert = publishing.publish_at_once(
                access=access,
                share=share,
                municipality=header.municipality,
                urgency=header.urgency,
                age=header.age,
                hold=hold,
            )
    except DomainError:
        # These codes may not be shown (R7, R8, R14, R15, R20): no clear copy of them stays, and the team decides.
        return "team"
    if alert.held:
        return "held"
    spoken.speak(access.point, header.age)
    return "shown"
