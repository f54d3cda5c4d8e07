"""Reading places. Older codes lead to today's unit everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from atarraya.territory import facts
from atarraya.territory.index import Index, UnitName, build_index
from atarraya.territory.models import Alias, Boundary, Edition, Neighbour, Unit, Zone
from atarraya.territory.refusals import UnknownPlace
from atarraya.territory.rules import AliasKind


def municipality(code: str) -> Unit:
    """Return the unit with this code, or the one its older code leads to. Raises UnknownPlace."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        unit = Unit.objects.filter(aliases__kind=AliasKind.CODE, aliases__text=code).first()
    if unit is None:
        raise UnknownPlace()
    return unit


def municipalities(codes: Iterable[str]) -> dict[str, Unit]:
    """Return asked code → unit for all that exist, older codes included, in the order asked. Two queries."""
    asked = list(dict.fromkeys(codes))
    found = Unit.objects.in_bulk(asked)
    missing = [code for code in asked if code not in found]
    if missing:
        aliases = Alias.objects.filter(kind=AliasKind.CODE, text__in=missing).select_related("unit")
        found |= {alias.text: alias.unit for alias in aliases}
    return {code: found[code] for code in asked if code in found}


def names(codes: Iterable[str]) -> dict[str, str]:
    """Return asked code → name, bare; a code that is not known stands for itself. See `labels`."""
    asked = list(codes)
    found = municipalities(asked)
    return {code: found[code].name if code in found else code for code in asked}


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Return asked code → `Riosucio (Chocó)`: what to show where homonyms could be taken for each other."""
    asked = list(codes)
    found = municipalities(asked)
    return {code: found[code].label if code in found else code for code in asked}


def neighbours(code: str) -> frozenset[str]:
    """Return the codes that the network lists beside `code` (not `code` itself)."""
    listed = Neighbour.objects.filter(municipality=municipality(code))
    return frozenset(listed.values_list("other_id", flat=True))


def zones(codes: Iterable[str], *, active: bool = True) -> list[Zone]:
    """Return zones by municipality and name; `active=False` brings the closed ones too."""
    found = Zone.objects.filter(municipality__in=[unit.code for unit in municipalities(codes).values()])
    if active:
        found = found.filter(active=True)
    return list(found.order_by("municipality_id", "name"))


def zone(zone_id: UUID, municipality_code: str) -> Zone | None:
    """Return the active zone with this id if it lies in that municipality, else None."""
    return Zone.objects.filter(id=zone_id, municipality=municipality_code, active=True).first()


def boundaries(codes: Iterable[str]) -> dict[str, Boundary]:
    """Return code → boundary for those that have one. One query."""
    return Boundary.objects.in_bulk(list(codes))


# The index of one stamp: what the lists and aliases were when it was built. It holds public names only.
_built: tuple[object, Index] | None = None


def resolver_index() -> Index:
    """Return the index for `resolve.resolve`: open units, aliases and the network's active zones.

    Building takes a tenth of a second; it is remembered until a list or an alias of the network's own changes.
    """
    global _built
    stamp = (
        tuple(Edition.objects.order_by("id").values_list("id", "digest", "valid_until")),
        tuple(Alias.objects.filter(edition=None).order_by("id").values_list("unit_id", "kind", "text")),
    )
    remembered = _built
    if remembered is None or remembered[0] != stamp:
        remembered = _built = (stamp, _build())
    active = Zone.objects.filter(active=True).values_list("id", "name", "municipality_id")
    return remembered[1].with_zones((str(identity), name, code) for identity, name, code in active)


def _build() -> Index:
    countries = list(Edition.objects.values_list("country", flat=True).distinct())
    fields = ("code", "name", "department_code", "department")
    return build_index(
        (UnitName(*row) for row in Unit.objects.filter(valid_until=None).order_by("code").values_list(*fields)),
        Alias.objects.order_by("id").values_list("kind", "text", "unit_id"),
        department_forms=chain.from_iterable(facts.department_forms(country) for country in countries),
        countries=countries,
    )
