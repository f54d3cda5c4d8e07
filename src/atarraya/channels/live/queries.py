"""What the process of streams asks the database: what changed after a number, and who may still listen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from atarraya.alerts.models import Event
from atarraya.alerts.queries.reading import is_shown
from atarraya.channels.live.tokens import Listener
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.network import standing
from atarraya.network.models import Member

# More than this in one second, or since a stream was last here, is said as one line: everything may have changed.
AT_ONCE = 500


@dataclass(frozen=True)
class Change:
    """That something changed in a municipality. `open`: members who do not serve it may see what it was, too."""

    seq: int
    municipality: str
    open: bool

    def heard_by(self, serves: frozenset[str]) -> bool:
        """Return whether somebody who serves these municipalities may learn of it."""
        return self.open or self.municipality in serves


def last() -> int:
    """Return the number of the last event; 0 before the first."""
    found = Event.objects.order_by("-seq").values_list("seq", flat=True).first()
    return int(found or 0)


def after(seq: int) -> list[Change]:
    """Return what changed after `seq`, in order: at most one more than AT_ONCE, which means too many to tell."""
    now = clock.now()
    rows = Event.objects.filter(seq__gt=seq).select_related("alert").order_by("seq")[: AT_ONCE + 1]
    return [
        Change(row.seq, row.municipality, row.alert.reach == "NETWORK" and is_shown(row.alert, now)) for row in rows
    ]


def may_listen(listeners: Iterable[Listener]) -> set[Listener]:
    """Return those who may still reach the desk in the session they listen in, and serve what they served.

    Two queries for all: whoever signed out, was stopped, changed a password or serves other places is not among them.
    """
    asked, known = list(listeners), set(network.municipalities())
    members = Member.objects.in_bulk({each.member for each in asked})
    lasting = standing.lasting((members[each.member], each.session) for each in asked if each.member in members)
    return {
        each
        for each in asked
        if (member := members.get(each.member)) is not None
        and member.may_work
        and each.session in lasting
        and each.serves == frozenset(known & set(member.municipalities))
    }
