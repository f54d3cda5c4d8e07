"""Storing one edition of a country's list: all of it or nothing.

Units that a newer edition no longer lists are closed with a date and kept: alerts of the past name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from atarraya.kernel.transactions import write
from atarraya.territory.models import Alias, Edition, Unit
from atarraya.territory.refusals import ImportRefused, OtherCountry

BATCH = 400


@dataclass(frozen=True)
class UnitRow:
    """A unit as a list gives it. `lat` and `lon` in degrees, both or neither."""

    code: str
    name: str
    department_code: str = ""
    department: str = ""
    kind: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class AliasRow:
    """An alias as a list gives it; `kind` is a rules.AliasKind."""

    kind: str
    text: str
    code: str


@dataclass(frozen=True)
class Stored:
    """How many units are new, were here, were closed, and aliases; `changed` False: it was all here."""

    created: int
    kept: int
    closed: int
    aliases: int
    changed: bool = True


def store_edition(edition: Edition, units: Sequence[UnitRow], aliases: Sequence[AliasRow] | None) -> Stored:
    """Store an edition (unsaved row) with its units and aliases in one transaction.

    A list that carries no aliases (None) leaves those of the country's lists before it: old codes must go on leading
    somewhere. Raises OtherCountry if a code names another country's unit, ImportRefused if a newer edition is here.
    """
    with write():
        codes = {row.code for row in units}
        _refuse_older(edition)
        _refuse_collisions(edition, codes)
        existing = set(Unit.objects.filter(edition__country=edition.country).values_list("code", flat=True))
        _save_edition(edition)
        _save_units(edition, units, existing)
        closed = _close_missing(edition, existing - codes)
        if aliases is not None:
            _save_aliases(edition, aliases)
    return Stored(len(codes - existing), len(codes & existing), closed, len(aliases or ()))


def _refuse_older(edition: Edition) -> None:
    others = Edition.objects.filter(country=edition.country).exclude(pk=edition.pk)
    if found := others.filter(valid_from__gt=edition.valid_from).order_by("-valid_from").first():
        raise ImportRefused(
            [(None, _("A newer list is already here: %(name)s.") % {"name": found.name})],
        )


def _refuse_collisions(edition: Edition, codes: set[str]) -> None:
    others = Unit.objects.exclude(edition__country=edition.country)
    foreign = sorted(codes & set(others.values_list("code", flat=True)))
    if foreign:
        raise OtherCountry(
            _("Codes already used by another country: %(codes)s. Import again with a prefix.")
            % {"codes": ", ".join(foreign[:5])}
        )


def _save_edition(edition: Edition) -> None:
    day_before: date = edition.valid_from - timedelta(days=1)
    older = Edition.objects.filter(country=edition.country, valid_until=None).exclude(pk=edition.pk)
    older.update(valid_until=day_before)
    Edition.objects.bulk_create(
        [edition],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["country", "name", "valid_from", "valid_until", "digest"],
    )


def _save_units(edition: Edition, units: Sequence[UnitRow], existing: set[str]) -> None:
    first = not existing
    rows = [
        Unit(
            code=row.code,
            edition=edition,
            name=row.name,
            department_code=row.department_code,
            department=row.department,
            kind=row.kind,
            lat=row.lat,
            lon=row.lon,
            # The first list ever loaded says nothing of when its units were born.
            valid_from=None if first or row.code in existing else edition.valid_from,
        )
        for row in units
    ]
    fields = ["edition", "name", "department_code", "department", "kind", "lat", "lon", "valid_until"]
    Unit.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def _close_missing(edition: Edition, missing: set[str]) -> int:
    open_units = Unit.objects.filter(edition__country=edition.country, valid_until=None)
    gone = [code for code in open_units.values_list("code", flat=True) if code in missing]
    last_day = edition.valid_from - timedelta(days=1)
    for start in range(0, len(gone), BATCH):
        Unit.objects.filter(code__in=gone[start : start + BATCH]).update(valid_until=last_day)
    return len(gone)


def _save_aliases(edition: Edition, aliases: Sequence[AliasRow]) -> None:
    mine = Q(edition__country=edition.country)
    Alias.objects.filter(mine).delete()
    rows = [Alias(unit_id=row.code, edition=edition, kind=row.kind, text=row.text) for row in aliases]
    # A network may have written the same alias before the list carried it: its own row stays.
    Alias.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
