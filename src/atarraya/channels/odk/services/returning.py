"""What the workbench made of ODK submissions comes back as reports, through the act in which every way in meets.

A submission's parts are erased in the transaction that keeps its report: whatever happens, one of the two is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from atarraya.alerts.services import attachments
from atarraya.alerts.services.erasing import forget_journal
from atarraya.alerts.services.receive import InboxAccess, receive_report
from atarraya.alerts.shapes import Report
from atarraya.channels.odk.models import OdkSubmission
from atarraya.channels.odk.services import erasing
from atarraya.kernel.transactions import write
from atarraya.trail.services import record

Became = Literal["new", "again"]


@dataclass(frozen=True)
class Attached:
    """An attachment of a returned report: its id, the hash that erases it, its sealed slices in order."""

    id: UUID
    erase_hash: str
    slices: Sequence[bytes]


def take_back(submission: UUID, report: Report, attached: Sequence[Attached]) -> Became:
    """Keep the report that a submission became, with its attachments, and erase the submission's parts; all or none.

    `again`: the report is, or was, here already; nothing is kept twice and the parts go all the same. A submission that
    does not wait here stops nothing: after a restore it may be erased while the backup had not its report yet. Raises
    ForeignInbox for one of another inbox, and what `receive_report` and `keep_slice` raise; then nothing changed.
    """
    with write():
        waits = OdkSubmission.objects.filter(pk=submission).first()
        inbox = waits.inbox_id if waits else UUID(report.inbox)
        received = receive_report(access=InboxAccess(inbox), header=report, envelope=report.sealed)
        if received.new:
            for one in attached:
                for index, piece in enumerate(one.slices):
                    attachments.keep_slice(one.id, index, piece, one.erase_hash)
        if waits:
            erasing.erase([submission])
    forget_journal()
    return "new" if received.new else "again"


def note_import() -> None:
    """Leave a line in the trail: that it was done, on a day; not how many, nor which."""
    with write():
        record("odk.import", about_report=True)
