"""`atarraya territory`: lists of places and their boundaries."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from atarraya.command import listing
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, Refused
from atarraya.terminal.progress import Progress
from atarraya.territory.models import Boundary, Edition
from atarraya.territory.services import importing


def run(args: argparse.Namespace) -> int:
    """List what is loaded, or import another country's units and boundaries."""
    if args.act == "list":
        _list(args)
    else:
        _import(args)
    return DONE


def _import(args: argparse.Namespace) -> None:
    if not args.units and not args.boundaries:
        raise Refused(_("Name a table with --units, outlines with --boundaries, or both."))
    if args.units:
        with Progress(_("Reading units")) as progress:
            stored = importing.import_units(
                args.units,
                args.country.upper(),
                args.edition,
                valid_from=args.valid_from,
                prefix=args.prefix,
                uneven_codes=args.uneven_codes,
                progress=_shown(progress),
            )
        words = {"created": stored.created, "kept": stored.kept, "closed": stored.closed}
        print(_("Units: %(created)s new, %(kept)s kept, %(closed)s closed.") % words)
    if args.boundaries:
        with Progress(_("Reading outlines")) as progress:
            outlined = importing.import_boundaries(
                args.boundaries,
                args.code_property,
                prefix=args.prefix,
                skip_unknown=args.skip_unknown,
                progress=_shown(progress),
            )
        words = {"stored": outlined.stored, "skipped": outlined.skipped}
        print(_("Outlines: %(stored)s stored, %(skipped)s skipped.") % words)


def _shown(progress: Progress) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        progress.total = total
        progress.reach(done)

    return show


def _list(args: argparse.Namespace) -> None:
    rows: list[dict[str, object]] = [
        {
            "country": edition.country,
            "edition": edition.name,
            "from": edition.valid_from,
            "until": edition.valid_until,
            "units": edition.units.count(),
            "outlines": Boundary.objects.filter(unit__edition=edition).count(),
        }
        for edition in Edition.objects.order_by("country", "valid_from")
    ]
    headings = {
        "country": _("country"),
        "edition": _("list"),
        "from": _("from"),
        "until": _("until"),
        "units": _("units"),
        "outlines": _("outlines"),
    }
    listing.show(rows, headings, as_json=getattr(args, "json", False))
