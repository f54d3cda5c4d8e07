"""An SMS arrives: sealed by the gateway as a phone seals its reports, and kept by the one act they all end in."""

from __future__ import annotations

from uuid import UUID

import msgspec

from atarraya.alerts.services.receive import InboxAccess, Received, receive_report
from atarraya.alerts.shapes import CHECKIN, ReportHeader
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import books
from atarraya.channels.sms.shapes import SmsReport
from atarraya.network.services.points import PointAccess


def keep(gateway: Gateway, report: SmsReport) -> Received:
    """Keep an SMS. What a codebook read speaks for the book's point; everything else is of no point and shares nothing.

    Raises BookGone when the book is not in use (any more): then nothing was kept.
    """
    share = report.share
    if report.book is not None and share is not None and (share.kind == CHECKIN or share.seen != "TOLD"):
        # No codebook says so: neither that a place is calm nor that somebody saw it. Nothing of it is shown.
        report = msgspec.structs.replace(report, share=None)
    access: PointAccess | InboxAccess = InboxAccess(gateway.inbox_id)
    if report.book is not None:
        access = PointAccess(books.in_use(gateway, UUID(report.book)).point, previous_link=False, device=None)
    return receive_report(
        access=access, header=report, envelope=report.sealed, beside=_beside(report), hold=report.hold
    )


def _beside(report: SmsReport) -> list[tuple[ReportHeader, bytes]]:
    """Return the note that goes beside a coded report: in routing it is the report's twin."""
    if report.beside is None:
        return []
    halves = report.beside
    header = msgspec.structs.replace(
        report, id=halves.id, lookup=halves.lookup, erase_hash=halves.erase_hash, share=None, beside=None
    )
    return [(header, halves.sealed)]
