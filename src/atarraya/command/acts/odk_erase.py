"""`atarraya odk erase`: erases, for good, ODK submissions that the workbench called damaged, altered or closed."""

from __future__ import annotations

import argparse
from uuid import UUID

from atarraya.channels.odk.models import OdkSubmission
from atarraya.channels.odk.services import erasing
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, Refused

LEAST = 8


def run(args: argparse.Namespace) -> int:
    """Say which submissions are meant, ask, and erase them; raise Refused, and erase none, for an unclear name."""
    meant = _meant(args.ids)
    for row in meant:
        print(_("%(id)s: inbox %(inbox)s, came on %(day)s") % {"id": row.pk, "inbox": row.inbox.name, "day": row.day})
    print(_("Nobody will be able to open them again, and a phone that repeats one is told that it arrived."))
    if not args.yes and not _agreed():
        raise Refused(_("Nothing was erased."))
    print(_("Erased: %s.") % erasing.erase_unread([row.pk for row in meant]))
    return DONE


def _agreed() -> bool:
    try:
        return input(_("Write YES to erase them: ")).strip().casefold() in {"yes", "si", "sí"}
    except EOFError:
        return False


def _meant(said: list[str]) -> list[OdkSubmission]:
    here = list(OdkSubmission.objects.values_list("pk", flat=True))
    wanted = {_one(name, here) for name in said}
    return list(OdkSubmission.objects.filter(pk__in=wanted).select_related("inbox").order_by("day", "pk"))


def _one(name: str, here: list[UUID]) -> UUID:
    start = name.strip().lower()
    found = [pk for pk in here if str(pk).startswith(start)] if len(start) >= LEAST else []
    if not found:
        raise Refused(_("No ODK form that waits here is called %s. Nothing was erased.") % name)
    if len(found) > 1:
        raise Refused(_("Several ODK forms begin with %s. Write more of it. Nothing was erased.") % name)
    return found[0]
