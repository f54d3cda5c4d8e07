"""What the process of streams asks the database: what changed after a number, and who may still listen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from atarraya.alerts.models import Event
from atarraya.alerts.queries.reading import is_shown
from atarraya.kernel import clock
from atarraya.network import queries as network
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


def may_listen(members: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Return those of `members` who may still reach the desk, and the municipalities they serve now."""
    known = set(network.municipalities())
    found = Member.objects.filter(pk__in=list(members))
    return {member.pk: frozenset(known & set(member.municipalities)) for member in found if member.may_work}
