"""`atarraya circle`: circles with their public keys. They are made in a browser, where keys are born."""

from __future__ import annotations

import argparse

from atarraya.command import listing
from atarraya.command.words import _
from atarraya.network import queries
from atarraya.network.models import Circle
from atarraya.terminal.codes import DONE


def run(args: argparse.Namespace) -> int:
    """List circles: their members, the number and public key of the present epoch, and the inboxes they serve."""
    rows: list[dict[str, object]] = []
    for circle in Circle.objects.order_by("name"):
        epoch = queries.current_epoch(circle)
        rows.append(
            {
                "name": circle.name,
                "purpose": circle.purpose,
                "members": [member.alias for member in queries.current_members(circle)],
                "epoch": epoch.number,
                "due": _("owes a new key") if queries.owes_epoch(circle) else "",
                "recipient": epoch.recipient,
                "inboxes": [place.inbox.name for place in circle.places.select_related("inbox")],
            }
        )
    headings = {
        "name": _("circle"),
        "purpose": _("purpose"),
        "members": _("members"),
        "epoch": _("key no."),
        "due": _("due"),
        "inboxes": _("inboxes"),
        "recipient": _("public key"),
    }
    listing.show(rows, headings, as_json=getattr(args, "json", False))
    return DONE
