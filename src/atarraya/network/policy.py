"""Who may do what in this room. Each function raises the refusal or returns nothing.

`by=None` stands for the person at the server's own command line, who can already read and change every row;
nothing they can do gives them a key.
"""

from __future__ import annotations

from atarraya.network import queries
from atarraya.network.models import Circle, Member
from atarraya.network.refusals import NeedsAnother, NeedsKeyholder, NeedsSteward, NotWorking


def working(by: Member | None) -> None:
    """Refuse a member who is not active."""
    if by is not None and not by.may_work:
        raise NotWorking()


def steward(by: Member | None) -> None:
    """Refuse anybody but an active steward (or the command line)."""
    working(by)
    if by is not None and not by.has_role("STEWARD"):
        raise NeedsSteward()


def keyholder(by: Member, circle: Circle) -> None:
    """Refuse anybody who does not belong to the circle now."""
    working(by)
    if not queries.circles_of(by).filter(pk=circle.pk).exists():
        raise NeedsKeyholder()


def another(by: Member, *parties: Member | None) -> None:
    """Refuse one of the parties as the second (or third) person, and anybody who is not active."""
    working(by)
    if any(party is not None and party.pk == by.pk for party in parties):
        raise NeedsAnother()
