"""An SMS, or what a member wrote down, arrives sealed as a phone seals its reports, and ends in the one act of all."""

from __future__ import annotations

from uuid import UUID

import msgspec

from atarraya.alerts import rules
from atarraya.alerts.refusals import NotMine
from atarraya.alerts.services.receive import InboxAccess, Received, receive_report
from atarraya.alerts.shapes import CHECKIN, ReportHeader, Share
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.refusals import BookGone
from atarraya.channels.sms.services import books
from atarraya.channels.sms.shapes import Beside, SmsReport, Transcribed
from atarraya.network import policy
from atarraya.network import queries as network
from atarraya.network.models import Member, Point
from atarraya.network.services.points import PointAccess


def keep(gateway: Gateway, report: SmsReport) -> Received:
    """Keep an SMS. What a codebook read speaks for the book's point; everything else is of no point and shares nothing.

    Raises BookGone when the book is not in use (any more): then nothing was kept.
    """
    if report.book is not None and not _told(report.share):
        report = msgspec.structs.replace(report, share=None)
    access: PointAccess | InboxAccess = InboxAccess(gateway.inbox_id)
    if report.book is not None:
        access = _speaks(books.in_use(gateway, UUID(report.book)).point)
    return receive_report(
        access=access, header=report, envelope=report.sealed, beside=_beside(report, report.beside), hold=report.hold
    )


def write_down(by: Member, report: Transcribed, envelope: bytes) -> Received:
    """Keep what a member wrote down from paper, voice, radio or a boatman. Nothing stored says who wrote it (R6).

    Codes wait for a member in every case, and only where a codebook in use read them and the member's role may let them
    out. Of a book that is gone meanwhile nothing is shown: the account, which the browser can not seal again, is kept
    for the team. Raises NotMine, and what `receive_report` raises.
    """
    policy.working(by)
    inbox = UUID(report.inbox)
    if not network.inboxes_of(by).filter(pk=inbox).exists() or not by.serves(report.municipality):
        raise NotMine()
    access: PointAccess | InboxAccess = InboxAccess(inbox)
    if report.book is not None and report.share is not None and rules.ACTS["release"].roles & set(by.roles):
        access = _of_book(inbox, UUID(report.book))
    if isinstance(access, InboxAccess) or not _told(report.share):
        report = msgspec.structs.replace(report, share=None)
    return receive_report(
        access=access, header=report, envelope=envelope, beside=_beside(report, report.beside), hold=True
    )


def _of_book(inbox: UUID, book: UUID) -> PointAccess | InboxAccess:
    try:
        found = books.in_use_at(inbox, book)
    except BookGone:
        return InboxAccess(inbox)
    return _speaks(found.point)


def _speaks(point: Point) -> PointAccess:
    return PointAccess(point, previous_link=False, device=None)


def _told(share: Share | None) -> bool:
    """Return whether codes may be looked at: no codebook says that a place is calm, nor that somebody saw it."""
    return share is not None and share.kind != CHECKIN and share.seen == "TOLD"


def _beside(report: ReportHeader, halves: Beside | None) -> list[tuple[ReportHeader, bytes]]:
    """Return the note that goes beside a report: in routing it is the report's twin."""
    if halves is None:
        return []
    header = ReportHeader(
        id=halves.id,
        inbox=report.inbox,
        number=report.number,
        municipality=report.municipality,
        urgency=report.urgency,
        age=report.age,
        lookup=halves.lookup,
        erase_hash=halves.erase_hash,
    )
    return [(header, halves.sealed)]
