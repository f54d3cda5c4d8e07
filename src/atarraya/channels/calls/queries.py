"""What is asked of call chains."""

from __future__ import annotations

from atarraya.channels.calls.models import CallChain
from atarraya.network import queries as network
from atarraya.network.models import Member


def chains_of(member: Member) -> list[CallChain]:
    """Return the chains of the inboxes a member serves, in no telling order. Which open is their keys' matter."""
    rows = CallChain.objects.filter(inbox__in=network.inboxes_of(member))
    return list(rows.select_related("inbox").order_by("pk"))
