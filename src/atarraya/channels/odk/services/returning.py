"""What the workbench made of ODK submissions comes back as reports, through the act in which every way in meets.

A submission's parts are erased in the transaction that keeps its report: whatever happens, one of the two is here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from atarraya.alerts.services import attachments
from atarraya.alerts.services.erasing import forget_journal
from atarraya.alerts.services.receive import InboxAccess, receive_report
from atarraya.alerts.shapes import Report
from atarraya.channels.odk.models import OdkSubmission
from atarraya.channels.odk.refusals import MoreCame, NotSigned
from atarraya.channels.odk.services import erasing
from atarraya.kernel.transactions import write
from atarraya.network import queries as network
from atarraya.network.models import Inbox
from atarraya.sealing import lists
from atarraya.trail.services import record

Became = Literal["new", "again"]


@dataclass(frozen=True)
class Attached:
    """An attachment of a returned report: its id, the hash that erases it, its sealed slices in order."""

    id: UUID
    erase_hash: str
    slices: Sequence[bytes]


@dataclass(frozen=True)
class Return:
    """A report, and the submission it was made of. `parts`: how many of its files the workbench saw."""

    submission: UUID
    parts: int
    report: Report
    attached: Sequence[Attached] = ()


def take_back(one: Return, signers: Collection[str]) -> Became:
    """Keep the report that a submission became, with its attachments, and erase the submission's parts; all or none.

    `again`: the report is, or was, here already; nothing is kept twice and the parts go all the same. A submission that
    does not wait here stops nothing: after a restore it may be erased while the backup had not its report yet.
    `signers`: the keys (b64) whose signature over it was checked. Raises NotSigned where the inbox's list names none of
    them, MoreCame where a file came that the workbench did not see, ForeignInbox for one of another inbox, and what
    `receive_report` and `keep_slice` raise; then nothing changed.
    """
    report = one.report
    with write():
        waits = OdkSubmission.objects.select_for_update().filter(pk=one.submission).first()
        inbox = waits.inbox_id if waits else UUID(report.inbox)
        _check_signed(inbox, signers)
        if waits and waits.parts.count() > one.parts:
            raise MoreCame()
        received = receive_report(access=InboxAccess(inbox), header=report, envelope=report.sealed)
        if received.new:
            for file in one.attached:
                for index, piece in enumerate(file.slices):
                    attachments.keep_slice(file.id, index, piece, file.erase_hash)
        if waits:
            erasing.erase([one.submission])
    forget_journal()
    return "new" if received.new else "again"


def _check_signed(inbox: UUID, signers: Collection[str]) -> None:
    known = Inbox.objects.filter(pk=inbox).first()
    if known is None or not set(signers) & set(lists.read(network.current_list(known).document)["signers"]):
        raise NotSigned()


def note_import() -> None:
    """Leave a line in the trail: that it was done, on a day; not how many, nor which."""
    with write():
        record("odk.import", about_report=True)
