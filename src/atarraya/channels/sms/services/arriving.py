"""An SMS arrives: sealed by the gateway as a phone seals its reports, and kept by the one act they all end in."""

from __future__ import annotations

from atarraya.alerts.services.receive import InboxAccess, Received, receive_report
from atarraya.alerts.shapes import ReportHeader
from atarraya.channels.sms.models import Gateway


def keep_unread(gateway: Gateway, header: ReportHeader, envelope: bytes) -> Received:
    """Keep an SMS that nobody read: for the inbox's people, of no point, with nothing for the board."""
    return receive_report(access=InboxAccess(gateway.inbox_id), header=header, envelope=envelope)
