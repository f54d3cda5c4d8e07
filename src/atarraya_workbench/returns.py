"""A folder of reports made from ODK forms, sealed for an inbox: what `atarraya odk import` takes on the server.

Every file is whole or absent, and `returns.json`, which names the others, is written last: a folder that was cut off
brings nothing in.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atarraya.terminal.codes import Refused
from atarraya_workbench.words import _

FILE, UNFINISHED = "returns.json", "UNFINISHED.txt"
FOLDERS = ("reports", "attachments")


@dataclass
class Returns:
    """The folder being filled. Nothing in it can be read without a circle's key."""

    to: Path
    made: list[dict[str, Any]] = field(default_factory=list)

    def check(self) -> None:
        """Raise Refused for a folder that holds something, unless it is one of these that was cut off."""
        if self.to.exists() and any(self.to.iterdir()) and not (self.to / UNFINISHED).exists():
            raise Refused(_("%s already holds something. Choose a new folder.") % self.to)

    def begin(self) -> None:
        """Make the folder; what an earlier run left unfinished is taken away. Raise Refused as `check` does."""
        self.check()
        self.to.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self.to / UNFINISHED, (_("These reports were cut off. Run the same again.") + "\n").encode())
        (self.to / FILE).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(self.to / name, ignore_errors=True)
            (self.to / name).mkdir(mode=0o700)

    def put(self, submission: str, body: dict[str, Any], attachments: list[tuple[str, str, list[bytes]]]) -> None:
        """Write one report: its body as the platform takes it, and (id, erase hash, slices) of each attachment."""
        told = []
        for pk, erase_hash, pieces in attachments:
            place = self.to / "attachments" / pk
            place.mkdir(mode=0o700)
            for index, piece in enumerate(pieces):
                _write(place / f"{index:04}", piece)
            told.append({"id": pk, "erase_hash": erase_hash, "slices": len(pieces)})
        report = f"reports/{body['id']}.json"
        _write(self.to / report, json.dumps(body).encode())
        self.made.append({"submission": submission, "report": report, "attachments": told})

    def finish(self) -> None:
        """Name all that was written, and say that it is all."""
        _write(self.to / FILE, (json.dumps({"v": 1, "returns": self.made}, indent=1) + "\n").encode())
        (self.to / UNFINISHED).unlink()


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
