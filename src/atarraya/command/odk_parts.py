"""What waits of ODK, for the workbench: each part an age file that the inbox's circles open, and a list of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from atarraya.channels.odk import queries
from atarraya.channels.odk.models import OdkSubmission
from atarraya.command.words import _
from atarraya.terminal.progress import Progress

FILE, FOLDER = "odk.json", "odk"


def write(to: Path) -> int:
    """Write FOLDER and FILE into the folder of an export; return how many submissions. With none, neither is made."""
    rows = OdkSubmission.objects.order_by("day", "pk")
    if not rows.exists():
        return 0
    with Progress(_("Writing what came by ODK"), rows.count()) as progress:
        listed = [_submission(to, row, progress) for row in rows.iterator(chunk_size=50)]
    (to / FILE).write_text(json.dumps({"v": 1, "submissions": listed}, indent=1) + "\n", encoding="utf-8")
    return len(listed)


def _submission(to: Path, row: OdkSubmission, progress: Progress) -> dict[str, Any]:
    folder = to / FOLDER / str(row.pk)
    folder.mkdir(parents=True, mode=0o700)
    names = []
    for number, sealed in enumerate(queries.sealed_parts(row)):
        (folder / f"{number}.age").write_bytes(sealed)
        names.append(f"{FOLDER}/{row.pk}/{number}.age")
    progress.step()
    return {
        "id": str(row.pk),
        "inbox": str(row.inbox_id),
        "number": row.number,
        "day": row.day.isoformat(),
        "parts": names,
    }
