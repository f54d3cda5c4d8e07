"""Zones, which the network defines. Fewer than three communities is refused here and by the database."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from atarraya.kernel.errors import NotFound
from atarraya.kernel.transactions import write
from atarraya.territory.models import Zone
from atarraya.territory.queries import municipality
from atarraya.territory.refusals import ZoneRefused
from atarraya.territory.rules import SMALLEST_ZONE, ZONE_NAME_LENGTH


def define_zone(municipality_code: str, name: str, communities: int) -> Zone:
    """Define a zone of a municipality (older codes are followed). Raises UnknownPlace or ZoneRefused."""
    unit = municipality(municipality_code)
    zone = Zone(municipality=unit, name=_checked_name(name), communities=_checked_count(communities))
    return _saved(zone)


def change_zone(
    zone_id: UUID, *, name: str | None = None, communities: int | None = None, active: bool | None = None
) -> Zone:
    """Change what is given. A zone never changes municipality: alerts name both. Raises ZoneRefused."""
    with write():
        zone = Zone.objects.select_for_update().filter(id=zone_id).first()
        if zone is None:
            raise NotFound()
        if name is not None:
            zone.name = _checked_name(name)
        if communities is not None:
            zone.communities = _checked_count(communities)
        if active is not None:
            zone.active = active
        return _saved(zone)


def _checked_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > ZONE_NAME_LENGTH or not clean.isprintable():
        sentence = _("The zone needs a name of at most %(count)s letters.")
        raise ZoneRefused(sentence % {"count": ZONE_NAME_LENGTH})
    return clean


def _checked_count(communities: int) -> int:
    if not SMALLEST_ZONE <= communities <= 9999:
        raise ZoneRefused(_("A zone joins at least three communities, so that none can be pointed at."))
    return communities


def _saved(zone: Zone) -> Zone:
    try:
        with write():
            zone.save()
    except IntegrityError as clash:
        raise ZoneRefused(_("This municipality already has a zone with this name.")) from clash
    return zone
