"""Loading a list of units that the project carries."""

from __future__ import annotations

from atarraya.territory import facts
from atarraya.territory.models import Edition, Unit
from atarraya.territory.refusals import NoFacts
from atarraya.territory.services.editions import AliasRow, Stored, UnitRow, store_edition


def load_country(country: str) -> Stored:
    """Load a carried country's units and aliases; the second time costs one query. Raises NoFacts."""
    if country not in facts.carried():
        raise NoFacts()
    digest = facts.digest(country)
    if Edition.objects.filter(country=country, digest=digest, valid_until=None).exists():
        kept = Unit.objects.filter(edition__country=country, valid_until=None).count()
        return Stored(created=0, kept=kept, closed=0, aliases=0, changed=False)
    read = facts.read(country)
    edition = Edition(
        id=read.edition["id"],
        country=country,
        name=read.edition["name"],
        valid_from=read.valid_from,
        digest=digest,
    )
    aliases = [AliasRow(row["kind"], row["text"], code) for row in read.aliases for code in row["codes"].split()]
    return store_edition(edition, [_unit(row) for row in read.units], aliases)


def _unit(row: dict[str, str]) -> UnitRow:
    return UnitRow(
        code=row["code"],
        name=row["name"],
        department_code=row["department_code"],
        department=row["department"],
        kind=row["kind"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
    )
