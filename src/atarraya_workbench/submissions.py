"""What an export says of ODK submissions that wait: which, since what day, in which files. Opens none of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from atarraya.terminal.codes import Refused
from atarraya_workbench.folder import MOST_JSON, Export, read_file
from atarraya_workbench.words import _

FILE = "odk.json"
MOST_PART = 64 * 1024 * 1024
_PART = re.compile(r"odk/([0-9a-f-]{36})/[0-9]{1,5}\.age")


@dataclass(frozen=True)
class Submission:
    """One form that a device sent. `number`: of the inbox's list when it came; `parts`: its files, as they came."""

    id: str
    inbox: str
    number: int
    day: str
    parts: tuple[str, ...]


def read(export: Export) -> tuple[Submission, ...]:
    """Return what waits, oldest day first; raise Refused, in one sentence, where the list of it is damaged."""
    text = read_file(export.path / FILE, MOST_JSON)
    if text is None:
        return ()
    try:
        known = json.loads(text)
        if known["v"] != 1:
            raise Refused(_("This export is of a newer release than this workbench. Install that release here."))
        found = [_submission(one) for one in known["submissions"]]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refused(_("This export is damaged: %s. Ask for it again.") % FILE) from None
    return tuple(sorted(found, key=lambda one: (one.day, one.inbox, one.id)))


def part(export: Export, name: str) -> bytes | None:
    """Return a part's bytes, None where its file is missing or longer than any part may be."""
    blob = read_file(export.path / Path(name), MOST_PART)
    return None if blob is None or len(blob) > MOST_PART else blob


def _submission(kept: dict[str, Any]) -> Submission:
    pk = str(UUID(kept["id"]))
    parts = tuple(str(one) for one in kept["parts"])
    for one in parts:
        named = _PART.fullmatch(one)
        if named is None or named[1] != pk:
            raise ValueError(one)
    return Submission(pk, str(UUID(kept["inbox"])), int(kept["number"]), str(kept["day"]), parts)
