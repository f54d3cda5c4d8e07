"""`list`: what an export holds and whose keys may open it. Asks for no key and opens nothing."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from atarraya.terminal.codes import BROKEN, DONE
from atarraya.terminal.progress import Progress
from atarraya_workbench import folder, submissions
from atarraya_workbench.acts.telling import place_of, trouble
from atarraya_workbench.folder import Export, Header
from atarraya_workbench.keys.agefiles import Damaged
from atarraya_workbench.keys.opening import shape
from atarraya_workbench.saying import line, table
from atarraya_workbench.words import _


def run(args: argparse.Namespace) -> int:
    """Print groups (inbox, list, day, municipality), or each envelope, or JSON."""
    export = folder.read(Path(args.folder).absolute())
    damaged, missing = _looked_at(export)
    if args.json:
        print(json.dumps(_as_json(export, damaged, missing), indent=1))
    else:
        _tell(export, args.each)
        for sentence in trouble(export, damaged, missing):
            print(sentence)
        forms = len(submissions.read(export))
        if forms:
            print(_("ODK forms that wait, besides: %s. See: atarraya-workbench odk FOLDER") % forms)
    return BROKEN if damaged or missing or not all(inbox.sound for inbox in export.inboxes.values()) else DONE


def _looked_at(export: Export) -> tuple[list[str], list[str]]:
    """Return ids of envelopes that have not the shape of one, and of those whose file is missing."""
    damaged, missing = [], []
    with Progress(_("Looking at envelopes"), len(export.headers)) as progress:
        for header in progress.over(export.headers):
            blob = export.sealed(header)
            if blob is None:
                missing.append(header.id)
                continue
            try:
                shape(blob, export.recipients(header))
            except Damaged:
                damaged.append(header.id)
    return damaged, missing


def _tell(export: Export, each: bool) -> None:
    if not export.headers:
        print(_("This export holds no envelope."))
        return
    head = [_("inbox"), _("list"), _("day"), _("municipality")]
    if each:
        rows = [[*_row(export, header), header.id] for header in sorted(export.headers, key=_order)]
        print("\n".join(table([[*head, "id"], *rows])))
    else:
        counted = Counter(tuple(_row(export, header)) for header in sorted(export.headers, key=_order))
        rows = [[*row, str(count)] for row, count in counted.items()]
        print("\n".join(table([[*head, _("envelopes")], *rows])))
    print()
    for sentence in _whose(export):
        print(sentence)
    print(_("For which of these circles an envelope is, or for nobody, does not show until it is opened."))


def _order(header: Header) -> tuple[str, int, str, str]:
    return header.inbox, header.number, header.day, header.municipality


def _row(export: Export, header: Header) -> list[str]:
    inbox = export.inboxes.get(header.inbox)
    return [
        inbox.name if inbox else header.inbox,
        str(header.number),
        header.day,
        place_of(export, header.municipality),
    ]


def _whose(export: Export) -> list[str]:
    found = []
    for inbox, number in sorted({(header.inbox, header.number) for header in export.headers}):
        known = export.inboxes.get(inbox)
        recipients = known.recipients.get(number, ()) if known else ()
        owners = [export.served_by(recipient) for recipient in recipients]
        keys = [_("%(circle)s (key %(number)s)") % {"circle": line(owner[0].name), "number": owner[1].number}
                if owner else _("a key that is not in this export") for owner in owners]  # fmt: skip
        told = {"inbox": line(known.name) if known else inbox, "list": number, "keys": ", ".join(keys) or "?"}
        found.append(_("%(inbox)s, list %(list)s: %(keys)s.") % told)
    sheets = ", ".join(line(circle.name) for circle in export.circles)
    found.append(_("Two sheets open: %s.") % sheets)
    found.append(_("Members whose words open it: %s.") % len(export.keyholders))
    return found


def _as_json(export: Export, damaged: list[str], missing: list[str]) -> dict[str, Any]:
    return {
        "envelopes": [
            {
                "id": header.id,
                "inbox": header.inbox,
                "number": header.number,
                "day": header.day,
                "municipality": header.municipality,
                "keys": [
                    {"circle": owner[0].name, "number": owner[1].number} if owner else None
                    for owner in map(export.served_by, export.recipients(header))
                ],
            }
            for header in sorted(export.headers, key=_order)
        ],
        "damaged": damaged,
        "missing": missing,
        "lists_follow": all(inbox.sound for inbox in export.inboxes.values()),
        "members": len(export.keyholders),
    }
