"""The network itself, its municipalities and its points."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Q, QuerySet

from atarraya.network.models import Collective, Network, Point
from atarraya.network.refusals import NotFounded
from atarraya.web.furniture import Furniture

_kept: tuple[float, Network] | None = None


def the_network() -> Network:
    """Return the network; raise NotFounded before the founding.

    The row is kept for two seconds in each process, so a change shows within two seconds everywhere.
    """
    global _kept
    seconds = getattr(settings, "NETWORK_KEPT_SECONDS", 2)
    if _kept is not None and time.monotonic() - _kept[0] < seconds:
        return _kept[1]
    network = Network.objects.first()
    if network is None:
        raise NotFounded()
    _kept = (time.monotonic(), network)
    return network


def forget_network() -> None:
    """Read the network anew at the next question (called by every act that changes it)."""
    global _kept
    _kept = None


def has_network() -> bool:
    """Return whether a network was founded here."""
    return Network.objects.exists()


def furniture() -> Furniture:
    """Return what the network chose for its pages; neutral words before the founding."""
    try:
        network = the_network()
    except (NotFounded, DatabaseError):
        return Furniture()
    return Furniture(
        page_name=network.page_name,
        icon=network.icon,
        color=network.color,
        network=network.name,
        demo=network.demo,
    )


def municipalities() -> list[str]:
    """Return the codes of the municipalities the network follows, in its own order."""
    return list(the_network().municipalities)


def neighbours(code: str) -> list[str]:
    """Return the codes of the municipalities whose points also read what is warned in `code` (R15)."""
    return list(the_network().neighbours.get(code, []))


def points_in(municipality: str) -> QuerySet[Point]:
    """Return the active points of a municipality, with their collectives."""
    active = Point.objects.filter(municipality=municipality, state=Point.State.ACTIVE)
    return active.select_related("collective")


def collectives() -> QuerySet[Collective]:
    """Return the network's collectives by name."""
    return Collective.objects.order_by("name")


def points_with_phones() -> QuerySet[Point]:
    """Return all points that are not revoked, then the revoked ones, each with `opened`: on how many phones."""
    present = Count("devices", filter=Q(devices__previous_link=False))
    rows = Point.objects.select_related("collective").annotate(opened=present)
    return rows.order_by("state", "municipality", "collective__name")
