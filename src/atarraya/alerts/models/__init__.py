"""Rows of the alerts room: what is sealed, what is shared, and what people agree on in between."""

from atarraya.alerts.models.alerts import Alert, AlertVersion, Counter, Event, Second, Sequence, Spoken, Tap
from atarraya.alerts.models.entries import Chunk, Entry, Envelope, Erasure, StorageKey
from atarraya.alerts.models.work import Approval, HandOver, Look, OldGrant, Proposal, RetentionNotice

__all__ = [
    "Alert",
    "AlertVersion",
    "Approval",
    "Chunk",
    "Counter",
    "Entry",
    "Envelope",
    "Erasure",
    "Event",
    "HandOver",
    "Look",
    "OldGrant",
    "Proposal",
    "RetentionNotice",
    "Second",
    "Sequence",
    "Spoken",
    "StorageKey",
    "Tap",
]
